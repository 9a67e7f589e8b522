import { UsageError } from '../../core/errors.ts';
import type { Neighbours } from '../engine.ts';
import { type Affinities, jointAffinities } from './affinities.ts';
import { createKernelMemory, type KernelMemory } from './kernel-memory.ts';
import { type KernelCall, type KernelTeam, soloTeam } from './kernel-team.ts';
import { layoutDivergence } from './layout-error.ts';
import { threadTeam } from './thread-team.ts';

export interface TsneOptions {
  /** Default 30. */
  readonly perplexity?: number;
  /** Default 1000. */
  readonly iterations?: number;
  /** Up to this many rows all pairs push each other; beyond, Barnes and Hut's tree. Default 5000. */
  readonly exactRows?: number;
  /** Opening angle of the tree; default 0.5. */
  readonly angle?: number;
  /** Default 1; the layout does not depend on it. */
  readonly threads?: number;
}

export interface TsneLayout {
  /** rows × 2, row-major. */
  readonly layout: Float64Array;
  /** Kullback–Leibler divergence, exact. */
  readonly divergence: number;
  readonly iterations: number;
  readonly repulsion: 'exact' | 'tree';
}

/** scikit-learn's schedule: attraction twelvefold and little momentum at first, so that clusters can form. */
const EXPLORATION = { iterations: 250, exaggeration: 12, momentum: 0.5, patience: 250 };
const SETTLING = { exaggeration: 1, momentum: 0.8, patience: 300 };
const CHECK_EVERY = 50;
const SMALLEST_GRADIENT = 1e-7;
/** Spread of the first axis at the start. */
const START_SPREAD = 1e-4;
/** Rows of one unit of work. */
const BLOCK = 256;

/**
 * t-SNE in two dimensions, as scikit-learn runs it (`init='pca'`, `learning_rate='auto'`): the same affinities,
 * schedule, gains and stopping rules. Equal inputs give equal layouts.
 *
 * @param neighbours nearest neighbours of all rows, `neighboursFor(rows, perplexity)` each
 * @param initial rows × 2: where points start, brought to scikit-learn's tiny scale. Starting the maps of several
 *   dimensions from one of them keeps them comparable.
 * @throws UsageError when the perplexity is not below the number of rows, or `initial` is a single point
 */
export function tsneLayout(
  neighbours: Neighbours,
  initial: ArrayLike<number>,
  options: TsneOptions = {},
): TsneLayout {
  const { perplexity = 30, iterations = 1000, exactRows = 5000, angle = 0.5, threads = 1 } = options;
  const affinities = jointAffinities(neighbours, perplexity);
  const { rows } = affinities;
  const kernelMemory = createKernelMemory(rows * 200 + affinities.values.length * 8);
  const team = threads > 1 ? threadTeam(kernelMemory, threads) : soloTeam(kernelMemory.kernels);
  try {
    const exact = rows <= exactRows;
    const state = createState(
      kernelMemory,
      affinities,
      scaledStart(initial, rows),
      exact ? undefined : angle,
    );
    const done = optimise(team, state, iterations);
    const layout = positionsOf(state);
    return {
      layout,
      divergence: layoutDivergence(affinities, layout),
      iterations: done,
      repulsion: exact ? 'exact' : 'tree',
    };
  } finally {
    team.close();
  }
}

/** Arrays by coordinate: x of all points, then y, each padded to a multiple of four. */
interface State {
  readonly kernelMemory: KernelMemory;
  readonly affinities: Affinities;
  readonly padded: number;
  readonly positions: Float32Array;
  readonly updates: Float32Array;
  readonly gains: Float32Array;
  readonly gradients: Float32Array;
  readonly forces: Float32Array;
  readonly normalisers: Float32Array;
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
  readonly tree: Tree | undefined;
}

interface Tree {
  cells: Float64Array;
  readonly stacks: Int32Array;
  readonly angle: number;
}

/** Words of a cell of the tree, and of one traversal's stack. */
const CELL_DOUBLES = 6;
const STACK_WORDS = 192;

function createState(
  kernelMemory: KernelMemory,
  affinities: Affinities,
  start: Float64Array,
  angle: number | undefined,
): State {
  const { rows } = affinities;
  const padded = Math.ceil(rows / 4) * 4;
  const positions = kernelMemory.float32(2 * padded).fill(1e15);
  for (let i = 0; i < rows; i++) {
    positions[i] = start[2 * i]!;
    positions[padded + i] = start[2 * i + 1]!;
  }
  const starts = kernelMemory.int32(rows + 1);
  starts.set(affinities.starts);
  const columns = kernelMemory.int32(affinities.columns.length);
  columns.set(affinities.columns);
  const values = kernelMemory.float32(affinities.values.length);
  values.set(affinities.values);
  const zeros = (length: number): Float32Array => kernelMemory.float32(length).fill(0);
  return {
    kernelMemory,
    affinities,
    padded,
    positions,
    updates: zeros(2 * padded),
    gains: zeros(2 * padded),
    gradients: zeros(2 * padded),
    forces: zeros(2 * padded),
    normalisers: zeros(padded),
    starts,
    columns,
    values,
    tree: angle === undefined ? undefined : createTree(kernelMemory, rows, angle),
  };
}

function createTree(kernelMemory: KernelMemory, rows: number, angle: number): Tree {
  return {
    cells: kernelMemory.float64((8 * rows + 1024) * CELL_DOUBLES),
    stacks: kernelMemory.int32(Math.ceil(rows / BLOCK) * STACK_WORDS),
    angle,
  };
}

/** @returns the number of iterations that were run */
function optimise(team: KernelTeam, state: State, iterations: number): number {
  const exploring = Math.min(EXPLORATION.iterations, iterations);
  const explored = runStage(team, state, 0, exploring, EXPLORATION);
  return runStage(team, state, explored, iterations, SETTLING);
}

interface Stage {
  readonly exaggeration: number;
  readonly momentum: number;
  readonly patience: number;
}

function runStage(team: KernelTeam, state: State, from: number, to: number, stage: Stage): number {
  const { kernelMemory, affinities, padded, positions, updates, gains, gradients } = state;
  const rate = Math.max(affinities.rows / EXPLORATION.exaggeration / 4, 50);
  gains.fill(1);
  updates.fill(0);
  let best = Number.POSITIVE_INFINITY;
  let bestAt = from;
  for (let iteration = from; iteration < to; iteration++) {
    const normaliser = writeGradient(team, state, stage.exaggeration);
    const checked = (iteration + 1) % CHECK_EVERY === 0;
    // progress is only ever asked about after this many iterations without any
    const error =
      checked && to - from > stage.patience
        ? layoutDivergence(affinities, positionsOf(state), normaliser)
        : best;
    kernelMemory.kernels.descend(
      2 * padded,
      positions.byteOffset,
      updates.byteOffset,
      gains.byteOffset,
      gradients.byteOffset,
      rate,
      stage.momentum,
    );
    if (!checked) continue;
    if (gradients.reduce((sum, g) => sum + g * g, 0) <= SMALLEST_GRADIENT ** 2) return iteration + 1;
    if (error < best) {
      best = error;
      bestAt = iteration;
    } else if (iteration - bestAt > stage.patience) return iteration + 1;
  }
  return to;
}

/** @returns Σ of the similarities of all ordered pairs, as far as the repulsion is exact */
function writeGradient(team: KernelTeam, state: State, exaggeration: number): number {
  const { affinities, padded, positions, forces, gradients, normalisers } = state;
  const { rows } = affinities;
  team.run(repulsionCalls(state));
  let normaliser = 0;
  for (let i = 0; i < rows; i++) normaliser += normalisers[i]!;
  const x = positions.byteOffset;
  const upper = padded * 4;
  team.run(
    blocks(rows).map(
      ([first, last]): KernelCall => [
        'layoutGradient',
        x,
        x + upper,
        first,
        last,
        state.starts.byteOffset,
        state.columns.byteOffset,
        state.values.byteOffset,
        exaggeration,
        forces.byteOffset,
        forces.byteOffset + upper,
        1 / normaliser,
        gradients.byteOffset,
        gradients.byteOffset + upper,
      ],
    ),
  );
  return normaliser;
}

function repulsionCalls(state: State): KernelCall[] {
  const { kernelMemory, affinities, padded, positions, forces, normalisers, tree } = state;
  const x = positions.byteOffset;
  const y = x + padded * 4;
  const targets = [forces.byteOffset, forces.byteOffset + padded * 4, normalisers.byteOffset] as const;
  if (tree === undefined) {
    return blocks(affinities.rows).map(([first, last]) => [
      'repulsion',
      x,
      y,
      padded,
      first,
      last,
      ...targets,
    ]);
  }
  const build = (): number =>
    kernelMemory.kernels.buildTree(
      x,
      y,
      affinities.rows,
      tree.cells.byteOffset,
      tree.cells.length / CELL_DOUBLES,
    );
  // points that nearly coincide are parted by many cells: rare, so room for them is made when they appear
  while (build() < 0) tree.cells = kernelMemory.float64(2 * tree.cells.length);
  return blocks(affinities.rows).map(([first, last], block) => [
    'treeRepulsion',
    x,
    y,
    first,
    last,
    tree.cells.byteOffset,
    tree.stacks.byteOffset + block * STACK_WORDS * 4,
    tree.angle,
    ...targets,
  ]);
}

function blocks(rows: number): [number, number][] {
  return Array.from({ length: Math.ceil(rows / BLOCK) }, (_, b) => [
    b * BLOCK,
    Math.min((b + 1) * BLOCK, rows),
  ]);
}

function positionsOf({ affinities, padded, positions }: State): Float64Array {
  const layout = new Float64Array(2 * affinities.rows);
  for (let i = 0; i < affinities.rows; i++) {
    layout[2 * i] = positions[i]!;
    layout[2 * i + 1] = positions[padded + i]!;
  }
  return layout;
}

/** The start with a standard deviation of 1e-4 along its first axis. */
function scaledStart(initial: ArrayLike<number>, rows: number): Float64Array {
  if (initial.length !== 2 * rows) {
    throw new UsageError(`${initial.length / 2} starting points were given for ${rows} rows`);
  }
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) sum += initial[2 * i]!;
  for (let i = 0; i < rows; i++) squares += (initial[2 * i]! - sum / rows) ** 2;
  const spread = Math.sqrt(squares / rows);
  if (!(spread > 0)) {
    throw new UsageError('all rows are equal: there is no layout to find', {
      hint: 'check that the server does not answer every text with the same vector',
    });
  }
  return Float64Array.from(initial, (value) => (value / spread) * START_SPREAD);
}

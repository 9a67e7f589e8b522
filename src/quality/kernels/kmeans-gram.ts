import type { Gram } from './gram.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { KernelTeam } from './kernel-team.ts';
import { chooseGramStarts, type GramSpace } from './kmeans-gram-starts.ts';
import { createMoves, createRestart, type Moves, planMoves, type Restart } from './kmeans-restart.ts';
import type { KMeansRoute, KMeansRun, LloydLimits } from './kmeans-run.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';

interface LloydSpace extends GramSpace {
  /** Products of every row with the sum of all unit rows. */
  readonly total: Float64Array;
}

/**
 * The route to k-means without centres: with the products of all rows known, the products of every row with the
 * sum of a cluster say all that Lloyd's algorithm asks, and an iteration only adds and takes the lines of the
 * Gram matrix whose rows changed cluster. Its cost does not depend on the dimensions. It is good for the matrix's
 * current prefix, to which `gram` has been brought up; its arrays lie on the stack of `kernelMemory`.
 */
export function gramRoute(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
  gram: Gram,
): KMeansRoute {
  const { rows, paddedRows, everyRow, scales, squares } = matrix;
  const total = kernelMemory.float64(paddedRows).fill(0);
  const mark = kernelMemory.mark();
  const scratch = kernelMemory.float32(paddedRows).fill(0);
  team.run([
    [
      'sumWeightedRows',
      gram.values.byteOffset,
      gram.stride,
      everyRow.byteOffset,
      0,
      rows,
      paddedRows,
      scales.byteOffset,
      1,
      scratch.byteOffset,
      total.byteOffset,
      paddedRows,
    ],
  ]);
  kernelMemory.release(mark);
  let ofRows = 0;
  let ofMean = 0;
  for (let i = 0; i < rows; i++) {
    ofRows += squares[i]!;
    ofMean += scales[i]! * total[i]!;
  }
  const space: LloydSpace = { kernelMemory, matrix, gram, total };
  return {
    rows,
    dimensions: matrix.dimensions,
    totalVariance: ofRows / rows - ofMean / rows ** 2,
    run: (draws, clusters, limits) =>
      draws.map((restart) => {
        const base = kernelMemory.mark();
        const run = lloyd(space, chooseGramStarts(space, restart, clusters), clusters, limits);
        kernelMemory.release(base);
        return run;
      }),
  };
}

interface LloydState {
  readonly space: LloydSpace;
  readonly clusters: number;
  readonly restart: Restart;
  readonly moves: Moves;
  /** Products of every row with the sum of each cluster's unit rows: clusters × paddedRows. */
  readonly products: Float64Array;
  readonly changed: Int32Array;
  readonly scratch: Float32Array;
}

function lloyd(space: LloydSpace, starts: number[], clusters: number, limits: LloydLimits): KMeansRun {
  const { kernelMemory, matrix } = space;
  const state: LloydState = {
    space,
    clusters,
    restart: createRestart(kernelMemory, matrix.rows, clusters),
    moves: createMoves(kernelMemory, matrix.rows, clusters),
    products: kernelMemory.float64(clusters * matrix.paddedRows),
    changed: kernelMemory.int32(2 * matrix.rows),
    scratch: kernelMemory.float32(matrix.paddedRows).fill(0),
  };
  const { restart } = state;
  standOnRows(state, starts);
  while (restart.state === 'running') {
    const moved = assign(state);
    const shift = updateCentres(state, moved, restart.iterations === 0 ? starts : undefined);
    restart.iterations++;
    if (moved === 0) restart.state = 'stable';
    else if (shift <= limits.tolerance) restart.state = 'withinTolerance';
    else if (restart.iterations >= limits.maxIterations) restart.state = 'outOfIterations';
  }
  if (restart.state !== 'stable') assign(state);
  const distances = distancesToCentres(state);
  return {
    labels: restart.labels.slice(),
    inertia: distances.reduce((sum, distance) => sum + distance, 0),
    iterations: restart.iterations,
  };
}

/** The first centres: products with one row are that row's line of the Gram matrix. */
function standOnRows({ space, restart, products }: LloydState, starts: readonly number[]): void {
  const { matrix, gram } = space;
  starts.forEach((row, c) => {
    products.set(
      gram.values.subarray(row * gram.stride, row * gram.stride + matrix.paddedRows),
      c * matrix.paddedRows,
    );
    restart.norms[c] = matrix.squares[row]!;
    restart.factors[c] = matrix.scales[row]!;
  });
}

function assign({ space, clusters, restart, products, changed }: LloydState): number {
  const { kernelMemory, matrix } = space;
  return kernelMemory.kernels.assignBySums(
    matrix.rows,
    clusters,
    products.byteOffset,
    matrix.paddedRows,
    matrix.scales.byteOffset,
    restart.norms.byteOffset,
    restart.factors.byteOffset,
    restart.labels.byteOffset,
    changed.byteOffset,
  );
}

/**
 * Moves the centres to the means of their members.
 *
 * @returns Σ of the squared distances that the centres moved
 */
function updateCentres(state: LloydState, moved: number, starts: readonly number[] | undefined): number {
  const { space, restart, moves, changed } = state;
  const { matrix } = space;
  const oldNorms = restart.norms.slice();
  const oldFactors = restart.factors.slice();
  const startProducts = (c: number, row: number): number =>
    matrix.scales[row]! * state.products[c * matrix.paddedRows + row]!;
  planMoves(restart, changed, moved, matrix.scales, () => distancesToCentres(state), moves);
  if (starts !== undefined) state.products.fill(0);
  addMoves(state);
  const squares = squaresOfSums(state);
  let shift = 0;
  for (let c = 0; c < state.clusters; c++) {
    const count = restart.counts[c]!;
    if (count === 0) continue;
    restart.norms[c] = squares[c]! / count ** 2;
    restart.factors[c] = 1 / count;
    const cross =
      starts === undefined
        ? (squares[c]! - productOfMoves(state, c)) * oldFactors[c]!
        : startProducts(c, starts[c]!);
    shift += restart.norms[c]! + oldNorms[c]! - (2 * cross) / count;
  }
  return standOnLargest(state) ? Number.POSITIVE_INFINITY : shift;
}

/**
 * Brings the sums up to date. All clusters together sum to the total, so the cluster with the most moves is what
 * the others leave of it: half of the work for two clusters, a third or more for three.
 */
function addMoves(state: LloydState): void {
  const { space, restart, moves, products, clusters } = state;
  const size = space.matrix.paddedRows;
  for (const c of restart.borrowed) products.fill(0, c * size, (c + 1) * size);
  const movesOf = (c: number): number => moves.starts[c + 1]! - moves.starts[c]!;
  let busiest = 0;
  for (let c = 1; c < clusters; c++) if (movesOf(c) > movesOf(busiest)) busiest = c;
  if (movesOf(busiest) === 0) return;
  const rest = products.subarray(busiest * size, (busiest + 1) * size);
  rest.set(space.total);
  for (let c = 0; c < clusters; c++) {
    if (c === busiest) continue;
    addEntries(state, c, moves.starts[c]!, moves.starts[c + 1]!);
    const own = products.byteOffset + c * size * 8;
    space.kernelMemory.kernels.addScaled64(size, -1, own, rest.byteOffset);
  }
}

function addEntries(
  { space, moves, products, scratch }: LloydState,
  c: number,
  from: number,
  to: number,
): void {
  if (from === to) return;
  const { kernelMemory, matrix, gram } = space;
  kernelMemory.kernels.sumWeightedRows(
    gram.values.byteOffset,
    gram.stride,
    moves.index.byteOffset,
    from,
    to,
    matrix.paddedRows,
    moves.factors.byteOffset,
    1,
    scratch.byteOffset,
    products.byteOffset + c * matrix.paddedRows * 8,
    matrix.paddedRows,
  );
}

/** Squared length of each cluster's sum. */
function squaresOfSums({ space, restart, products, clusters }: LloydState): Float64Array {
  const { scales, rows, paddedRows } = space.matrix;
  const squares = new Float64Array(clusters);
  const { members } = restart;
  for (let i = 0; i < rows; i++) {
    const c = members[i]!;
    squares[c]! += scales[i]! * products[c * paddedRows + i]!;
  }
  return squares;
}

/** Product of cluster c's new sum with what the last moves added to it. */
function productOfMoves({ space, moves, products }: LloydState, c: number): number {
  const from = c * space.matrix.paddedRows;
  let sum = 0;
  for (let at = moves.starts[c]!; at < moves.starts[c + 1]!; at++) {
    sum += moves.factors[at]! * products[from + moves.index[at]!]!;
  }
  return sum;
}

/** Clusters that could not be given a row stand on the centre of the largest one, as in scikit-learn. */
function standOnLargest({ space, restart, products }: LloydState): boolean {
  const size = space.matrix.paddedRows;
  const wasBorrowed = restart.borrowed.size > 0;
  restart.borrowed.clear();
  const largest = indexOfLargest(restart.counts);
  restart.counts.forEach((count, c) => {
    if (count > 0) return;
    products.copyWithin(c * size, largest * size, (largest + 1) * size);
    restart.norms[c] = restart.norms[largest]!;
    restart.factors[c] = restart.factors[largest]!;
    restart.borrowed.add(c);
  });
  return wasBorrowed || restart.borrowed.size > 0;
}

/** Squared distance of every row to the centre of its label. */
function distancesToCentres({ space, restart, products }: LloydState): Float64Array {
  const { scales, squares, rows, paddedRows } = space.matrix;
  const { labels, norms, factors } = restart;
  const distances = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const c = labels[i]!;
    const cross = scales[i]! * factors[c]! * products[c * paddedRows + i]!;
    distances[i] = Math.max(0, squares[i]! + norms[c]! - 2 * cross);
  }
  return distances;
}

function indexOfLargest(counts: Float64Array): number {
  return counts.indexOf(Math.max(...counts));
}

import { type ClusterSums, followMoves } from './cluster-sums.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { KernelTeam } from './kernel-team.ts';
import { type StartDraws, trialsFor } from './kmeans-draws.ts';
import { choosePrimalStarts, putRow } from './kmeans-primal-starts.ts';
import { createMoves, createRestart, planMoves, type Restart } from './kmeans-restart.ts';
import type { KMeansRoute, KMeansRun, LloydLimits } from './kmeans-run.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';
import { createRowProducts, type RowProducts } from './row-products.ts';
import { sumOfRows } from './sum-of-rows.ts';

/** Centres that meet the rows in one product: more would not be faster, and cost memory per row. */
const CENTRES_AT_ONCE = 60;

/**
 * The route to k-means for any number of rows: the centres of several restarts meet the rows in one product,
 * and sums of members are kept up to date by the rows that move. Good for the matrix's current prefix.
 */
export function primalRoute(kernelMemory: KernelMemory, team: KernelTeam, matrix: PrefixMatrix): KMeansRoute {
  const { rows, dimensions, everyRow, scales, squares } = matrix;
  const sum = sumOfRows(kernelMemory, matrix, everyRow, scales.subarray(0, rows), 1);
  const ofMean = sum.reduce((total, value) => total + value * value, 0) / rows ** 2;
  const ofRows = squares.reduce((total, square) => total + square, 0) / rows;
  return {
    rows,
    dimensions,
    totalVariance: ofRows - ofMean,
    run: (draws, clusters, limits) => {
      const together = Math.max(1, Math.floor(CENTRES_AT_ONCE / clusters));
      const runs: KMeansRun[] = [];
      for (let first = 0; first < draws.length; first += together) {
        const batch = draws.slice(first, first + together);
        const mark = kernelMemory.mark();
        runs.push(...runBatch(kernelMemory, team, matrix, batch, clusters, limits, sum));
        kernelMemory.release(mark);
      }
      return runs;
    },
  };
}

function runBatch(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
  draws: readonly StartDraws[],
  clusters: number,
  limits: LloydLimits,
  total: Float64Array,
): KMeansRun[] {
  const capacity = draws.length * Math.max(clusters, trialsFor(clusters));
  const space = createRowProducts(kernelMemory, team, matrix, capacity);
  const starts = choosePrimalStarts(matrix, space, draws, clusters);
  const centres = starts.map((rows) => {
    const first = new Float32Array(clusters * matrix.stride);
    rows.forEach((row, c) => {
      putRow(matrix, row, first, c);
    });
    return first;
  });
  return lloydFrom(kernelMemory, team, matrix, space, centres, limits, total);
}

interface PrimalRestart extends Restart, ClusterSums {
  /** clusters × matrix.stride, in the order of memory. */
  readonly centres: Float32Array;
  readonly changed: Int32Array;
  inertia: number;
  finished: boolean;
}

/**
 * Lloyd's algorithm from given centres, several restarts side by side.
 *
 * @param space room for all their centres
 * @param centres per restart, clusters × matrix.stride values in the order of memory; changed in place
 * @param total sum of all rows, in the order of memory
 */
export function lloydFrom(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
  space: RowProducts,
  centres: readonly Float32Array[],
  limits: LloydLimits,
  total: Float64Array,
): KMeansRun[] {
  const restarts = centres.map((own) => startRestart(kernelMemory, matrix, own));
  for (;;) {
    const active = restarts.filter((restart) => !restart.finished);
    if (active.length === 0) break;
    active.forEach((restart, place) => {
      space.vectors.set(restart.centres, place * restart.centres.length);
    });
    space.multiply(active.length * active[0]!.clusters);
    const moving = active.filter((restart, place) => visit(kernelMemory, matrix, space, restart, place));
    followMoves(team, matrix, moving, total);
    for (const restart of active) if (!restart.finished) moveCentres(matrix, restart, limits);
  }
  return restarts.map((restart) => ({
    labels: restart.labels.slice(),
    inertia: restart.inertia,
    iterations: restart.iterations,
    centres: inOrderOfDimensions(matrix, restart),
  }));
}

function startRestart(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  centres: Float32Array,
): PrimalRestart {
  const clusters = centres.length / matrix.stride;
  const restart: PrimalRestart = {
    ...createRestart(kernelMemory, matrix.rows, clusters),
    clusters,
    centres,
    sums: kernelMemory.float64(centres.length).fill(0),
    scratch: kernelMemory.float32(centres.length).fill(0),
    changed: kernelMemory.int32(2 * matrix.rows),
    moves: createMoves(kernelMemory, matrix.rows, clusters),
    inertia: Number.POSITIVE_INFINITY,
    finished: false,
  };
  for (let c = 0; c < clusters; c++)
    restart.norms[c] = squaredLength(centres, c * matrix.stride, matrix.depth);
  return restart;
}

/**
 * Reads one restart's products: a restart that has converged gets its inertia; any other gets new labels.
 *
 * @param place where among the active restarts its centres stand
 * @returns whether the sums of its clusters have to follow
 */
function visit(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  space: RowProducts,
  restart: PrimalRestart,
  place: number,
): boolean {
  const firstProduct = place * restart.clusters;
  const ownDistances = () => distancesToCentres(matrix, space, restart, firstProduct);
  const moved = restart.state === 'stable' ? 0 : assign(kernelMemory, matrix, space, restart, firstProduct);
  if (restart.state !== 'running') return finish(restart, ownDistances());
  planMoves(restart, restart.changed, moved, matrix.scales, ownDistances, restart.moves);
  if (moved > 0) return true;
  restart.state = 'stable';
  // centres only move on when a row was put into an empty cluster; else the products at hand are the last word
  if (restart.relocated.length > 0) return true;
  restart.iterations++;
  return finish(restart, ownDistances());
}

function finish(restart: PrimalRestart, distances: Float64Array): false {
  restart.inertia = distances.reduce((sum, distance) => sum + distance, 0);
  restart.finished = true;
  return false;
}

function assign(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  space: RowProducts,
  restart: PrimalRestart,
  firstProduct: number,
): number {
  return kernelMemory.kernels.assignByProducts(
    matrix.rows,
    restart.clusters,
    space.products.byteOffset + firstProduct * 4,
    space.stride,
    matrix.scales.byteOffset,
    restart.norms.byteOffset,
    restart.labels.byteOffset,
    restart.changed.byteOffset,
  );
}

/** Centres become the means of their members; a cluster without any stands on the largest one's centre. */
function moveCentres(matrix: PrefixMatrix, restart: PrimalRestart, limits: LloydLimits): void {
  const { centres, sums, counts, norms, clusters } = restart;
  const { stride, depth } = matrix;
  const largest = counts.indexOf(Math.max(...counts));
  let shift = 0;
  for (let c = 0; c < clusters; c++) {
    const source = counts[c] === 0 ? largest : c;
    for (let j = 0; j < depth; j++) {
      const at = c * stride + j;
      const before = centres[at]!;
      centres[at] = sums[source * stride + j]! / counts[source]!;
      shift += (centres[at]! - before) ** 2;
    }
    norms[c] = squaredLength(centres, c * stride, depth);
  }
  restart.iterations++;
  if (restart.state === 'stable') return;
  if (shift <= limits.tolerance) restart.state = 'withinTolerance';
  else if (restart.iterations >= limits.maxIterations) restart.state = 'outOfIterations';
}

function distancesToCentres(
  matrix: PrefixMatrix,
  space: RowProducts,
  { labels, norms }: PrimalRestart,
  firstProduct: number,
): Float64Array {
  const distances = new Float64Array(matrix.rows);
  for (let i = 0; i < matrix.rows; i++) {
    const c = labels[i]!;
    const cross = matrix.scales[i]! * space.products[i * space.stride + firstProduct + c]!;
    distances[i] = Math.max(0, matrix.squares[i]! + norms[c]! - 2 * cross);
  }
  return distances;
}

function squaredLength(values: Float32Array, from: number, length: number): number {
  let sum = 0;
  for (let j = from; j < from + length; j++) sum += values[j]! * values[j]!;
  return sum;
}

function inOrderOfDimensions(matrix: PrefixMatrix, { centres, clusters }: PrimalRestart): Float64Array {
  const ordered = new Float64Array(clusters * matrix.dimensions);
  for (let c = 0; c < clusters; c++) {
    for (let j = 0; j < matrix.dimensions; j++) {
      ordered[c * matrix.dimensions + j] = centres[c * matrix.stride + matrix.columns[j]!]!;
    }
  }
  return ordered;
}

import type { ClusterSums } from './cluster-sums.ts';
import type { GramSpace } from './kmeans-gram-starts.ts';
import { createMoves, createRestart, planMoves, type Restart } from './kmeans-restart.ts';

export interface LloydSpace extends GramSpace {
  /** Products of every row with the sum of all unit rows. */
  readonly total: Float64Array;
}

/**
 * A restart whose centres are never formed: the sum of a cluster's lines of the Gram matrix holds the
 * products of every row with the sum of its members.
 */
export interface GramRestart extends Restart, ClusterSums {
  readonly space: LloydSpace;
  /** Rows that were the first centres. */
  readonly starts: readonly number[];
  readonly changed: Int32Array;
}

export function createGramRestart(space: LloydSpace, starts: readonly number[]): GramRestart {
  const { kernelMemory, matrix } = space;
  const clusters = starts.length;
  const restart: GramRestart = {
    ...createRestart(kernelMemory, matrix.rows, clusters),
    space,
    clusters,
    starts,
    sums: kernelMemory.float64(clusters * matrix.paddedRows),
    scratch: kernelMemory.float32(clusters * matrix.paddedRows).fill(0),
    changed: kernelMemory.int32(2 * matrix.rows),
    moves: createMoves(kernelMemory, matrix.rows, clusters),
  };
  standOnRows(restart);
  return restart;
}

/** The first centres: products with one row are that row's line of the Gram matrix. */
function standOnRows({ space, sums, starts, norms, factors }: GramRestart): void {
  const { matrix, gram } = space;
  starts.forEach((row, c) => {
    sums.set(
      gram.values.subarray(row * gram.stride, row * gram.stride + matrix.paddedRows),
      c * matrix.paddedRows,
    );
    norms[c] = matrix.squares[row]!;
    factors[c] = matrix.scales[row]!;
  });
}

/** New labels from the products. @returns how many changed */
export function assign(restart: GramRestart): number {
  const { space, clusters, sums, changed } = restart;
  const { kernelMemory, matrix } = space;
  return kernelMemory.kernels.assignBySums(
    matrix.rows,
    clusters,
    sums.byteOffset,
    matrix.paddedRows,
    matrix.scales.byteOffset,
    restart.norms.byteOffset,
    restart.factors.byteOffset,
    restart.labels.byteOffset,
    changed.byteOffset,
  );
}

/** Plans how the sums follow the new labels; `followMoves` carries it out. */
export function planSums(restart: GramRestart, moved: number): void {
  const { space, moves, sums, changed } = restart;
  const size = space.matrix.paddedRows;
  planMoves(restart, changed, moved, space.matrix.scales, () => distancesToCentres(restart), moves);
  if (restart.iterations === 0) sums.fill(0);
  for (const c of restart.borrowed) sums.fill(0, c * size, (c + 1) * size);
}

/**
 * Moves the centres to the means of their members.
 *
 * @returns Σ of the squared distances that the centres moved; infinite while a cluster has no member
 */
export function moveCentres(restart: GramRestart): number {
  const { space, sums, starts, norms, factors } = restart;
  const { scales, paddedRows } = space.matrix;
  const squares = squaresOfSums(restart);
  let shift = 0;
  for (let c = 0; c < restart.clusters; c++) {
    const count = restart.counts[c]!;
    if (count === 0) continue;
    // product of the old centre with the new sum
    const cross =
      restart.iterations === 0
        ? scales[starts[c]!]! * sums[c * paddedRows + starts[c]!]!
        : (squares[c]! - productOfMoves(restart, c)) * factors[c]!;
    const norm = squares[c]! / count ** 2;
    shift += norm + norms[c]! - (2 * cross) / count;
    norms[c] = norm;
    factors[c] = 1 / count;
  }
  return standOnLargest(restart) ? Number.POSITIVE_INFINITY : shift;
}

/** Squared length of each cluster's sum. */
function squaresOfSums({ space, members, sums, clusters }: GramRestart): Float64Array {
  const { scales, rows, paddedRows } = space.matrix;
  const squares = new Float64Array(clusters);
  for (let i = 0; i < rows; i++) {
    const c = members[i]!;
    squares[c]! += scales[i]! * sums[c * paddedRows + i]!;
  }
  return squares;
}

/** Product of cluster c's new sum with what the last moves added to it. */
function productOfMoves({ space, moves, sums }: GramRestart, c: number): number {
  const from = c * space.matrix.paddedRows;
  let sum = 0;
  for (let at = moves.starts[c]!; at < moves.starts[c + 1]!; at++) {
    sum += moves.factors[at]! * sums[from + moves.index[at]!]!;
  }
  return sum;
}

/** Clusters that could not be given a row stand on the centre of the largest one, as in scikit-learn. */
function standOnLargest(restart: GramRestart): boolean {
  const { space, sums } = restart;
  const size = space.matrix.paddedRows;
  const wasBorrowed = restart.borrowed.size > 0;
  restart.borrowed.clear();
  const largest = indexOfLargest(restart.counts);
  restart.counts.forEach((count, c) => {
    if (count > 0) return;
    sums.copyWithin(c * size, largest * size, (largest + 1) * size);
    restart.norms[c] = restart.norms[largest]!;
    restart.factors[c] = restart.factors[largest]!;
    restart.borrowed.add(c);
  });
  return wasBorrowed || restart.borrowed.size > 0;
}

/** Squared distance of every row to the centre of its label. */
export function distancesToCentres({ space, labels, norms, factors, sums }: GramRestart): Float64Array {
  const { scales, squares, rows, paddedRows } = space.matrix;
  const distances = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const c = labels[i]!;
    const cross = scales[i]! * factors[c]! * sums[c * paddedRows + i]!;
    distances[i] = Math.max(0, squares[i]! + norms[c]! - 2 * cross);
  }
  return distances;
}

function indexOfLargest(counts: Float64Array): number {
  return counts.indexOf(Math.max(...counts));
}

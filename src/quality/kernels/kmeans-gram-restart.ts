import type { KernelCall } from './kernel-team.ts';
import type { GramSpace } from './kmeans-gram-starts.ts';
import { createMoves, createRestart, type Moves, planMoves, type Restart } from './kmeans-restart.ts';

export interface LloydSpace extends GramSpace {
  /** Products of every row with the sum of all unit rows. */
  readonly total: Float64Array;
}

/** A restart whose centres are never formed: it knows their products with all rows. */
export interface GramRestart extends Restart {
  readonly space: LloydSpace;
  readonly clusters: number;
  /** Rows that were the first centres. */
  readonly starts: readonly number[];
  /** Products of every row with the sum of each cluster's unit rows: clusters × paddedRows. */
  readonly products: Float64Array;
  readonly scratch: Float32Array;
  readonly changed: Int32Array;
  readonly moves: Moves;
  /** Cluster whose sum is made from the others'. */
  rest: number;
}

export function createGramRestart(space: LloydSpace, starts: readonly number[]): GramRestart {
  const { kernelMemory, matrix } = space;
  const clusters = starts.length;
  const restart: GramRestart = {
    ...createRestart(kernelMemory, matrix.rows, clusters),
    space,
    clusters,
    starts,
    products: kernelMemory.float64(clusters * matrix.paddedRows),
    scratch: kernelMemory.float32(clusters * matrix.paddedRows).fill(0),
    changed: kernelMemory.int32(2 * matrix.rows),
    moves: createMoves(kernelMemory, matrix.rows, clusters),
    rest: 0,
  };
  standOnRows(restart);
  return restart;
}

/** The first centres: products with one row are that row's line of the Gram matrix. */
function standOnRows({ space, products, starts, norms, factors }: GramRestart): void {
  const { matrix, gram } = space;
  starts.forEach((row, c) => {
    products.set(
      gram.values.subarray(row * gram.stride, row * gram.stride + matrix.paddedRows),
      c * matrix.paddedRows,
    );
    norms[c] = matrix.squares[row]!;
    factors[c] = matrix.scales[row]!;
  });
}

/** New labels from the products. @returns how many changed */
export function assign(restart: GramRestart): number {
  const { space, clusters, products, changed } = restart;
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
 * Plans how the sums follow the new labels. All clusters together sum to the total, so the cluster with the most
 * moves is left out: it is what the others leave of the total (`settleRest`), which saves half of the work for
 * two clusters and a third or more for three.
 *
 * @returns the calls that bring the other clusters' sums up to date
 */
export function planSums(restart: GramRestart, moved: number): KernelCall[] {
  const { space, moves, products, clusters, scratch, changed } = restart;
  const { matrix, gram } = space;
  const size = matrix.paddedRows;
  planMoves(restart, changed, moved, matrix.scales, () => distancesToCentres(restart), moves);
  if (restart.iterations === 0) products.fill(0);
  for (const c of restart.borrowed) products.fill(0, c * size, (c + 1) * size);
  const movesOf = (c: number): number => moves.starts[c + 1]! - moves.starts[c]!;
  restart.rest = 0;
  for (let c = 1; c < clusters; c++) if (movesOf(c) > movesOf(restart.rest)) restart.rest = c;
  const calls: KernelCall[] = [];
  for (let c = 0; c < clusters; c++) {
    if (c === restart.rest || movesOf(c) === 0) continue;
    calls.push([
      'sumWeightedRows',
      gram.values.byteOffset,
      gram.stride,
      moves.index.byteOffset,
      moves.starts[c]!,
      moves.starts[c + 1]!,
      size,
      moves.factors.byteOffset,
      1,
      scratch.byteOffset + c * size * 4,
      products.byteOffset + c * size * 8,
      size,
    ]);
  }
  return calls;
}

/** The sum that was left out: the total less all others. */
export function settleRest({ space, moves, products, clusters, rest }: GramRestart): void {
  const size = space.matrix.paddedRows;
  if (moves.starts[rest + 1] === moves.starts[rest]) return;
  const own = products.subarray(rest * size, (rest + 1) * size);
  own.set(space.total);
  for (let c = 0; c < clusters; c++) {
    if (c === rest) continue;
    const other = products.byteOffset + c * size * 8;
    space.kernelMemory.kernels.addScaled64(size, -1, other, own.byteOffset);
  }
}

/**
 * Moves the centres to the means of their members.
 *
 * @returns Σ of the squared distances that the centres moved; infinite while a cluster has no member
 */
export function moveCentres(restart: GramRestart): number {
  const { space, products, starts, norms, factors } = restart;
  const { scales, paddedRows } = space.matrix;
  const squares = squaresOfSums(restart);
  let shift = 0;
  for (let c = 0; c < restart.clusters; c++) {
    const count = restart.counts[c]!;
    if (count === 0) continue;
    // product of the old centre with the new sum
    const cross =
      restart.iterations === 0
        ? scales[starts[c]!]! * products[c * paddedRows + starts[c]!]!
        : (squares[c]! - productOfMoves(restart, c)) * factors[c]!;
    const norm = squares[c]! / count ** 2;
    shift += norm + norms[c]! - (2 * cross) / count;
    norms[c] = norm;
    factors[c] = 1 / count;
  }
  return standOnLargest(restart) ? Number.POSITIVE_INFINITY : shift;
}

/** Squared length of each cluster's sum. */
function squaresOfSums({ space, members, products, clusters }: GramRestart): Float64Array {
  const { scales, rows, paddedRows } = space.matrix;
  const squares = new Float64Array(clusters);
  for (let i = 0; i < rows; i++) {
    const c = members[i]!;
    squares[c]! += scales[i]! * products[c * paddedRows + i]!;
  }
  return squares;
}

/** Product of cluster c's new sum with what the last moves added to it. */
function productOfMoves({ space, moves, products }: GramRestart, c: number): number {
  const from = c * space.matrix.paddedRows;
  let sum = 0;
  for (let at = moves.starts[c]!; at < moves.starts[c + 1]!; at++) {
    sum += moves.factors[at]! * products[from + moves.index[at]!]!;
  }
  return sum;
}

/** Clusters that could not be given a row stand on the centre of the largest one, as in scikit-learn. */
function standOnLargest(restart: GramRestart): boolean {
  const { space, products } = restart;
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
export function distancesToCentres({ space, labels, norms, factors, products }: GramRestart): Float64Array {
  const { scales, squares, rows, paddedRows } = space.matrix;
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

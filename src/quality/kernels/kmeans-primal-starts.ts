import { type StartDraws, trialsFor } from './kmeans-draws.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';
import type { RowProducts } from './row-products.ts';

/**
 * Greedy k-means++ for several restarts at once: the candidates of all of them meet the rows in one product.
 *
 * @param space room for `draws.length × trialsFor(clusters)` vectors
 * @returns the rows that become the first centres, per restart
 */
export function choosePrimalStarts(
  matrix: PrefixMatrix,
  space: RowProducts,
  draws: readonly StartDraws[],
  clusters: number,
): number[][] {
  const trials = trialsFor(clusters);
  const starts = draws.map((restart) => [restart.firstRow]);
  measure(matrix, space, starts.flat());
  const closest = draws.map((_, restart) => {
    const distances = new Float32Array(matrix.rows).fill(Number.POSITIVE_INFINITY);
    takeCloser(matrix, space, restart, starts[restart]![0]!, distances);
    return distances;
  });
  const potentials = closest.map((distances) => sumOf(distances));
  for (let c = 1; c < clusters; c++) {
    const candidates = draws.map(({ uniforms }, restart) => {
      const offset = (c - 1) * trials;
      const thresholds = uniforms.subarray(offset, offset + trials).map((u) => u * potentials[restart]!);
      return pickRows(closest[restart]!, thresholds);
    });
    measure(matrix, space, candidates.flat());
    draws.forEach((_, restart) => {
      const rows = candidates[restart]!;
      const left = rows.map((row, t) =>
        potentialWith(matrix, space, restart * trials + t, row, closest[restart]!),
      );
      const best = left.indexOf(Math.min(...left));
      takeCloser(matrix, space, restart * trials + best, rows[best]!, closest[restart]!);
      potentials[restart] = left[best]!;
      starts[restart]!.push(rows[best]!);
    });
  }
  return starts;
}

/** Writes the row, scaled to unit length, into a vector slot. */
export function putRow(matrix: PrefixMatrix, row: number, vectors: Float32Array, slot: number): void {
  const { stride, depth, values, scales } = matrix;
  const scale = scales[row]!;
  for (let j = 0; j < depth; j++) vectors[slot * stride + j] = values[row * stride + j]! * scale;
}

function measure(matrix: PrefixMatrix, space: RowProducts, rows: readonly number[]): void {
  rows.forEach((row, slot) => {
    putRow(matrix, row, space.vectors, slot);
  });
  space.multiply(rows.length);
}

/** Squared distance of row i to the row in vector slot `slot`. */
function distance(matrix: PrefixMatrix, space: RowProducts, slot: number, row: number, i: number): number {
  const cross = matrix.scales[i]! * space.products[i * space.stride + slot]!;
  return Math.max(0, matrix.squares[i]! + matrix.squares[row]! - 2 * cross);
}

function potentialWith(
  matrix: PrefixMatrix,
  space: RowProducts,
  slot: number,
  row: number,
  closest: Float32Array,
): number {
  let sum = 0;
  for (let i = 0; i < matrix.rows; i++) sum += Math.min(closest[i]!, distance(matrix, space, slot, row, i));
  return sum;
}

function takeCloser(
  matrix: PrefixMatrix,
  space: RowProducts,
  slot: number,
  row: number,
  closest: Float32Array,
): void {
  for (let i = 0; i < matrix.rows; i++) {
    closest[i] = Math.min(closest[i]!, distance(matrix, space, slot, row, i));
  }
}

function sumOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** For each threshold the first row at which the running sum reaches it. */
function pickRows(weights: Float32Array, thresholds: Float64Array): number[] {
  const order = [...thresholds.keys()].sort((a, b) => thresholds[a]! - thresholds[b]!);
  const rows = new Array<number>(thresholds.length).fill(weights.length - 1);
  let sum = 0;
  let next = 0;
  for (let i = 0; i < weights.length && next < order.length; i++) {
    sum += weights[i]!;
    while (next < order.length && sum >= thresholds[order[next]!]!) rows[order[next++]!] = i;
  }
  return rows;
}

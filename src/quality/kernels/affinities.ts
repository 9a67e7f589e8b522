import { UsageError } from '../../core/errors.ts';
import type { Neighbours } from '../engine.ts';

/** Joint probabilities of t-SNE over pairs of near rows, symmetric, in compressed rows; they sum to 1. */
export interface Affinities {
  readonly rows: number;
  /** Entries of row i: from `starts[i]` up to `starts[i + 1]`. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** Search of the kernel width that gives a row the wanted perplexity, as in scikit-learn. */
const SEARCH_STEPS = 100;
const ENTROPY_TOLERANCE = 1e-5;

/** Neighbours per row that scikit-learn's Barnes–Hut t-SNE uses: three times the perplexity. */
export function neighboursFor(rows: number, perplexity: number): number {
  return Math.min(rows - 1, Math.floor(3 * perplexity + 1));
}

/** @throws UsageError unless 0 < perplexity < rows */
function checkPerplexity(rows: number, perplexity: number): void {
  if (perplexity > 0 && perplexity < rows) return;
  throw new UsageError(`a perplexity of ${perplexity} cannot be reached with ${rows} rows`, {
    hint: 'set quality.map.perplexity below the number of rows, or use the PCA map',
  });
}

/**
 * P of t-SNE from each row's nearest neighbours: Gaussian weights of the squared Euclidean distance of unit rows,
 * 2 − 2 cos, at the wanted perplexity, made symmetric.
 *
 * @param neighbours of all rows, in order
 */
export function jointAffinities(neighbours: Neighbours, perplexity: number): Affinities {
  const { k, indices, cosines } = neighbours;
  const rows = indices.length / k;
  checkPerplexity(rows, perplexity);
  const conditional = new Float64Array(rows * k);
  const distances = new Float32Array(k);
  for (let i = 0; i < rows; i++) {
    for (let n = 0; n < k; n++) distances[n] = Math.max(0, 2 - 2 * cosines[i * k + n]!);
    fillConditional(distances, Math.log(perplexity), conditional.subarray(i * k, (i + 1) * k));
  }
  return symmetric(rows, k, indices, conditional);
}

function fillConditional(distances: Float32Array, wantedEntropy: number, target: Float64Array): void {
  let beta = 1;
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (let step = 0; step < SEARCH_STEPS; step++) {
    let total = 0;
    for (let n = 0; n < target.length; n++) {
      target[n] = Math.exp(-distances[n]! * beta);
      total += target[n]!;
    }
    if (total === 0) total = 1e-8;
    let expected = 0;
    for (let n = 0; n < target.length; n++) {
      target[n]! /= total;
      expected += distances[n]! * target[n]!;
    }
    const excess = Math.log(total) + beta * expected - wantedEntropy;
    if (Math.abs(excess) <= ENTROPY_TOLERANCE) return;
    if (excess > 0) {
      low = beta;
      beta = high === Number.POSITIVE_INFINITY ? beta * 2 : (beta + high) / 2;
    } else {
      high = beta;
      beta = low === Number.NEGATIVE_INFINITY ? beta / 2 : (beta + low) / 2;
    }
  }
}

/** (P + Pᵀ) ÷ its sum. */
function symmetric(rows: number, k: number, indices: Int32Array, conditional: Float64Array): Affinities {
  const entries = Array.from({ length: rows }, () => new Map<number, number>());
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    for (let n = i * k; n < (i + 1) * k; n++) {
      const j = indices[n]!;
      const p = conditional[n]!;
      entries[i]!.set(j, (entries[i]!.get(j) ?? 0) + p);
      entries[j]!.set(i, (entries[j]!.get(i) ?? 0) + p);
      sum += 2 * p;
    }
  }
  const starts = new Int32Array(rows + 1);
  entries.forEach((row, i) => {
    starts[i + 1] = starts[i]! + row.size;
  });
  const columns = new Int32Array(starts[rows]!);
  const values = new Float64Array(starts[rows]!);
  entries.forEach((row, i) => {
    const sorted = [...row].sort(([a], [b]) => a - b);
    sorted.forEach(([j, p], n) => {
      columns[starts[i]! + n] = j;
      values[starts[i]! + n] = p / sum;
    });
  });
  return { rows, starts, columns, values };
}

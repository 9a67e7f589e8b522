export interface Truncation {
  /** Values to drop from the front. */
  readonly warmup: number;
  /** False when the least error lies in the second half: the series has not settled. */
  readonly settled: boolean;
}

/**
 * Where a series settles, by MSER-m: means of `batchSize` values, then the cut that gives the remaining mean
 * the least standard error, Σ(x − x̄)² / (n − d)² (White, Simulation 69, 1997; White & Robinson, Journal of
 * Simulation 4, 2010). A cut in the second half of the series means that no steady state was seen.
 *
 * @param series values in the order of time
 * @param batchSize 5 by default
 * @returns no warm-up and not settled for fewer than ten batches: too short to tell
 */
export function mserTruncation(series: ArrayLike<number>, batchSize = 5): Truncation {
  const batches = batchMeans(series, batchSize);
  const count = batches.length;
  if (count < 10) return { warmup: 0, settled: false };
  // Walk from the end: tail sums grow by one batch at a time. Centring keeps the squares from cancelling.
  const centre = batches[count - 1]!;
  let total = 0;
  let squares = 0;
  let best = { cut: 0, error: Number.POSITIVE_INFINITY };
  for (let cut = count - 1; cut >= 0; cut--) {
    const value = batches[cut]! - centre;
    total += value;
    squares += value * value;
    const kept = count - cut;
    // The last five batches are left alone: a handful of equal values always looks perfect.
    if (kept < 5) continue;
    const error = Math.max(0, squares - (total * total) / kept) / kept ** 2;
    if (error <= best.error) best = { cut, error };
  }
  return { warmup: best.cut * batchSize, settled: best.cut <= count / 2 };
}

/** Means of consecutive batches of `batchSize` values; what is left over at the end is dropped. */
export function batchMeans(series: ArrayLike<number>, batchSize: number): Float64Array {
  const means = new Float64Array(Math.floor(series.length / batchSize));
  for (let b = 0; b < means.length; b++) {
    let total = 0;
    for (let i = b * batchSize; i < (b + 1) * batchSize; i++) total += series[i]!;
    means[b] = total / batchSize;
  }
  return means;
}

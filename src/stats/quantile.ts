import { quantileRanks } from './quantile-ranks.ts';
import type { SortedSample } from './sorted-sample.ts';

/**
 * Nearest-rank quantile: the smallest value with at least the share `p` of the sample at or below it
 * (Hyndman & Fan 1996, definition 1). Always a value that was measured, never an interpolation.
 *
 * @param p share in (0, 1]
 * @returns NaN for an empty sample
 */
export function nearestRankQuantile(sample: SortedSample, p: number): number {
  if (!(p > 0 && p <= 1)) throw new RangeError(`a quantile's share lies in (0, 1], not at ${p}`);
  if (sample.length === 0) return Number.NaN;
  // 0.95 × 100 is 95.00000000000001 in binary: take the rank that was meant.
  const rank = Math.ceil(p * sample.length - 1e-9 * p * sample.length);
  return sample[Math.max(rank, 1) - 1]!;
}

/** A quantile with its distribution-free interval; `low` and `high` are absent when the sample is too small. */
export interface QuantileEstimate {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly n: number;
}

/**
 * The quantile with its order-statistic interval: holds whatever the shape of the distribution, as long as
 * the values are independent draws from it.
 *
 * @param level coverage, 0.95 by default
 */
export function quantileWithInterval(sample: SortedSample, p: number, level = 0.95): QuantileEstimate {
  const value = nearestRankQuantile(sample, p);
  const ranks = quantileRanks(sample.length, p, level);
  if (ranks === undefined) return { value, n: sample.length };
  return { value, low: sample[ranks.lower - 1]!, high: sample[ranks.upper - 1]!, n: sample.length };
}

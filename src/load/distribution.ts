import type { Distribution } from '../core/record/load-row.ts';
import { quantileRanks } from '../stats/quantile-ranks.ts';
import { selectRanks } from './select-ranks.ts';

/** Percentiles that a record keeps. */
export const PERCENTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
export type PercentileName = keyof typeof PERCENTILES;

/**
 * A distribution over raw values: nearest-rank percentiles with their order-statistic intervals. A percentile
 * whose interval would not be finite (p99 below 299 values) is left out.
 *
 * @param values finite, in milliseconds; reordered in place
 */
export function distributionOf(values: Float64Array): Distribution {
  const n = values.length;
  if (n === 0) return { n };
  const wanted = Object.entries(PERCENTILES).map(([name, p]) => ({
    name: name as PercentileName,
    rank: nearestRank(n, p),
    bounds: quantileRanks(n, p),
  }));
  const ranks = wanted.flatMap(({ rank, bounds }) =>
    bounds === undefined ? [] : [rank, bounds.lower - 1, bounds.upper - 1],
  );
  selectRanks(values, Uint32Array.from(new Set(ranks)).sort());
  const percentiles: { -readonly [Name in PercentileName]?: number } = {};
  const intervals: { -readonly [Name in PercentileName]?: [number, number] } = {};
  for (const { name, rank, bounds } of wanted) {
    if (bounds === undefined) continue;
    percentiles[name] = values[rank]!;
    intervals[name] = [values[bounds.lower - 1]!, values[bounds.upper - 1]!];
  }
  const { total, least, most } = extent(values);
  return { n, ...percentiles, mean: total / n, min: least, max: most, intervals };
}

/**
 * 0-based rank of the smallest value with at least the share `p` of `n` values at or below it (Hyndman & Fan
 * 1996, definition 1).
 */
export function nearestRank(n: number, p: number): number {
  // 0.95 × 100 is 95.00000000000001 in binary: take the rank that was meant.
  return Math.min(n - 1, Math.max(0, Math.ceil(p * n - 1e-9 * p * n) - 1));
}

/** Half the width of the percentile's 95 % interval as a share of its value; undefined while n is too small. */
export function relativeHalfWidth(values: Float64Array, p: number): number | undefined {
  const bounds = quantileRanks(values.length, p);
  if (bounds === undefined) return undefined;
  const rank = nearestRank(values.length, p);
  const ranks = [...new Set([bounds.lower - 1, rank, bounds.upper - 1])].sort((a, b) => a - b);
  selectRanks(values, ranks);
  return (values[bounds.upper - 1]! - values[bounds.lower - 1]!) / 2 / values[rank]!;
}

/** The values at 0 %, 1 % … 100 % of the sample; empty for an empty one. Reordered in place. */
export function empiricalCdf(values: Float64Array): number[] {
  const n = values.length;
  if (n === 0) return [];
  const ranks = Array.from({ length: 101 }, (_, percent) => nearestRank(n, percent / 100));
  selectRanks(values, Uint32Array.from(new Set(ranks)));
  return ranks.map((rank) => values[rank]!);
}

function extent(values: Float64Array): { total: number; least: number; most: number } {
  let total = 0;
  let least = values[0]!;
  let most = least;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    total += value;
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  return { total, least, most };
}

import { binomialPmf } from './binomial-distribution.ts';

/** 1-based ranks of the order statistics that bound a quantile. */
export interface QuantileRanks {
  readonly lower: number;
  readonly upper: number;
  /** P(X₍lower₎ ≤ quantile < X₍upper₎) for a continuous distribution; at least the level asked for. */
  readonly coverage: number;
}

/**
 * Ranks of the narrowest order-statistic interval for the `p` quantile of `n` independent values.
 * The number of values below the quantile is Binomial(n, p), so X₍l₎ … X₍u₎ covers it with probability
 * P(l ≤ B ≤ u − 1) (David & Nagaraja, Order Statistics, 3rd ed., §7.1).
 *
 * @returns undefined when not even [min, max] reaches the level: the sample is too small for a finite interval
 */
export function quantileRanks(n: number, p: number, level = 0.95): QuantileRanks | undefined {
  if (n < leastSampleForQuantile(p, level)) return undefined;
  // Ten standard deviations around the mode hold all of the mass that doubles can tell from 1.
  const reach = Math.ceil(10 * Math.sqrt(n * p * (1 - p))) + 10;
  const first = Math.max(1, Math.floor(n * p) - reach);
  const last = Math.min(n - 1, Math.ceil(n * p) + reach);
  const mass = Float64Array.from({ length: last - first + 1 }, (_, i) => binomialPmf(first + i, n, p));
  let best: QuantileRanks | undefined;
  let coverage = 0;
  let from = 0;
  for (let to = 0; to < mass.length; to++) {
    coverage += mass[to]!;
    while (from < to && coverage - mass[from]! >= level) coverage -= mass[from++]!;
    if (coverage < level) continue;
    const narrower = best === undefined || to - from + 1 < best.upper - best.lower;
    const likelier =
      best !== undefined && to - from + 1 === best.upper - best.lower && coverage > best.coverage + 1e-12;
    if (narrower || likelier) best = { lower: first + from, upper: first + to + 1, coverage };
  }
  return best;
}

/**
 * Least n for which [min, max] covers the `p` quantile with the level: 1 − pⁿ − (1 − p)ⁿ ≥ level.
 * At 95 %: p90 29, p95 59, p99 299, p99.9 2,995.
 */
export function leastSampleForQuantile(p: number, level = 0.95): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`an interval needs a share in (0, 1), not ${p}`);
  const covers = (n: number): boolean => p ** n + (1 - p) ** n <= 1 - level + 1e-12;
  let high = 2;
  while (!covers(high)) high *= 2;
  let low = Math.max(1, high / 2);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (covers(middle)) high = middle;
    else low = middle;
  }
  return covers(low) ? low : high;
}

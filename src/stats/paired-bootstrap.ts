import { type BootstrapOptions, drawStatistics, finiteDraws, type Statistic } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import { sampleSd } from './moments.ts';
import { percentileInterval } from './percentile-interval.ts';

export interface PairedBootstrap {
  /** candidate − reference on the items as they are, with its percentile interval. */
  readonly difference: Interval & { readonly value: number };
  /** candidate ÷ reference with its interval; absent when the reference is 0 or below on some resample. */
  readonly ratio?: Interval & { readonly value: number };
  /** Standard deviation of the difference over the resamples: its standard error. */
  readonly standardError: number;
  /** Two-sided p of "no difference": the level at which the percentile interval just touches 0. */
  readonly p: number;
  readonly n: number;
}

type PairedOptions = Pick<BootstrapOptions, 'resamples' | 'random' | 'level' | 'groups'>;

/**
 * Paired bootstrap of the difference between two configurations that were scored on the same `n` items: both
 * statistics see the same resamples (Efron & Tibshirani 1993; Koehn, EMNLP 2004, for evaluation scores).
 *
 * @throws RangeError when a statistic is undefined on most resamples
 */
export function pairedBootstrap(
  n: number,
  candidate: Statistic,
  reference: Statistic,
  options: PairedOptions,
): PairedBootstrap {
  const everyItem = Int32Array.from({ length: n }, (_, i) => i);
  const candidateValue = candidate(everyItem);
  const referenceValue = reference(everyItem);
  const [candidates, references] = drawStatistics(n, [candidate, reference], options) as [
    Float64Array,
    Float64Array,
  ];
  const level = options.level ?? 0.95;
  const differences = finiteDraws(
    candidates.map((value, r) => value - references[r]!),
    options.resamples,
  );
  const result = {
    difference: { value: candidateValue - referenceValue, ...percentileInterval(differences, level) },
    standardError: sampleSd(differences),
    p: inversionP(differences),
    n,
  };
  if (!(referenceValue > 0) || references.some((value) => !(value > 0))) return result;
  const ratios = finiteDraws(
    candidates.map((value, r) => value / references[r]!),
    options.resamples,
  );
  return {
    ...result,
    ratio: { value: candidateValue / referenceValue, ...percentileInterval(ratios, level) },
  };
}

/** The statistic "mean of these values" over drawn items: accuracy from 0/1 outcomes, MAE from errors. */
export function meanStatistic(values: ArrayLike<number>): Statistic {
  const kept = Float64Array.from(values);
  return (items) => {
    let total = 0;
    for (let i = 0; i < items.length; i++) total += kept[items[i]!]!;
    return total / items.length;
  };
}

/**
 * A statistic of how often each code occurs among the drawn items: macro-F1 from (true, predicted) codes, ARI
 * from (label, cluster) codes. Counting costs one pass; `ofCounts` sees the counts alone.
 *
 * @param codes code of each item, 0 … codeCount − 1
 */
export function countStatistic(
  codes: Int32Array,
  codeCount: number,
  ofCounts: (counts: Int32Array) => number,
): Statistic {
  const counts = new Int32Array(codeCount);
  // Two tables take turns: neighbours often have one code, and a counter cannot be raised twice at once.
  const others = new Int32Array(codeCount);
  return (items) => {
    counts.fill(0);
    others.fill(0);
    const even = items.length & ~1;
    for (let i = 0; i < even; i += 2) {
      const code = codes[items[i]!]!;
      const other = codes[items[i + 1]!]!;
      counts[code] = counts[code]! + 1;
      others[other] = others[other]! + 1;
    }
    if (even < items.length) {
      const code = codes[items[even]!]!;
      counts[code] = counts[code]! + 1;
    }
    for (let code = 0; code < codeCount; code++) counts[code] = counts[code]! + others[code]!;
    return ofCounts(counts);
  };
}

/** Both one-sided shares count the resamples at 0, and one is added so that p is never 0. */
function inversionP(differences: Float64Array): number {
  let atOrBelow = 1;
  let atOrAbove = 1;
  for (const difference of differences) {
    if (difference <= 0) atOrBelow++;
    if (difference >= 0) atOrAbove++;
  }
  return Math.min(1, (2 * Math.min(atOrBelow, atOrAbove)) / (differences.length + 1));
}

import { createRandom } from '../core/random.ts';
import type { Score } from '../core/record/score.ts';
import type { Statistic } from '../stats/bootstrap.ts';
import { mean } from '../stats/moments.ts';
import { ruleOfThree } from '../stats/non-inferiority.ts';
import { countStatistic, meanStatistic } from '../stats/paired-bootstrap.ts';
import { centredInterval, percentileInterval } from '../stats/percentile-interval.ts';
import { forEachResample } from '../stats/resample.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';

const LEVEL = 0.95;

/** How intervals are resampled. Equal seeds give equal intervals. */
export interface Resampling {
  readonly bootstrapResamples: number;
  readonly seed: number;
}

interface ScoreOptions {
  /** Bounds that the metric cannot leave; intervals are cut there. */
  readonly range?: readonly [number, number];
  /** What a guess that ignores the vectors would score. */
  readonly baseline?: number;
  /** For statistics that resampling lifts; see `centredInterval`. */
  readonly centred?: boolean;
}

/** A share with Wilson's interval. */
export function proportionScore(successes: number, n: number, baseline?: number): Score {
  const { low, high } = wilsonInterval(successes, n, LEVEL);
  return { value: successes / n, low, high, level: LEVEL, method: 'wilson', n, ...baselineOf(baseline) };
}

/** A mean over items with its bootstrap interval. */
export function meanScore(
  values: ArrayLike<number>,
  resampling: Resampling,
  options: ScoreOptions = {},
): Score {
  return statisticScore(values.length, meanStatistic(values), resampling, {
    ...options,
    value: mean(values),
  });
}

/**
 * Any statistic over items with its bootstrap interval.
 *
 * @param options `value` when it is known already
 */
export function statisticScore(
  n: number,
  statistic: Statistic,
  resampling: Resampling,
  options: ScoreOptions & { readonly value?: number } = {},
): Score {
  const value = options.value ?? statistic(Int32Array.from({ length: n }, (_, i) => i));
  const draws = new Float64Array(resampling.bootstrapResamples);
  forEachResample(n, draws.length, createRandom(resampling.seed, 'intervals'), (items, r) => {
    draws[r] = statistic(items);
  });
  return scoreFromDraws(value, draws, n, options);
}

/**
 * Several scores of one table of counts, each with its bootstrap interval: the codes of a resample are counted
 * once and every score reads the same counts. Scores that are undefined on the items are left out.
 *
 * @param codes code of every item, 0 … codeCount − 1: a cell of a confusion matrix or contingency table
 */
export function countScores<Name extends string>(
  codes: Int32Array,
  codeCount: number,
  scores: Readonly<Record<Name, (counts: Int32Array) => number>>,
  resampling: Resampling,
  options?: Readonly<Partial<Record<Name, ScoreOptions>>>,
): Partial<Record<Name, Score>> {
  const names = Object.keys(scores) as Name[];
  const draws = names.map(() => new Float64Array(resampling.bootstrapResamples));
  const values = names.map(() => 0);
  const readInto = (write: (index: number, value: number) => void) =>
    countStatistic(codes, codeCount, (counts) => {
      names.forEach((name, index) => {
        write(index, scores[name](counts));
      });
      return 0;
    });
  readInto((index, value) => {
    values[index] = value;
  })(Int32Array.from(codes, (_, i) => i));
  let resample = 0;
  const count = readInto((index, value) => {
    draws[index]![resample] = value;
  });
  const random = createRandom(resampling.seed, 'intervals');
  forEachResample(codes.length, resampling.bootstrapResamples, random, (items, r) => {
    resample = r;
    count(items);
  });
  const result: Partial<Record<Name, Score>> = {};
  names.forEach((name, index) => {
    const value = values[index]!;
    if (Number.isFinite(value))
      result[name] = scoreFromDraws(value, draws[index]!, codes.length, options?.[name] ?? {});
  });
  return result;
}

/** A score with bounds from bootstrap replicates; without bounds when most replicates are undefined. */
function scoreFromDraws(value: number, draws: Float64Array, n: number, options: ScoreOptions): Score {
  const base = { value, n, ...baselineOf(options.baseline) };
  const finite = draws.filter(Number.isFinite);
  if (n < 2 || finite.length * 2 < draws.length) return base;
  const { low, high } = options.centred
    ? centredInterval(finite, value, LEVEL)
    : percentileInterval(finite, LEVEL);
  const [least, most] = options.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  // Items that all agree resample to one value; a few more of them might not have agreed.
  const unseen = low === high ? ruleOfThree(n) : 0;
  return {
    ...base,
    low: Math.max(least, Math.min(low, value) - unseen),
    high: Math.min(most, Math.max(high, value) + unseen),
    level: LEVEL,
    method: 'bootstrap',
  };
}

function baselineOf(baseline: number | undefined): { baseline?: number } {
  return baseline === undefined ? {} : { baseline };
}

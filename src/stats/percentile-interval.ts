import type { Interval } from './interval.ts';
import { mean } from './moments.ts';
import { nearestRankQuantile } from './quantile.ts';
import { sortedSample } from './sorted-sample.ts';

/** The middle `level` of bootstrap replicates. */
export function percentileInterval(draws: ArrayLike<number>, level: number): Interval {
  const replicates = sortedSample(draws);
  const tail = (1 - level) / 2;
  return {
    low: nearestRankQuantile(replicates, tail),
    high: nearestRankQuantile(replicates, 1 - tail),
    level,
  };
}

/**
 * The middle of the replicates, moved so that their mean meets the value. For statistics that rise by being
 * resampled: two copies of one item always agree with each other, which lifts ARI and mutual information by
 * about 1/n (Efron & Tibshirani 1993, §10.6, bias correction).
 */
export function centredInterval(draws: ArrayLike<number>, value: number, level: number): Interval {
  const { low, high } = percentileInterval(draws, level);
  const bias = mean(draws) - value;
  return { low: low - bias, high: high - bias, level };
}

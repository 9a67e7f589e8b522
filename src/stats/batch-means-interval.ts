import type { Interval } from './interval.ts';
import { mean, sampleSd } from './moments.ts';
import { batchMeans } from './steady-state.ts';
import { tQuantile } from './t-distribution.ts';

export interface BatchMeansEstimate extends Interval {
  readonly mean: number;
  readonly batches: number;
  /** Lag-1 autocorrelation of the batch means; well above 0 means that the batches are too short. */
  readonly lag1: number;
}

/**
 * Interval of the mean of a correlated series (latencies in order, throughput per slice): means of long
 * batches are nearly independent, so Student's t over them holds (Law, Simulation Modeling and Analysis,
 * 5th ed., §9.5.3).
 *
 * @param batches number of batches, 20 by default
 * @returns undefined when the series does not fill two values into every batch
 */
export function batchMeansInterval(
  series: ArrayLike<number>,
  batches = 20,
  level = 0.95,
): BatchMeansEstimate | undefined {
  const size = Math.floor(series.length / batches);
  if (size < 2 || batches < 2) return undefined;
  const means = batchMeans(series, size).subarray(0, batches);
  const centre = mean(means);
  const half = (tQuantile(1 - (1 - level) / 2, batches - 1) * sampleSd(means)) / Math.sqrt(batches);
  return { mean: centre, low: centre - half, high: centre + half, level, batches, lag1: lag1(means, centre) };
}

function lag1(values: Float64Array, centre: number): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! - centre;
    squares += deviation * deviation;
    if (i > 0) products += deviation * (values[i - 1]! - centre);
  }
  return squares === 0 ? 0 : products / squares;
}

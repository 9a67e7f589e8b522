import { batchMeans, mserTruncation } from '../stats/steady-state.ts';
import { slopeTest } from '../stats/trend.ts';

/** Completed requests in the order in which they ended. */
export interface CompletionSeries {
  /** When each ended, in milliseconds, ascending. */
  readonly endedMs: Float64Array;
  readonly latencyMs: Float64Array;
}

/** MSER needs ten batches; a slope over fewer means nothing. */
const LEAST_COMPLETIONS = 10;
/** More batches than this add nothing and cost time on the measuring thread. */
const MOST_BATCHES = 100;
const SLICES = 10;
/** A drift that is both significant at this level and larger than this share of the mean counts. */
const DRIFT_P = 0.01;
const DRIFT_SHARE = 0.1;

/**
 * Whether latency and throughput have settled: MSER finds the best cut of the latencies in the first half of
 * the series, and neither latencies nor completions per slice of time drift over the second half.
 */
export function hasSettled({ endedMs, latencyMs }: CompletionSeries): boolean {
  if (latencyMs.length < LEAST_COMPLETIONS) return false;
  const means = batchMeans(latencyMs, Math.max(1, Math.floor(latencyMs.length / MOST_BATCHES)));
  if (!mserTruncation(means, 1).settled) return false;
  const half = endedMs.length >> 1;
  return !drifts({ endedMs: endedMs.subarray(half), latencyMs: latencyMs.subarray(half) });
}

/** Whether latency or throughput changes over the series by more than chance and more than a tenth. */
export function drifts({ endedMs, latencyMs }: CompletionSeries): boolean {
  if (latencyMs.length < LEAST_COMPLETIONS) return false;
  const latency = batchMeans(latencyMs, Math.max(1, Math.floor(latencyMs.length / SLICES)));
  return driftsOver(latency) || driftsOver(completionsPerSlice(endedMs));
}

function driftsOver(values: Float64Array): boolean {
  const trend = slopeTest(values);
  return trend !== undefined && trend.p < DRIFT_P && Math.abs(trend.relativeDrift) > DRIFT_SHARE;
}

/** Completions in equal slices of the time between the first and the last. */
function completionsPerSlice(endedMs: Float64Array): Float64Array {
  const counts = new Float64Array(SLICES);
  const from = endedMs[0]!;
  const length = endedMs.at(-1)! - from;
  if (length <= 0) return counts.fill(1);
  for (const ended of endedMs)
    counts[Math.min(SLICES - 1, Math.floor(((ended - from) / length) * SLICES))]! += 1;
  return counts;
}

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
/** A drift counts when it is larger than this share of the mean and significant. */
const DRIFT_SHARE = 0.1;
/** Before a window, waiting a little longer costs little; after it, a false alarm costs a cell its good name. */
const CAUTIOUS_P = 0.05;
const STRICT_P = 0.01;

/**
 * Whether latency and throughput have settled: MSER finds the best cut of the latencies in the first half of
 * the series, and behind the cut neither latencies nor completions per slice of time drift.
 */
export function hasSettled({ endedMs, latencyMs }: CompletionSeries): boolean {
  if (latencyMs.length < LEAST_COMPLETIONS) return false;
  const means = batchMeans(latencyMs, Math.max(1, Math.floor(latencyMs.length / MOST_BATCHES)));
  const { settled, warmup } = mserTruncation(means, 1);
  if (!settled) return false;
  const cut = Math.floor((warmup / means.length) * latencyMs.length);
  return !driftsFrom({ endedMs: endedMs.subarray(cut), latencyMs: latencyMs.subarray(cut) }, CAUTIOUS_P);
}

/** Whether latency or throughput changed over the series by more than chance and more than a tenth. */
export function drifts(series: CompletionSeries): boolean {
  return series.latencyMs.length >= LEAST_COMPLETIONS && driftsFrom(series, STRICT_P);
}

function driftsFrom({ endedMs, latencyMs }: CompletionSeries, p: number): boolean {
  const latency = batchMeans(latencyMs, Math.max(1, Math.floor(latencyMs.length / SLICES)));
  return driftsOver(latency, p) || driftsOver(completionsPerSlice(endedMs), p);
}

function driftsOver(values: Float64Array, p: number): boolean {
  const trend = slopeTest(values);
  return trend !== undefined && trend.p < p && Math.abs(trend.relativeDrift) > DRIFT_SHARE;
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

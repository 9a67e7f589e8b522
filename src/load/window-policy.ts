import type { LoadConfig } from '../config/load-config.ts';
import { PERCENTILES, relativeHalfWidth } from './distribution.ts';
import { type CompletionSeries, hasSettled } from './steadiness.ts';

/** When a trial's timed window opens and when it closes. */
export interface WindowPolicy {
  readonly warmupMs: number;
  readonly maxWarmupMs: number;
  /** Least length of the window. */
  readonly windowMs: number;
  /** Ends the window early or late, by the precision of a percentile; absent: it ends after `windowMs`. */
  readonly precision?: {
    readonly share: number;
    /** Half the interval's width over the value. */
    readonly relative: number;
    readonly maxWindowMs: number;
  };
}

export function windowPolicy(load: LoadConfig): WindowPolicy {
  const { precision } = load;
  return {
    warmupMs: load.warmupSeconds * 1000,
    maxWarmupMs: Math.max(load.warmupSeconds, load.maxWarmupSeconds) * 1000,
    windowMs: load.seconds * 1000,
    ...(precision === undefined
      ? {}
      : {
          precision: {
            share: PERCENTILES[precision.statistic],
            relative: precision.relative,
            maxWindowMs: Math.max(load.seconds, precision.maxSeconds) * 1000,
          },
        }),
  };
}

/** Longest time that a trial sends requests for. */
export function longestTrialMs(policy: WindowPolicy): number {
  return policy.maxWarmupMs + (policy.precision?.maxWindowMs ?? policy.windowMs);
}

/**
 * Whether the window may open: `steady` once latency and throughput have settled, `unsteady` when they have not
 * by the end of the longest warm-up.
 *
 * @param completions all requests so far that were answered
 */
export function warmupVerdict(
  policy: WindowPolicy,
  elapsedMs: number,
  completions: CompletionSeries,
): 'warming' | 'steady' | 'unsteady' {
  if (elapsedMs < policy.warmupMs) return 'warming';
  if (policy.maxWarmupMs === 0 || hasSettled(completions)) return 'steady';
  return elapsedMs >= policy.maxWarmupMs ? 'unsteady' : 'warming';
}

/**
 * Whether the window may close: it has its least length, and either its percentile is precise enough or the
 * budget is spent.
 *
 * @param latencies of the requests that started and ended in the window; reordered in place
 */
export function windowIsComplete(
  policy: WindowPolicy,
  elapsedMs: number,
  latencies: () => Float64Array,
): boolean {
  if (elapsedMs < policy.windowMs) return false;
  const { precision } = policy;
  if (precision === undefined || elapsedMs >= precision.maxWindowMs) return true;
  const halfWidth = relativeHalfWidth(latencies(), precision.share);
  return halfWidth !== undefined && halfWidth <= precision.relative;
}

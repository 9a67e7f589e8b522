import type { TrialPart } from './cell-evidence.ts';
import { OUTCOME_CODES } from './sample-recorder.ts';
import { collectLatencies, type StampName } from './trial-summary.ts';

/**
 * One latency over all trials: of every request that was answered well, started in its window and ended in it.
 *
 * @param scratch as long as all tables together; the result is a view of it
 */
export function pool(
  parts: readonly TrialPart[],
  stamps: readonly [StampName, StampName],
  scratch: Float64Array,
): Float64Array {
  let count = 0;
  for (const { facts, samples } of parts) {
    if (facts.window !== undefined) count += collectLatencies(samples, facts.window, stamps, scratch, count);
  }
  return scratch.subarray(0, count);
}

/**
 * Due → last byte of every request that was due in a window, also of those that ended behind it, were refused
 * by the server, or ran into the time limit; these last count at the limit, so that dropping them cannot make a
 * server look fast. Requests that could not be sent within the limit count from when they were due. Requests that
 * failed before they reached the server have no latency.
 */
export function allRequests(parts: readonly TrialPart[], scratch: Float64Array): Float64Array {
  let count = 0;
  for (const { facts, samples } of parts) {
    const { inWindow, outcome, intendedMs, sentMs, lastByteMs } = samples;
    for (let row = 0; row < samples.length; row++) {
      if (inWindow[row] !== 1) continue;
      const timedOut = outcome[row] === OUTCOME_CODES.timeout;
      const startMs = Number.isNaN(sentMs[row]!) ? intendedMs[row]! : sentMs[row]!;
      const endMs = timedOut ? startMs + facts.timeoutMs : lastByteMs[row]!;
      const latency = endMs - intendedMs[row]!;
      if (latency >= 0) scratch[count++] = latency;
    }
  }
  return scratch.subarray(0, count);
}

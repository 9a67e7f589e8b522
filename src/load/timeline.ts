import type { TrialPart } from './cell-evidence.ts';
import { nearestRank } from './distribution.ts';
import { OUTCOME_CODES } from './sample-recorder.ts';
import { selectRanks } from './select-ranks.ts';

/** Slices over all trials together. */
const SLICES = 60;

/**
 * Median service latency over time, for the picture: the windows one behind the other, each in equal slices.
 *
 * @returns [start of the slice in seconds of window time, p50 in ms, requests]; slices without any are left out
 */
export function timelineOf(parts: readonly TrialPart[]): [number, number, number][] {
  const perTrial = Math.max(5, Math.floor(SLICES / Math.max(1, parts.length)));
  const timeline: [number, number, number][] = [];
  let offsetSeconds = 0;
  for (const part of parts) {
    const { window } = part.facts;
    if (window === undefined) continue;
    const seconds = (window.closeMs - window.openMs) / 1000;
    for (const [slice, values] of slicesOf(part, perTrial).entries()) {
      if (values.length === 0) continue;
      const rank = nearestRank(values.length, 0.5);
      selectRanks(values, [rank]);
      timeline.push([offsetSeconds + (slice / perTrial) * seconds, values[rank]!, values.length]);
    }
    offsetSeconds += seconds;
  }
  return timeline;
}

/** Service latencies of one trial by the slice in which the request was sent. */
function slicesOf({ samples, facts }: TrialPart, count: number): Float64Array[] {
  const { openMs, closeMs } = facts.window!;
  const sizes = new Uint32Array(count);
  const sliceOf = (row: number): number => {
    if (samples.inWindow[row] !== 1 || samples.outcome[row] !== OUTCOME_CODES.ok) return -1;
    const slice = Math.floor(((samples.sentMs[row]! - openMs) / (closeMs - openMs)) * count);
    return slice >= 0 && slice < count ? slice : -1;
  };
  for (let row = 0; row < samples.length; row++) {
    const slice = sliceOf(row);
    if (slice >= 0) sizes[slice]! += 1;
  }
  const slices = Array.from(sizes, (size) => new Float64Array(size));
  sizes.fill(0);
  for (let row = 0; row < samples.length; row++) {
    const slice = sliceOf(row);
    if (slice < 0) continue;
    slices[slice]![sizes[slice]!] = samples.lastByteMs[row]! - samples.sentMs[row]!;
    sizes[slice]! += 1;
  }
  return slices;
}

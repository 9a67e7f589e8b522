import type { TrialPart } from './cell-evidence.ts';

/** Times in the windows in which requests waited and none was answered. */
export interface Stalls {
  readonly count: number;
  readonly longestMs: number;
  /** All of them, over the length of all windows, 0–1. */
  readonly share: number;
}

/**
 * Stalls of at least `leastMs`. A window is cut into slices of half that length: a stall leaves one of them without
 * an answer, and lies between the last answer before and the first one after.
 */
export function stallsOf(parts: readonly TrialPart[], leastMs: number): Stalls {
  let [windowMs, count, longestMs, totalMs] = [0, 0, 0, 0];
  for (const { samples, facts } of parts) {
    if (facts.window === undefined) continue;
    windowMs += facts.window.closeMs - facts.window.openMs;
    for (const gapMs of gapsOf(samples, facts.window, leastMs / 2)) {
      if (gapMs < leastMs) continue;
      count++;
      longestMs = Math.max(longestMs, gapMs);
      totalMs += gapMs;
    }
  }
  return { count, longestMs, share: windowMs === 0 ? 0 : totalMs / windowMs };
}

/** Answers of one slice of a window. */
interface Slice {
  firstEndMs: number;
  lastEndMs: number;
  /** When the earliest of its requests was sent. */
  firstSentMs: number;
}

/** Lengths of the gaps between answers that span a whole slice, as far as a request waited in them. */
function gapsOf(
  samples: TrialPart['samples'],
  window: { readonly openMs: number; readonly closeMs: number },
  sliceMs: number,
): number[] {
  const slices = slicesOf(samples, window, sliceMs);
  const gaps: number[] = [];
  let lastEndMs = slices.at(-1)!.firstEndMs;
  let waitingSinceMs = Number.POSITIVE_INFINITY;
  // From the end: the requests that wait in a gap are those that end behind it.
  for (const slice of slices.toReversed()) {
    if (slice.firstEndMs === Number.POSITIVE_INFINITY) continue;
    gaps.push(lastEndMs - Math.max(slice.lastEndMs, waitingSinceMs));
    lastEndMs = slice.firstEndMs;
    waitingSinceMs = Math.min(waitingSinceMs, slice.firstSentMs);
  }
  gaps.push(lastEndMs - Math.max(window.openMs, waitingSinceMs));
  return gaps;
}

/** The last slice stands for everything behind the window, which ends there. */
function slicesOf(
  { length, sentMs, lastByteMs }: TrialPart['samples'],
  { openMs, closeMs }: { readonly openMs: number; readonly closeMs: number },
  sliceMs: number,
): Slice[] {
  const count = Math.max(1, Math.ceil((closeMs - openMs) / sliceMs));
  const slices = Array.from({ length: count + 1 }, (): Slice => {
    return {
      firstEndMs: Number.POSITIVE_INFINITY,
      lastEndMs: Number.NEGATIVE_INFINITY,
      firstSentMs: Number.POSITIVE_INFINITY,
    };
  });
  const behind = slices[count]!;
  behind.firstEndMs = closeMs;
  behind.lastEndMs = closeMs;
  for (let row = 0; row < length; row++) {
    const endMs = lastByteMs[row]!;
    if (!(endMs >= openMs)) continue;
    if (endMs >= closeMs) {
      behind.firstSentMs = Math.min(behind.firstSentMs, sentMs[row]!);
      continue;
    }
    const slice = slices[Math.floor((endMs - openMs) / sliceMs)]!;
    slice.firstEndMs = Math.min(slice.firstEndMs, endMs);
    slice.lastEndMs = Math.max(slice.lastEndMs, endMs);
    slice.firstSentMs = Math.min(slice.firstSentMs, sentMs[row]!);
  }
  return slices;
}

import type { Slo } from '../config/load-config.ts';
import type { LoadRow } from '../core/record/load-row.ts';
import type { TrialPart } from './cell-evidence.ts';
import { PERCENTILES, type PercentileName } from './distribution.ts';
import type { TimeSpan } from './load-protocol.ts';
import { OUTCOME_CODES } from './sample-recorder.ts';

/** The objective's limits by percentile, the lowest percentile first. */
export function limitsOf(slo: Slo): readonly { readonly name: PercentileName; readonly limitMs: number }[] {
  return (Object.keys(PERCENTILES) as PercentileName[]).flatMap((name) => {
    const limitMs = slo[`${name}Ms`];
    return limitMs === undefined ? [] : [{ name, limitMs }];
  });
}

/** The objective in words. */
export function describeSlo(slo: Slo): string {
  const limits = limitsOf(slo).map(({ name, limitMs }) => `${name} ≤ ${limitMs} ms`);
  return [...limits, `failed ≤ ${slo.errorShare * 100} %`].join(', ');
}

/**
 * Share and rate of requests that were answered well within the objective: the limit of the highest percentile
 * that it names, on response latency. Requests count when they were due in a window; the rate counts those that
 * were also completed in it.
 */
export function goodputOf(parts: readonly TrialPart[], slo: Slo): LoadRow['goodput'] {
  const limitMs = limitsOf(slo).at(-1)?.limitMs;
  if (limitMs === undefined) return undefined;
  let [sent, good, goodInside, seconds] = [0, 0, 0, 0];
  for (const part of parts) {
    if (part.facts.window === undefined) continue;
    const counts = countGood(part, part.facts.window, limitMs);
    seconds += (part.facts.window.closeMs - part.facts.window.openMs) / 1000;
    sent += counts.sent;
    good += counts.good;
    goodInside += counts.goodInside;
  }
  if (sent === 0 || seconds === 0) return undefined;
  return { share: good / sent, requestsPerSecond: goodInside / seconds };
}

function countGood({ samples }: TrialPart, { openMs, closeMs }: TimeSpan, limitMs: number) {
  const { inWindow, outcome, intendedMs, lastByteMs } = samples;
  let [sent, good, goodInside] = [0, 0, 0];
  for (let row = 0; row < samples.length; row++) {
    const ended = lastByteMs[row]!;
    const isGood = outcome[row] === OUTCOME_CODES.ok && ended - intendedMs[row]! <= limitMs;
    sent += inWindow[row]!;
    if (!isGood) continue;
    good += inWindow[row]!;
    if (ended >= openMs && ended < closeMs) goodInside++;
  }
  return { sent, good, goodInside };
}

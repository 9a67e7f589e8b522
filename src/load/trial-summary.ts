import { type FailureKind, OUTCOMES } from '../core/outcome.ts';
import type { Trial } from '../core/record/load-row.ts';
import type { SampleTable } from '../core/samples.ts';
import { distributionOf } from './distribution.ts';
import type { TimeSpan } from './load-protocol.ts';
import { OUTCOME_CODES } from './sample-recorder.ts';

/** Requests of a window by what became of them. */
export interface RequestCounts {
  readonly sent: number;
  readonly ok: number;
  readonly failed: Partial<Record<FailureKind, number>>;
}

/** Counts the requests that were due in the window, whenever they ended. */
function countRequests(samples: SampleTable): RequestCounts {
  const byCode = new Uint32Array(OUTCOMES.length);
  for (let row = 0; row < samples.length; row++)
    if (samples.inWindow[row] === 1) byCode[samples.outcome[row]!]! += 1;
  const failed: Partial<Record<FailureKind, number>> = {};
  for (const [code, outcome] of OUTCOMES.entries()) {
    if (outcome !== 'ok' && byCode[code]! > 0) failed[outcome] = byCode[code]!;
  }
  return { sent: byCode.reduce((sum, count) => sum + count, 0), ok: byCode[OUTCOME_CODES.ok]!, failed };
}

/** Requests, texts, tokens and bytes whose last byte arrived inside the window, whenever they were sent. */
export interface Completions {
  readonly requests: number;
  readonly texts: number;
  readonly tokens: number;
  readonly bytes: number;
}

export function countCompletions(samples: SampleTable, { openMs, closeMs }: TimeSpan): Completions {
  let [requests, texts, tokens, bytes] = [0, 0, 0, 0];
  for (let row = 0; row < samples.length; row++) {
    const ended = samples.lastByteMs[row]!;
    if (samples.outcome[row] !== OUTCOME_CODES.ok || !(ended >= openMs && ended < closeMs)) continue;
    requests++;
    texts += samples.texts[row]!;
    tokens += samples.tokens[row]!;
    bytes += samples.bytes[row]!;
  }
  return { requests, texts, tokens, bytes };
}

/** The two stamps that a latency lies between. */
export type StampName = 'intendedMs' | 'sentMs' | 'headersMs' | 'lastByteMs' | 'decodedMs';

/**
 * A latency of every request that was answered well, started in the window and ended in it.
 *
 * @param into takes the values; at least as long as the table
 * @returns the number of values written from `at` on
 */
export function collectLatencies(
  samples: SampleTable,
  window: TimeSpan,
  [from, to]: readonly [StampName, StampName],
  into: Float64Array,
  at = 0,
): number {
  const [start, end] = [samples[from], samples[to]];
  const { inWindow, outcome, lastByteMs } = samples;
  let count = 0;
  for (let row = 0; row < samples.length; row++) {
    if (inWindow[row] !== 1 || outcome[row] !== OUTCOME_CODES.ok || !(lastByteMs[row]! < window.closeMs))
      continue;
    const latency = end[row]! - start[row]!;
    if (latency >= 0) into[at + count++] = latency;
  }
  return count;
}

/** One trial's line in its cell's row. */
export function trialSummary(
  index: number,
  startedAt: string,
  samples: SampleTable,
  window: TimeSpan | undefined,
  steady: boolean,
): Trial {
  const counts = countRequests(samples);
  const span = window ?? { openMs: 0, closeMs: 0 };
  const seconds = (span.closeMs - span.openMs) / 1000;
  const completions = countCompletions(samples, span);
  const perSecond = (count: number): number => (seconds > 0 ? count / seconds : 0);
  const scratch = new Float64Array(samples.length);
  const percentiles = (from: StampName) => {
    const values = scratch.subarray(0, collectLatencies(samples, span, [from, 'lastByteMs'], scratch));
    return distributionOf(values);
  };
  const service = percentiles('sentMs');
  const response = percentiles('intendedMs');
  return {
    index,
    startedAt,
    seconds,
    warmupSeconds: span.openMs / 1000,
    steady,
    ...counts,
    ...named('service', service),
    ...named('response', response),
    requestsPerSecond: perSecond(completions.requests),
    textsPerSecond: perSecond(completions.texts),
  };
}

type Percentiles = Pick<ReturnType<typeof distributionOf>, 'p50' | 'p95' | 'p99'>;

function named(clock: 'service' | 'response', { p50, p95, p99 }: Percentiles): Partial<Trial> {
  const figures: Record<string, number> = {};
  if (p50 !== undefined) figures[`${clock}P50Ms`] = p50;
  if (p95 !== undefined) figures[`${clock}P95Ms`] = p95;
  if (p99 !== undefined) figures[`${clock}P99Ms`] = p99;
  return figures as Partial<Trial>;
}

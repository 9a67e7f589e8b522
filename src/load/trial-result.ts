import type { FailureKind } from '../core/outcome.ts';
import type { Trial } from '../core/record/load-row.ts';
import type { SampleTable } from '../core/samples.ts';
import { nearestRank } from './distribution.ts';
import type { ThreadResult, TimeSpan } from './load-protocol.ts';
import { type MutableSamples, mergeSamples } from './sample-recorder.ts';
import { selectRanks } from './select-ranks.ts';
import { drifts } from './steadiness.ts';
import type { ThreadFigures } from './thread-gauges.ts';
import type { TrialFacts } from './trial-facts.ts';
import type { Measured } from './trial-measurement.ts';
import type { TrialRequest } from './trial-request.ts';
import { trialSummary } from './trial-summary.ts';

/** One repeat of a cell: its raw samples, its line in the record, and what else its cell's row needs. */
export interface TrialResult {
  readonly trial: Trial;
  readonly samples: SampleTable;
  readonly facts: TrialFacts;
}

interface Besides {
  readonly reusedTexts: number;
  readonly ceiling?: number;
  /** Timetables of the threads; undefined in a closed loop. */
  readonly due: readonly (Float64Array | undefined)[];
}

/** Joins what the client threads measured into one trial. */
export function trialResult(request: TrialRequest, measured: Measured, besides: Besides): TrialResult {
  const { results } = measured;
  const window = commonWindow(results);
  const samples = mergeSamples(results.map((result) => result.samples)) as MutableSamples;
  markWindow(samples, window);
  const facts = trialFacts(request, measured, window, besides);
  const startedAt = new Date(measured.startedAtMs).toISOString();
  const steady = facts.settled && window !== undefined && !drifts(completionsIn(samples, window));
  return { trial: trialSummary(request.trial, startedAt, samples, window, steady), samples, facts };
}

/** The time in which all threads had their windows open. */
function commonWindow(results: readonly ThreadResult[]): TimeSpan | undefined {
  const windows = results.flatMap(({ window }) => (window === undefined ? [] : [window]));
  if (windows.length < results.length || windows.length === 0) return undefined;
  const openMs = Math.max(...windows.map((window) => window.openMs));
  return { openMs, closeMs: Math.max(openMs, Math.min(...windows.map((window) => window.closeMs))) };
}

/** A request belongs to the window when it was due in it. */
function markWindow(samples: MutableSamples, window: TimeSpan | undefined): void {
  if (window === undefined) return;
  const { openMs, closeMs } = window;
  for (let row = 0; row < samples.length; row++) {
    const due = samples.intendedMs[row]!;
    samples.inWindow[row] = due >= openMs && due < closeMs ? 1 : 0;
  }
}

function completionsIn(samples: SampleTable, { openMs, closeMs }: TimeSpan) {
  const rows = new Uint32Array(samples.length)
    .map((_, row) => row)
    .filter((row) => {
      const ended = samples.lastByteMs[row]!;
      return ended >= openMs && ended < closeMs;
    });
  rows.sort((a, b) => samples.lastByteMs[a]! - samples.lastByteMs[b]!);
  return {
    endedMs: Float64Array.from(rows, (row) => samples.lastByteMs[row]!),
    latencyMs: Float64Array.from(rows, (row) => samples.lastByteMs[row]! - samples.intendedMs[row]!),
  };
}

function trialFacts(
  request: TrialRequest,
  { results, settled, foreignCpuFraction }: Measured,
  window: TimeSpan | undefined,
  { reusedTexts, ceiling, due }: Besides,
): TrialFacts {
  const lateness = latenessIn(results, window);
  const cosines = results.flatMap(({ sentinelCosineMin }) => sentinelCosineMin ?? []);
  return {
    ...(window === undefined ? {} : { window }),
    cancelled: results.some((result) => result.cancelled),
    settled,
    timeoutMs: request.target.timeoutMs,
    threads: results.length,
    meanInFlight: total(results.map((result) => result.meanInFlight)),
    ...(lateness === undefined ? {} : { latenessMs: lateness }),
    ...(due[0] === undefined || window === undefined ? {} : { dueInWindow: dueIn(due, window) }),
    ...threadFigures(results.flatMap(({ figures }) => figures ?? [])),
    newSockets: total(results.map((result) => result.socketsInWindow)),
    heldMs: total(results.map((result) => result.heldMs)),
    ...(foreignCpuFraction === undefined ? {} : { foreignCpuFraction }),
    ...(ceiling === undefined ? {} : { ceilingRequestsPerSecond: ceiling * results.length }),
    vectors: vectorFigures(results),
    ...(cosines.length === 0 ? {} : { sentinelCosineMin: Math.min(...cosines) }),
    reusedTexts,
    messages: Object.assign({}, ...results.map(({ messages }) => messages).reverse()) as Partial<
      Record<FailureKind, string>
    >,
  };
}

/** The busiest thread speaks for all: one saturated thread spoils the whole. */
function threadFigures(figures: readonly ThreadFigures[]): Partial<TrialFacts> {
  if (figures.length === 0) return {};
  const most = (read: (figure: ThreadFigures) => number): number => Math.max(...figures.map(read));
  const share = (ms: number | undefined, seconds: number): number => (ms ?? 0) / 1000 / seconds;
  const known = figures.every(({ cpuMs }) => cpuMs !== undefined);
  return {
    eventLoopUtilisation: most((figure) => figure.eventLoopUtilisation),
    eventLoopDelayP99Ms: most((figure) => figure.eventLoopDelayP99Ms),
    gcMs: most((figure) => figure.gcMs),
    ...(known
      ? {
          cpuFraction: most((figure) => share(figure.cpuMs, figure.seconds)),
          waitedForCpuFraction: most((figure) => share(figure.waitedForCpuMs, figure.seconds)),
        }
      : {}),
  };
}

function vectorFigures(results: readonly ThreadResult[]): TrialFacts['vectors'] {
  const checked = total(results.map(({ vectors }) => vectors.checked));
  const base64 = total(results.map(({ vectors }) => vectors.base64));
  if (checked === 0) return { checked, base64 };
  const normMin = Math.min(...results.map(({ vectors }) => vectors.normMin));
  const normMax = Math.max(...results.map(({ vectors }) => vectors.normMax));
  return { checked, base64, normMin, normMax };
}

function latenessIn(
  results: readonly ThreadResult[],
  window: TimeSpan | undefined,
): TrialFacts['latenessMs'] {
  if (window === undefined) return undefined;
  const parts = results.map(({ latenessMs, samples }) =>
    latenessMs.filter((_, row) => {
      const due = samples.intendedMs[row];
      return due !== undefined && due >= window.openMs && due < window.closeMs;
    }),
  );
  const values = new Float64Array(total(parts.map((part) => part.length)));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  if (values.length === 0) return undefined;
  const [p50, p99] = [nearestRank(values.length, 0.5), nearestRank(values.length, 0.99)];
  selectRanks(values, p50 === p99 ? [p50] : [p50, p99]);
  return { p50: values[p50]!, p99: values[p99]!, n: values.length };
}

function dueIn(due: readonly (Float64Array | undefined)[], { openMs, closeMs }: TimeSpan): number {
  return total(due.map((part) => part?.filter((at) => at >= openMs && at < closeMs).length ?? 0));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

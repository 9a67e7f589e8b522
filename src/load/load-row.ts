import type { Slo } from '../config/load-config.ts';
import { cellId, type LoadCell } from '../core/cell.ts';
import type { Distribution, LoadRow, ServerStory } from '../core/record/load-row.ts';
import { type CellEvidence, clientHonesty, type TrialPart } from './cell-evidence.ts';
import { distributionOf, empiricalCdf } from './distribution.ts';
import { goodputOf } from './goodput.ts';
import { allRequests, pool } from './pooled-samples.ts';
import { timelineOf } from './timeline.ts';
import { countCompletions, type StampName } from './trial-summary.ts';
import { judgeCell } from './validity.ts';

/** What a row needs to know besides its trials. */
export interface SummaryContext {
  readonly errorBudget: number;
  readonly slo?: Slo;
  /** The server's own story of the windows, merged over the trials. */
  readonly server?: ServerStory;
  readonly cache?: CellEvidence['cache'];
  /** A command line that measures this cell alone. */
  readonly reproduce?: string;
}

/**
 * Everything that a cell's trials found, as one row. Trials pool their raw samples; nothing is averaged over
 * them. Latency comes from requests that started and ended in a window, throughput from what was completed
 * in it. A million samples take well under a second.
 */
export function summariseCell(cell: LoadCell, parts: readonly TrialPart[], context: SummaryContext): LoadRow {
  const pooled = poolSeries(cell, parts);
  const goodput = context.slo === undefined ? undefined : goodputOf(parts, context.slo);
  const vectors = vectorsOf(parts);
  const row: CellEvidence['row'] = {
    id: cellId(cell),
    ...axesOf(cell),
    latencyMs: pooled.latencyMs,
    ...(pooled.decodeMs.n === 0 ? {} : { decodeMs: pooled.decodeMs }),
    throughput: throughputOf(parts),
    ...(goodput === undefined ? {} : { goodput }),
    requests: requestsOf(parts),
    timeline: timelineOf(parts),
    ecdfMs: pooled.ecdfMs,
    ...(vectors === undefined ? {} : { vectors }),
    trials: parts.map(({ trial }) => trial),
    client: clientHonesty(cell, parts),
    ...(context.server === undefined ? {} : { server: context.server }),
    ...(context.reproduce === undefined ? {} : { reproduce: context.reproduce }),
  };
  const { errorBudget, cache } = context;
  const evidence = { cell, row, parts, errorBudget, ...(cache === undefined ? {} : { cache }) };
  return { ...row, validity: judgeCell(evidence) };
}

function axesOf(cell: LoadCell) {
  const { kind: _kind, ...axes } = cell;
  return axes;
}

interface PooledSeries {
  readonly latencyMs: LoadRow['latencyMs'];
  readonly decodeMs: Distribution;
  readonly ecdfMs: number[];
}

/** One buffer serves all series in turn: each is selected from in place. */
function poolSeries(cell: LoadCell, parts: readonly TrialPart[]): PooledSeries {
  const scratch = new Float64Array(parts.reduce((rows, { samples }) => rows + samples.length, 0));
  const between = (from: StampName, to: StampName): Float64Array => pool(parts, [from, to], scratch);
  const serviceValues = between('sentMs', 'lastByteMs');
  const service = distributionOf(serviceValues);
  const ecdfMs = empiricalCdf(serviceValues);
  return {
    ecdfMs,
    latencyMs: {
      service,
      // In a closed loop a request is due when it is sent.
      response: cell.arrivals === 'closed' ? service : distributionOf(between('intendedMs', 'lastByteMs')),
      headers: distributionOf(between('sentMs', 'headersMs')),
      decoded: distributionOf(between('sentMs', 'decodedMs')),
      all: distributionOf(allRequests(parts, scratch)),
    },
    decodeMs: distributionOf(between('lastByteMs', 'decodedMs')),
  };
}

function throughputOf(parts: readonly TrialPart[]): LoadRow['throughput'] {
  let [seconds, requests, texts, tokens, bytes] = [0, 0, 0, 0, 0];
  for (const { facts, samples } of parts) {
    if (facts.window === undefined) continue;
    const completed = countCompletions(samples, facts.window);
    seconds += (facts.window.closeMs - facts.window.openMs) / 1000;
    requests += completed.requests;
    texts += completed.texts;
    tokens += completed.tokens;
    bytes += completed.bytes;
  }
  const perSecond = (count: number): number => (seconds > 0 ? count / seconds : 0);
  return {
    requestsPerSecond: perSecond(requests),
    textsPerSecond: perSecond(texts),
    ...(tokens === 0 ? {} : { tokensPerSecond: perSecond(tokens) }),
    bytesPerSecond: perSecond(bytes),
  };
}

function requestsOf(parts: readonly TrialPart[]): LoadRow['requests'] {
  const failed: Record<string, number> = {};
  let [sent, ok] = [0, 0];
  for (const { trial } of parts) {
    sent += trial.sent;
    ok += trial.ok;
    for (const [kind, count] of Object.entries(trial.failed))
      failed[kind] = (failed[kind] ?? 0) + (count ?? 0);
  }
  return { sent, ok, failed };
}

function vectorsOf(parts: readonly TrialPart[]): LoadRow['vectors'] {
  const seen = parts.map(({ facts }) => facts.vectors);
  const norms = seen.flatMap(({ normMin, normMax }) =>
    normMin === undefined || normMax === undefined ? [] : [[normMin, normMax] as const],
  );
  if (norms.length === 0) return undefined;
  const cosines = parts.flatMap(({ facts }) => facts.sentinelCosineMin ?? []);
  return {
    checked: seen.reduce((sum, { checked }) => sum + checked, 0),
    normMin: Math.min(...norms.map(([least]) => least)),
    normMax: Math.max(...norms.map(([, most]) => most)),
    ...(cosines.length === 0 ? {} : { sentinelCosineMin: Math.min(...cosines) }),
  };
}

import { formatPercent, metricText } from '../../core/figure-text.ts';
import { OUTCOME_LABELS } from '../../core/outcome.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Candidate, LatencyStatistic } from './candidates.ts';
import type { Objective } from './declared.ts';
import { lowestLatency, mostTexts, narrow } from './narrow.ts';

/** Batch size × concurrency (or rate) that embeds most texts per second, and how sure that is. */
export interface OperatingPointAnswer {
  readonly row: LoadRow;
  /** `holds`: faster than every other point in every trial; `only`: one point was measured. */
  readonly verdict: 'holds' | 'inconclusive' | 'only';
  readonly meetsObjective?: boolean;
  readonly sentence: string;
  readonly doubts: readonly string[];
}

/**
 * Among the points measured on the wanted vectors (else on the vectors with most points): the most texts per
 * second; points whose trials overlap the fastest one's count as equally fast, and the lowest latency among them
 * wins. With `load.slo` only points that meet the objective compete.
 */
export function operatingPointAnswer(
  record: RunRecord,
  statistic: LatencyStatistic,
  objective: Objective | undefined,
  wanted?: { readonly dimensions: number; readonly instruction: string },
): OperatingPointAnswer | undefined {
  const usable = record.load.filter((row) => row.validity.verdict !== 'invalid');
  const group = chooseGroup(usable, wanted);
  const meeting = objective === undefined ? group : group.filter((row) => meets(row, objective));
  const pool = meeting.length > 0 ? meeting : group;
  const asCandidates = pool.map((row) => candidateOf(row, statistic));
  const best = narrow(asCandidates, [mostTexts, lowestLatency(statistic)])?.load;
  if (best === undefined) return undefined;
  const equals = mostTexts(asCandidates).filter((c) => c.load !== best);
  const verdict = pool.length === 1 ? 'only' : equals.length === 0 ? 'holds' : 'inconclusive';
  return {
    row: best,
    verdict,
    ...(objective === undefined ? {} : { meetsObjective: meeting.length > 0 }),
    sentence: sentenceOf(best, pool.length, equals.length, statistic),
    doubts: [
      ...(objective !== undefined && meeting.length === 0
        ? ['No measured point meets the latency objective of the config.']
        : []),
      ...loadDoubts(best),
    ],
  };
}

/** `32 × 8`, `32 × 100 requests/s`: how a load cell is called where its vectors are clear. */
export function operatingPointName(row: LoadRow): string {
  const second = row.rate === undefined ? `${row.concurrency ?? '?'}` : `${row.rate} requests/s`;
  return `${row.batchSize} × ${second}`;
}

/** Whether the row's percentiles and failures stay inside the objective; a withheld percentile does not. */
export function meets(row: LoadRow, objective: Objective): boolean {
  const failed = row.requests.sent === 0 ? 1 : 1 - row.requests.ok / row.requests.sent;
  return (
    failed <= objective.errorShare &&
    objective.percentilesMs.every(([name, bound]) => {
      const value = row.latencyMs.response[name];
      return value !== undefined && value <= bound;
    })
  );
}

/** What must be known before a load cell's figures are relied on. */
export function loadDoubts(row: LoadRow): string[] {
  const doubts = row.validity.reasons.map((reason) => asSentence(reason.message));
  if (row.trials.length < 3) {
    const trials = row.trials.length === 1 ? 'one trial' : `${row.trials.length} trials`;
    doubts.push(`Measured in ${trials}: how far repeats differ is not known.`);
  }
  const failures = Object.entries(row.requests.failed).filter(([, count]) => count > 0);
  if (failures.length > 0) {
    const total = row.requests.sent - row.requests.ok;
    const kinds = failures.map(
      ([kind, count]) => `${count} ${OUTCOME_LABELS[kind as keyof typeof OUTCOME_LABELS]}`,
    );
    doubts.push(
      `${total} of ${row.requests.sent} requests failed (${formatPercent(total / row.requests.sent, 2)}): ${kinds.join(', ')}.`,
    );
  }
  return doubts;
}

function chooseGroup(
  rows: readonly LoadRow[],
  wanted: { readonly dimensions: number; readonly instruction: string } | undefined,
): readonly LoadRow[] {
  const groups = new Map<string, LoadRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.dimensions, row.instruction, row.serverArgs ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const largest = Math.max(0, ...[...groups.values()].map((group) => group.length));
  const named = [...groups.values()].find(
    (group) =>
      group[0]!.dimensions === wanted?.dimensions &&
      group[0]!.instruction === wanted.instruction &&
      group.length > 1,
  );
  return named ?? [...groups.values()].find((group) => group.length === largest) ?? [];
}

function candidateOf(row: LoadRow, statistic: LatencyStatistic): Candidate {
  const latencyMs = row.latencyMs.response[statistic === 'responseP95Ms' ? 'p95' : 'p50'];
  return {
    dimensions: row.dimensions,
    instruction: row.instruction,
    dtype: 'float32',
    bytesPerVector: 0,
    load: row,
    textsPerSecond: row.throughput.textsPerSecond,
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
}

function sentenceOf(best: LoadRow, points: number, equals: number, statistic: LatencyStatistic): string {
  const texts = metricText('textsPerSecond', best.throughput.textsPerSecond);
  const latency = best.latencyMs.response[statistic === 'responseP95Ms' ? 'p95' : 'p50'];
  const with95 = latency === undefined ? '' : `, ${latencyName(statistic)} ${metricText(statistic, latency)}`;
  const where = `at ${best.dimensions} dimensions, instruction “${best.instruction}”, ${best.encoding}`;
  const standing =
    points === 1
      ? 'the only point measured'
      : equals === 0
        ? `faster than ${points === 2 ? 'the other point' : `the other ${points - 1} points`} in every trial`
        : `${equals} of the other ${points - 1} points cannot be told from it; it has the lowest latency of them`;
  return `${texts}${with95} ${where}: ${standing}.`;
}

export function latencyName(statistic: LatencyStatistic): string {
  return statistic === 'responseP95Ms' ? 'p95' : 'median';
}

function asSentence(message: string): string {
  const text = message.trim();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

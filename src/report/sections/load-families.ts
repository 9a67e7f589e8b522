import { formatInterval, metricText } from '../../core/figure-text.ts';
import { METRICS } from '../../core/metrics.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import { CONTEXT_STYLE, type SeriesStyle, seriesStyle } from '../charts/series-style.ts';
import { distinct, loadName, type RunView } from './run-view.ts';

/** Load cells that differ in concurrency (or rate) alone: one line of a throughput–latency chart. */
export interface LoadFamily {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly tag: number;
  /** Of other vectors or another encoding than the answer's: drawn thin, behind. */
  readonly background: boolean;
  readonly rows: readonly LoadRow[];
}

/** Families in the order of the plan; those on the answer's vectors are named and coloured by batch size. */
export function loadFamilies(view: RunView): LoadFamily[] {
  const { record, tags } = view;
  const lead = leadRow(view);
  const batchSizes = distinct(record.load.map((row) => row.batchSize)).toSorted((a, b) => a - b);
  const groups = new Map<string, LoadRow[]>();
  for (const row of record.load) {
    const key = JSON.stringify(familyOf(row));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].map((rows) => {
    const first = rows[0]!;
    const background = lead !== undefined && !sameSetting(first, lead);
    return {
      name: `batch ${first.batchSize}`,
      style: background ? CONTEXT_STYLE : seriesStyle(batchSizes.indexOf(first.batchSize)),
      tag: tags.of(familyOf(first)),
      background,
      rows: rows.toSorted((a, b) => (a.rate ?? a.concurrency ?? 0) - (b.rate ?? b.concurrency ?? 0)),
    };
  });
}

/** The cell whose vectors and encoding the named lines share: the recommended one, else the first. */
export function leadRow({ answer, record }: RunView): LoadRow | undefined {
  return answer.operatingPoint?.row ?? record.load[0];
}

/** Whether two cells differ in batch size and concurrency (or rate) at most. */
export function sameSetting(a: LoadRow, b: LoadRow): boolean {
  return (
    a.dimensions === b.dimensions &&
    a.instruction === b.instruction &&
    a.encoding === b.encoding &&
    a.transport === b.transport &&
    a.cache === b.cache &&
    a.serverArgs === b.serverArgs &&
    a.arrivals === b.arrivals
  );
}

/** The setting of a cell in words, without its operating point. */
export function settingName(row: LoadRow): string {
  const parts = [`${row.dimensions} dimensions`, `instruction ${row.instruction}`, row.encoding];
  if (row.transport !== 'wire') parts.push(row.transport);
  if (row.arrivals !== 'closed') parts.push(`${row.arrivals} arrivals`);
  if (row.serverArgs !== undefined) parts.push(row.serverArgs);
  return parts.join(', ');
}

function familyOf(row: LoadRow) {
  const { dimensions, instruction, serverArgs, batchSize, encoding, transport } = row;
  return { dimensions, instruction, serverArgs, batchSize, encoding, transport };
}

/** What a reader is told about a load cell. */
export function loadTip(row: LoadRow): string {
  const { p50, p95, n } = row.latencyMs.response;
  const interval = row.latencyMs.response.intervals?.p95;
  const bounds =
    interval === undefined ? '' : ` (${formatInterval(...interval, METRICS.responseP95Ms.digits)})`;
  const doubt = row.validity.verdict === 'valid' ? '' : `\n${row.validity.verdict}: ${reasonsOf(row)}`;
  return [
    loadName(row),
    metricText('textsPerSecond', row.throughput.textsPerSecond),
    p95 === undefined ? 'p95 withheld: too few requests' : `p95 ${metricText('responseP95Ms', p95)}${bounds}`,
    p50 === undefined ? '' : `p50 ${metricText('responseP50Ms', p50)}`,
    `in flight ${inFlight(row)}, n = ${n} requests`,
  ]
    .filter((line) => line !== '')
    .join('\n')
    .concat(doubt);
}

/** `8 × 32 = 256 texts`. */
function inFlight(row: LoadRow): string {
  return row.concurrency === undefined || row.rate !== undefined
    ? `at ${row.rate ?? '?'} requests/s`
    : `${row.concurrency} × ${row.batchSize} = ${countOf(row.concurrency * row.batchSize)}`;
}

function countOf(texts: number): string {
  return texts === 1 ? '1 text' : `${texts} texts`;
}

export function reasonsOf(row: LoadRow): string {
  return row.validity.reasons.map((reason) => reason.message).join('; ');
}

import { formatNumber, metricNumber } from '../../core/figure-text.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import { distinct, type RunView } from '../sections/run-view.ts';
import type { SummaryColumn, SummarySection } from './summary.ts';

/** More rows than this are for the report and the CSV. */
const MOST_ROWS = 24;

interface Axis {
  readonly column: SummaryColumn;
  /** What a caption says where all rows agree. */
  readonly shared: string;
  /** Value that needs no mention where all rows have it. */
  readonly usual?: string;
  readonly text: (row: LoadRow) => string;
}

const AXES: readonly Axis[] = [
  { column: { head: 'Batch', align: 'right' }, shared: 'batch', text: (row) => String(row.batchSize) },
  {
    column: { head: 'Concurrency', align: 'right' },
    shared: 'concurrency',
    text: (row) => (row.rate === undefined ? String(row.concurrency ?? '–') : `${row.rate}/s`),
  },
  {
    column: { head: 'Dimensions', align: 'right' },
    shared: 'dimensions',
    text: (row) => String(row.dimensions),
  },
  {
    column: { head: 'Instruction', least: 8, comfortable: 16 },
    shared: 'instruction',
    text: (row) => row.instruction,
  },
  { column: { head: 'Encoding' }, shared: 'encoding', text: (row) => row.encoding },
  { column: { head: 'Transport' }, shared: 'transport', usual: 'wire', text: (row) => row.transport },
  { column: { head: 'Arrivals' }, shared: 'arrivals', usual: 'closed', text: (row) => row.arrivals },
  { column: { head: 'Cache' }, shared: 'cache', usual: 'cold', text: (row) => row.cache },
  {
    column: { head: 'Server args', least: 8, comfortable: 16 },
    shared: 'server args',
    usual: '–',
    text: (row) => row.serverArgs ?? '–',
  },
];

/** Batch size and concurrency head the table even where all rows agree. */
const ALWAYS = 2;

const FIGURES: readonly { readonly id: MetricId; readonly optional?: number }[] = [
  { id: 'textsPerSecond' },
  { id: 'requestsPerSecond', optional: 4 },
  { id: 'responseP50Ms', optional: 1 },
  { id: 'responseP95Ms' },
  { id: 'responseP99Ms', optional: 3 },
];

/** The load cells: those on the answer's own vectors first, and no more than a screen of them. */
export function loadSummary({ record, answer }: RunView): SummarySection[] {
  if (record.load.length === 0) return [];
  const best = answer.operatingPoint?.row;
  const near = (row: LoadRow): boolean =>
    best !== undefined && row.dimensions === best.dimensions && row.instruction === best.instruction;
  const ordered = [...record.load.filter(near), ...record.load.filter((row) => !near(row))];
  const rows = ordered.slice(0, MOST_ROWS);
  const varying = AXES.filter((axis, i) => i < ALWAYS || distinct(rows.map(axis.text)).length > 1);
  const shared = AXES.filter((axis) => !varying.includes(axis) && axis.text(rows[0]!) !== axis.usual);
  const left = ordered.length - rows.length;
  return [
    {
      title: 'Load',
      notes: [
        ...(shared.length === 0 ? [] : [`All rows: ${sharedText(shared, rows[0]!)}.`]),
        'Latencies in ms, from when a request was due to its last byte.',
        ...(best === undefined ? [] : ['→ the best operating point.']),
        ...(left === 0 ? [] : [`${formatNumber(left)} more cells are in the report and in the CSV.`]),
      ],
      table: {
        columns: [
          { head: '' },
          ...varying.map((axis) => axis.column),
          ...FIGURES.map(({ id, optional }) => figureColumn(id, optional)),
          { head: 'Failed', align: 'right' },
          { head: 'n', align: 'right', optional: 2 },
          { head: 'Validity' },
        ],
        rows: rows.map((row) => [
          row.id === best?.id ? '→' : '',
          ...varying.map((axis) => axis.text(row)),
          ...FIGURES.map(({ id }) => figureText(id, row)),
          formatNumber(row.requests.sent - row.requests.ok),
          formatNumber(row.latencyMs.response.n),
          row.validity.verdict,
        ]),
      },
      points: [],
      folded: false,
    },
  ];
}

function sharedText(axes: readonly Axis[], row: LoadRow): string {
  return axes.map((axis) => `${axis.shared} ${axis.text(row)}`).join(', ');
}

function figureColumn(id: MetricId, optional: number | undefined): SummaryColumn {
  const { label, unit } = METRICS[id];
  const head = unit === 'milliseconds' ? label.replace(' response', '') : label;
  return { head, align: 'right', ...(optional === undefined ? {} : { optional }) };
}

/** A percentile that too few requests stand behind is withheld, never 0. */
function figureText(id: MetricId, row: LoadRow): string {
  const metric = METRICS[id];
  const value = 'read' in metric ? metric.read(row) : undefined;
  return value === undefined ? '–' : metricNumber(id, value);
}

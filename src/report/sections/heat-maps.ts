import { formatNumber, metricNumber } from '../../core/figure-text.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import { heatMap } from '../charts/heat-map.ts';
import type { Block, Figure } from '../page/blocks.ts';
import type { TableCell, TableModel } from '../page/table-model.ts';
import { leadRow, loadTip, sameSetting, settingName } from './load-families.ts';
import { chartState, distinct, loadTag, type RunView } from './run-view.ts';

const SHOWN = ['textsPerSecond', 'responseP95Ms'] as const satisfies readonly MetricId[];
type ShownMetric = (typeof SHOWN)[number];

/** Batch size × concurrency as grids: the answer's own setting in sight, the others folded away. */
export function heatMapBlocks(view: RunView): Block[] {
  const groups = settings(view).filter((rows) => rows.length > 1);
  const lead = leadRow(view);
  const [first, ...rest] = groups.toSorted(
    (a, b) =>
      Number(lead !== undefined && sameSetting(b[0]!, lead)) -
      Number(lead !== undefined && sameSetting(a[0]!, lead)),
  );
  if (first === undefined) return [];
  const domains = new Map(SHOWN.map((metric) => [metric, domainOf(view.record.load, metric)]));
  const figuresOf = (rows: readonly LoadRow[]) =>
    SHOWN.map((metric) => heatFigure(view, rows, metric, domains.get(metric)!));
  return [
    { kind: 'figures', figures: figuresOf(first) },
    ...(rest.length === 0
      ? []
      : [
          {
            kind: 'disclosure' as const,
            title: `Batch size × concurrency for ${rest.length} more ${rest.length === 1 ? 'setting' : 'settings'}`,
            blocks: [{ kind: 'figures' as const, figures: rest.flatMap(figuresOf) }],
          },
        ]),
  ];
}

function settings({ record }: RunView): LoadRow[][] {
  const groups: LoadRow[][] = [];
  for (const row of record.load) {
    const group = groups.find((rows) => sameSetting(rows[0]!, row));
    if (group === undefined) groups.push([row]);
    else group.push(row);
  }
  return groups;
}

function domainOf(rows: readonly LoadRow[], metric: ShownMetric): [number, number] {
  const values = rows.flatMap((row) =>
    row.validity.verdict === 'invalid' ? [] : (METRICS[metric].read(row) ?? []),
  );
  return [Math.min(...values), Math.max(...values)];
}

const loadOf = (row: LoadRow): number => row.rate ?? row.concurrency ?? 0;

function heatFigure(
  view: RunView,
  rows: readonly LoadRow[],
  metric: ShownMetric,
  domain: readonly [number, number],
): Figure {
  const first = rows[0]!;
  const batches = distinct(rows.map((row) => row.batchSize)).toSorted((a, b) => a - b);
  const loads = distinct(rows.map(loadOf)).toSorted((a, b) => b - a);
  const second = first.rate === undefined ? 'concurrency' : 'requests/s due';
  const { label } = METRICS[metric];
  const title = `${metric === 'textsPerSecond' ? 'Texts/s' : 'p95 latency, ms'}: ${settingName(first)}`;
  const { dimensions, instruction, encoding, transport, serverArgs } = first;
  return {
    title,
    tag: view.tags.of({ dimensions, instruction, encoding, transport, serverArgs }),
    svg: heatMap({
      label: `${label} by batch size and ${second}, ${settingName(first)}`,
      columnLabel: 'batch size',
      rowLabel: second,
      columns: batches.map(String),
      rows: loads.map(String),
      domain,
      cells: rows.flatMap((row) => {
        const value = METRICS[metric].read(row);
        if (value === undefined) return [];
        return [
          {
            column: String(row.batchSize),
            row: String(loadOf(row)),
            value,
            text: formatNumber(value, value < 100 ? 1 : 0),
            tag: loadTag(view, row),
            tip: loadTip(row),
            ...chartState(row),
          },
        ];
      }),
    }),
    caption: `${METRICS[metric].description} Cells with the same product of both axes carry as many texts in flight. Colours are the same in all grids of this figure.`,
    table: heatTable(title, rows, metric, batches, loads, second),
  };
}

function heatTable(
  title: string,
  rows: readonly LoadRow[],
  metric: ShownMetric,
  batches: readonly number[],
  loads: readonly number[],
  second: string,
): TableModel {
  const cell = (load: number, batch: number): TableCell => {
    const row = rows.find((candidate) => loadOf(candidate) === load && candidate.batchSize === batch);
    const value = row === undefined ? undefined : METRICS[metric].read(row);
    if (row === undefined || value === undefined) return { text: '–', number: true };
    const doubt = row.validity.verdict === 'valid' ? '' : `${row.validity.verdict} · `;
    return {
      text: metricNumber(metric, value),
      number: true,
      detail: `${doubt}n = ${row.latencyMs.response.n}`,
    };
  };
  return {
    caption: `${title}: the figures`,
    columns: [
      { label: second, number: true },
      ...batches.map((batch) => ({ label: `batch ${batch}`, number: true })),
    ],
    rows: loads.map((load) => ({
      cells: [{ text: String(load), number: true }, ...batches.map((batch) => cell(load, batch))],
    })),
  };
}

import { metricNumber, metricText } from '../../core/figure-text.ts';
import type { Distribution, LoadRow } from '../../core/record/load-row.ts';
import { type CurvePoint, type CurveSeries, type CurveSpan, curveChart } from '../charts/curve-chart.ts';
import { legendEntry } from '../charts/legend.ts';
import { CONTEXT_STYLE, seriesStyle } from '../charts/series-style.ts';
import type { Block } from '../page/blocks.ts';
import { metricCell, metricColumn, numberCell, type TableModel, textCell } from '../page/table-model.ts';
import { leadRow, reasonsOf, sameSetting } from './load-families.ts';
import { CHART, loadName, loadTag, type RunView } from './run-view.ts';

/** Percentiles that a line in the background is drawn through; the named lines have every per cent. */
const COARSE = [0, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 100];
const EVERY = Array.from({ length: 101 }, (_, i) => i);
const MARKED = ['p50', 'p90', 'p95', 'p99'] as const;
/** More named lines than this cannot be told apart. */
const MOST_NAMED = 8;

/** Whole latency distributions, with the intervals of the percentiles that people quote. */
export function distributionBlocks(view: RunView): Block[] {
  const rows = view.record.load.filter((row) => (row.ecdfMs?.length ?? 0) === 101);
  if (rows.length === 0) return [];
  const named = namedRows(view, rows);
  const styleOf = (row: LoadRow) => (named.includes(row) ? seriesStyle(named.indexOf(row)) : CONTEXT_STYLE);
  const series = rows
    .toSorted((a, b) => Number(named.includes(a)) - Number(named.includes(b)))
    .map((row): CurveSeries => ecdfSeries(view, row, styleOf(row), !named.includes(row)));
  const setting = leadRow(view);
  return [
    {
      kind: 'figure',
      figure: {
        title: 'Latency distributions',
        svg: curveChart({
          label: `Share of requests answered within a time, ${rows.length} load cells, with 95 % intervals of p50, p90, p95 and p99`,
          ...CHART.wide,
          x: { label: 'service latency, ms', scale: 'log' },
          y: {
            label: 'share of requests',
            scale: 'linear',
            domain: [0, 1.02],
            ticks: [0, 0.25, 0.5, 0.75, 0.9, 1],
          },
          series,
          spans: named.flatMap((row) => spansOf(view, row, styleOf(row).colour)),
          intervals: 'none',
          names: false,
        }),
        caption: `Named: ${setting === undefined ? '' : `${setting.dimensions} dimensions, instruction ${setting.instruction}, ${setting.encoding}; `}batch × concurrency. Marks are p50, p90, p95 and p99 with their order-statistic intervals; a percentile that the sample cannot carry is left out.`,
        legend: named.map((row) => legendEntry(shortLoadName(row), styleOf(row), loadTag(view, row))),
        table: distributionTable(view, rows),
      },
    },
  ];
}

function shortLoadName(row: LoadRow): string {
  return `${row.batchSize} × ${row.rate === undefined ? (row.concurrency ?? '?') : `${row.rate}/s`}`;
}

function namedRows(view: RunView, rows: readonly LoadRow[]): LoadRow[] {
  const lead = leadRow(view);
  const own = rows.filter((row) => lead === undefined || sameSetting(row, lead));
  if (own.length <= MOST_NAMED) return own;
  const step = (own.length - 1) / (MOST_NAMED - 1);
  const spread = Array.from({ length: MOST_NAMED }, (_, i) => own[Math.round(i * step)]!);
  return lead === undefined || spread.includes(lead) || !own.includes(lead)
    ? spread
    : [lead, ...spread.slice(1)];
}

function ecdfSeries(
  view: RunView,
  row: LoadRow,
  style: CurveSeries['style'],
  background: boolean,
): CurveSeries {
  const percents = background ? COARSE : EVERY;
  const { service } = row.latencyMs;
  const marked = background
    ? []
    : MARKED.flatMap((name): CurvePoint[] => {
        const value = service[name];
        if (value === undefined) return [];
        return [
          {
            x: value,
            y: Number(name.slice(1)) / 100,
            tag: loadTag(view, row),
            tip: percentileTip(row, name, value),
          },
        ];
      });
  const curve = percents.map((percent) => ({ x: Math.max(row.ecdfMs![percent]!, 1e-3), y: percent / 100 }));
  return {
    name: shortLoadName(row),
    style,
    tag: loadTag(view, row),
    tip: `${loadName(row)}\n${percentileLine(service)}\nn = ${service.n} requests`,
    background,
    points: [...curve, ...marked].toSorted((a, b) => a.y - b.y || a.x - b.x),
  };
}

function percentileTip(row: LoadRow, name: (typeof MARKED)[number], value: number): string {
  const interval = row.latencyMs.service.intervals?.[name];
  const bounds =
    interval === undefined
      ? ''
      : `\n95 % interval ${metricNumber('serviceP50Ms', interval[0])}–${metricNumber('serviceP50Ms', interval[1])}`;
  return `${loadName(row)}\n${name} ${metricText('serviceP50Ms', value)}${bounds}\nn = ${row.latencyMs.service.n} requests`;
}

function percentileLine(distribution: Distribution): string {
  return MARKED.flatMap((name) => {
    const value = distribution[name];
    return value === undefined ? [] : [`${name} ${metricNumber('serviceP50Ms', value)}`];
  }).join(', ');
}

function spansOf(view: RunView, row: LoadRow, colour: string): CurveSpan[] {
  return MARKED.flatMap((name) => {
    const interval = row.latencyMs.service.intervals?.[name];
    if (interval === undefined) return [];
    return [
      {
        low: interval[0],
        high: interval[1],
        y: Number(name.slice(1)) / 100,
        colour,
        tag: loadTag(view, row),
      },
    ];
  });
}

function distributionTable(view: RunView, rows: readonly LoadRow[]): TableModel {
  return {
    caption: 'Service latency, sent to last byte: percentiles over pooled requests',
    tall: rows.length > 16,
    columns: [
      { label: 'Cell' },
      metricColumn('serviceP50Ms'),
      metricColumn('serviceP90Ms'),
      metricColumn('serviceP95Ms'),
      metricColumn('serviceP99Ms'),
      { label: 'Mean', unit: 'ms', number: true },
      { label: 'Max', unit: 'ms', number: true },
      { label: 'n', number: true },
    ],
    rows: rows.map((row) => {
      const { service } = row.latencyMs;
      return {
        tag: loadTag(view, row),
        ...(row.validity.verdict === 'invalid' ? { tone: 'muted' as const } : {}),
        cells: [
          row.validity.verdict === 'valid'
            ? textCell(loadName(row))
            : textCell(loadName(row), `${row.validity.verdict}: ${reasonsOf(row)}`),
          metricCell('serviceP50Ms', service.p50),
          metricCell('serviceP90Ms', service.p90),
          metricCell('serviceP95Ms', service.p95),
          metricCell('serviceP99Ms', service.p99),
          numberCell(service.mean, 2),
          numberCell(service.max, 2),
          numberCell(service.n),
        ],
      };
    }),
  };
}

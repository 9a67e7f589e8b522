import type { LoadRow } from '../../core/record/load-row.ts';
import { type CurveSeries, curveChart } from '../charts/curve-chart.ts';
import { legendEntry } from '../charts/legend.ts';
import type { Block, Figure } from '../page/blocks.ts';
import {
  metricCell,
  metricColumn,
  numberCell,
  rangeCell,
  type TableModel,
  textCell,
} from '../page/table-model.ts';
import { type LoadFamily, loadFamilies, loadTip, settingName } from './load-families.ts';
import { CHART, chartState, distinct, loadName, loadTag, type RunView } from './run-view.ts';

/** Throughput against latency, and latency against width. */
export function loadCurveBlocks(view: RunView): Block[] {
  if (view.record.load.length === 0) return [];
  const families = loadFamilies(view);
  const figures = [throughputLatencyFigure(view, families), ...dimensionFigures(view)];
  return [{ kind: 'figures', figures }];
}

function throughputLatencyFigure(view: RunView, families: readonly LoadFamily[]): Figure {
  const named = families.filter((family) => !family.background);
  const setting = named[0]?.rows[0];
  const others = families.length - named.length;
  return {
    title: 'Throughput and latency',
    svg: curveChart({
      label:
        'p95 response latency against texts per second, one line per batch size, points along a line are rising concurrency',
      ...CHART.half,
      x: { label: 'texts/s', scale: 'log' },
      y: { label: 'p95 latency, ms', scale: 'log' },
      series: families
        .toSorted((a, b) => Number(b.background) - Number(a.background))
        .map((family) => throughputSeries(view, family)),
      intervals: 'bars',
      names: true,
    }),
    caption: `Named lines: ${setting === undefined ? 'all cells' : settingName(setting)}; along a line concurrency (or rate) rises.${others > 0 ? ` The ${others} grey lines are other settings; filter to look at them.` : ''} A line that bends upwards is saturated. Hollow points are suspect, crosses invalid and not joined.`,
    legend: named.map((family) => legendEntry(family.name, family.style, family.tag)),
    table: throughputTable(view),
  };
}

function throughputSeries(view: RunView, family: LoadFamily): CurveSeries {
  return {
    name: family.name,
    style: family.style,
    tag: family.tag,
    background: family.background,
    points: family.rows.flatMap((row) => {
      const latency = row.latencyMs.response.p95 ?? row.latencyMs.response.p50;
      if (latency === undefined || row.throughput.textsPerSecond <= 0) return [];
      const interval = row.latencyMs.response.intervals?.p95;
      return [
        {
          x: row.throughput.textsPerSecond,
          y: latency,
          ...(interval === undefined ? {} : { low: interval[0], high: interval[1] }),
          tag: loadTag(view, row),
          tip: loadTip(row),
          ...chartState(row),
        },
      ];
    }),
  };
}

function throughputTable(view: RunView): TableModel {
  return {
    caption: 'Throughput and latency: the figures',
    tall: view.record.load.length > 16,
    columns: [
      { label: 'Cell' },
      metricColumn('textsPerSecond'),
      metricColumn('responseP95Ms'),
      { label: '95 % interval of p95', unit: 'ms', number: true },
      { label: 'n', number: true },
    ],
    rows: view.record.load.map((row) => ({
      tag: loadTag(view, row),
      cells: [
        textCell(loadName(row)),
        metricCell('textsPerSecond', row.throughput.textsPerSecond),
        metricCell('responseP95Ms', row.latencyMs.response.p95),
        rangeCell(row.latencyMs.response.intervals?.p95, 2),
        numberCell(row.latencyMs.response.n),
      ],
    })),
  };
}

/** Latency against width says what truncation saves on the wire, and that the model's own work does not shrink. */
function dimensionFigures(view: RunView): Figure[] {
  const widths = distinct(view.record.load.map((row) => row.dimensions)).toSorted((a, b) => a - b);
  if (widths.length < 2) return [];
  const lines = widthLines(view);
  return [
    {
      title: 'Latency by dimensions',
      svg: curveChart({
        label: 'Median response latency against dimensions, one line per operating point',
        ...CHART.half,
        x: { label: 'dimensions', scale: 'log', ticks: widths },
        y: { label: 'p50 latency, ms', scale: 'log' },
        series: lines,
        intervals: 'bars',
        names: lines.filter((line) => line.background !== true).length > 1,
      }),
      caption:
        'The server cuts a vector after the model has run, so only the answer gets smaller: what falls with the dimensions is sending, not computing. Heavy lines: the recommended setting. Intervals are those of the median.',
      table: {
        caption: 'Latency by dimensions: the figures',
        tall: view.record.load.length > 16,
        columns: [
          { label: 'Cell' },
          { label: 'Dimensions', number: true },
          metricColumn('responseP50Ms'),
          { label: '95 % interval of p50', unit: 'ms', number: true },
          metricColumn('bytesPerSecond'),
          { label: 'n', number: true },
        ],
        rows: view.record.load.map((row) => ({
          tag: loadTag(view, row),
          cells: [
            textCell(loadName(row)),
            numberCell(row.dimensions),
            metricCell('responseP50Ms', row.latencyMs.response.p50),
            rangeCell(row.latencyMs.response.intervals?.p50, 2),
            metricCell('bytesPerSecond', row.throughput.bytesPerSecond),
            numberCell(row.latencyMs.response.n),
          ],
        })),
      },
    },
  ];
}

function widthLines(view: RunView): CurveSeries[] {
  const families = loadFamilies(view);
  const styleOf = new Map<LoadRow, LoadFamily>();
  for (const family of families) for (const row of family.rows) styleOf.set(row, family);
  const lead = view.answer.operatingPoint?.row;
  const groups = new Map<string, LoadRow[]>();
  for (const row of view.record.load) {
    const { dimensions: _, ...rest } = tagParts(row);
    const key = JSON.stringify(rest);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()]
    .filter((rows) => rows.length > 1)
    .map((rows): CurveSeries => {
      const first = rows[0]!;
      const isLead = lead !== undefined && first.concurrency === lead.concurrency && first.rate === lead.rate;
      const { style } = styleOf.get(rows.find((row) => styleOf.get(row)?.background === false) ?? first)!;
      const { dimensions: _, ...tag } = tagParts(first);
      return {
        name: `batch ${first.batchSize}`,
        style,
        tag: view.tags.of(tag),
        background: !isLead || first.encoding !== lead.encoding || first.instruction !== lead.instruction,
        points: rows.toSorted((a, b) => a.dimensions - b.dimensions).flatMap((row) => widthPoint(view, row)),
      };
    })
    .toSorted((a, b) => Number(b.background) - Number(a.background));
}

function tagParts(row: LoadRow) {
  const { dimensions, instruction, serverArgs, batchSize, concurrency, rate, encoding, transport } = row;
  return { dimensions, instruction, serverArgs, batchSize, concurrency, rate, encoding, transport };
}

function widthPoint(view: RunView, row: LoadRow) {
  const { p50, intervals } = row.latencyMs.response;
  if (p50 === undefined) return [];
  return [
    {
      x: row.dimensions,
      y: p50,
      ...(intervals?.p50 === undefined ? {} : { low: intervals.p50[0], high: intervals.p50[1] }),
      tag: loadTag(view, row),
      tip: loadTip(row),
      ...chartState(row),
    },
  ];
}

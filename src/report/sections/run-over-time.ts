import { formatDuration, formatNumber, metricText } from '../../core/figure-text.ts';
import type { LoadRow, Trial } from '../../core/record/load-row.ts';
import { median } from '../../stats/moments.ts';
import { type CurvePoint, curveChart } from '../charts/curve-chart.ts';
import { legendEntry } from '../charts/legend.ts';
import { NO_LINE, seriesStyle } from '../charts/series-style.ts';
import { timeStrip } from '../charts/strips.ts';
import type { Block, Figure } from '../page/blocks.ts';
import { MISSING, numberCell, type TableCell, type TableModel, textCell } from '../page/table-model.ts';
import { CHART, distinct, loadName, loadTag, type RunView } from './run-view.ts';

interface DatedTrial {
  readonly row: LoadRow;
  readonly trial: Trial;
  /** Seconds since the first trial of the run. */
  readonly at: number;
  /** The trial's median over the median of its cell's trials; 1 = as always. */
  readonly ratio: number;
}

/** Whether the machine drifted while it was measured, and each cell's own course with its timed windows. */
export function timeBlocks(view: RunView): Block[] {
  const trials = datedTrials(view.record.load);
  const courses = view.record.load.filter((row) => (row.timeline?.length ?? 0) > 1);
  return [
    ...(trials.length > 1 ? [{ kind: 'figure' as const, figure: driftFigure(view, trials) }] : []),
    ...(courses.length > 0 ? [courseTable(view, courses)] : []),
  ];
}

function datedTrials(rows: readonly LoadRow[]): DatedTrial[] {
  const all = rows.flatMap((row) => {
    const medians = row.trials.flatMap((trial) => trial.serviceP50Ms ?? []);
    const middle = median(medians);
    if (!(middle > 0) || medians.length < 2) return [];
    return row.trials.flatMap((trial) =>
      trial.serviceP50Ms === undefined
        ? []
        : [{ row, trial, at: Date.parse(trial.startedAt) / 1000, ratio: trial.serviceP50Ms / middle }],
    );
  });
  const first = Math.min(...all.map((entry) => entry.at));
  return all
    .filter((entry) => Number.isFinite(entry.at))
    .map((entry) => ({ ...entry, at: entry.at - first }))
    .toSorted((a, b) => a.at - b.at);
}

function driftFigure(view: RunView, trials: readonly DatedTrial[]): Figure {
  const byTrial = distinct(trials.map(({ trial }) => trial.index)).toSorted((a, b) => a - b);
  const name = (index: number) => `trial ${index + 1}`;
  return {
    title: 'The run over time',
    svg: curveChart({
      label: 'Median latency of every trial relative to its cell, by when the trial began',
      ...CHART.wide,
      height: 240,
      x: { label: 'seconds since the first trial', scale: 'linear' },
      y: { label: 'median ÷ median of the cell', scale: 'linear' },
      series: byTrial.map((index, i) => ({
        name: name(index),
        style: seriesStyle(i),
        loose: true,
        points: trials.filter(({ trial }) => trial.index === index).map((entry) => driftPoint(view, entry)),
      })),
      rules: [{ y: 1, label: '' }],
      intervals: 'none',
      names: false,
    }),
    caption:
      'Trials of a cell are spread over the run. Points that climb or fall together show a machine that drifted: differences between cells of that size mean nothing.',
    legend: byTrial.map((index, i) => legendEntry(name(index), { ...seriesStyle(i), dash: NO_LINE })),
    table: driftTable(view, trials, byTrial.length),
  };
}

function driftPoint(view: RunView, { row, trial, at, ratio }: DatedTrial): CurvePoint {
  return {
    x: at,
    y: ratio,
    tag: loadTag(view, row),
    tip: `${loadName(row)}\ntrial ${trial.index + 1}: p50 ${metricText('serviceP50Ms', trial.serviceP50Ms!)}, ${formatNumber(ratio, 3)} × the cell’s, n = ${trial.ok}`,
    ...(row.validity.verdict === 'valid' ? {} : { state: row.validity.verdict }),
  };
}

/** More trials than this are given by their ends. */
const MOST_COLUMNS = 5;

function driftTable(view: RunView, trials: readonly DatedTrial[], most: number): TableModel {
  const rows = distinct(trials.map((entry) => entry.row));
  const own = (row: LoadRow) => trials.filter((entry) => entry.row === row);
  const columns = Math.min(most, MOST_COLUMNS);
  return {
    caption: `Median latency of each cell’s trials${most > columns ? `, the first ${columns} of ${most}` : ''}`,
    tall: rows.length > 16,
    columns: [
      { label: 'Cell' },
      { label: 'First began after', number: true },
      ...Array.from({ length: columns }, (_, i) => ({ label: `Trial ${i + 1}`, unit: 'ms', number: true })),
      { label: 'Slowest ÷ fastest', number: true },
      { label: 'Steady', number: true },
      { label: 'n', number: true },
    ],
    rows: rows.map((row) => ({ tag: loadTag(view, row), cells: driftCells(row, own(row), columns) })),
  };
}

function driftCells(row: LoadRow, entries: readonly DatedTrial[], columns: number): TableCell[] {
  const medians = entries.map((entry) => entry.trial.serviceP50Ms!);
  const steady = row.trials.filter((trial) => trial.steady).length;
  const byIndex = (i: number) => entries.find((entry) => entry.trial.index === i)?.trial.serviceP50Ms;
  const first = Math.min(...entries.map((entry) => entry.at));
  return [
    textCell(loadName(row)),
    { text: formatDuration(first), number: true, sort: Math.round(first) },
    ...Array.from({ length: columns }, (_, i) => numberCell(byIndex(i), 2)),
    numberCell(Math.max(...medians) / Math.min(...medians), 3),
    { text: `${steady} of ${row.trials.length}`, number: true },
    numberCell(row.requests.ok),
  ];
}

function courseTable(view: RunView, rows: readonly LoadRow[]): Block {
  return {
    kind: 'disclosure',
    title: `Course of each load cell, with the timed windows shaded (${rows.length})`,
    blocks: [
      {
        kind: 'table',
        table: {
          caption:
            'Median service latency in equal slices of time; what is not shaded is warm-up and is not counted',
          tall: rows.length > 8,
          columns: [
            { label: 'Cell' },
            { label: 'Course' },
            { label: 'First slice', unit: 'ms', number: true },
            { label: 'Median slice', unit: 'ms', number: true },
            { label: 'Last slice', unit: 'ms', number: true },
            { label: 'Least–greatest', unit: 'ms', number: true },
            { label: 'Steady trials', number: true },
            { label: 'n', number: true },
          ],
          rows: rows.map((row) => ({ tag: loadTag(view, row), cells: courseCells(row) })),
        },
      },
    ],
  };
}

function courseCells(row: LoadRow): TableCell[] {
  const slices = (row.timeline ?? []).filter(([, , n]) => n > 0);
  const values = slices.map(([, value]) => value);
  const sorted = values.toSorted((a, b) => a - b);
  const steady = row.trials.filter((trial) => trial.steady).length;
  const label = `Median latency over ${formatNumber(slices.at(-1)?.[0] ?? 0, 1)} seconds, ${loadName(row)}`;
  return [
    textCell(loadName(row)),
    values.length < 2
      ? MISSING
      : {
          text: '',
          markup: timeStrip({
            points: slices.map(([at, value]) => [at, value] as const),
            windows: row.timelineWindows ?? [],
            label,
          }),
        },
    numberCell(values[0], 2),
    numberCell(sorted[Math.floor(sorted.length / 2)], 2),
    numberCell(values.at(-1), 2),
    values.length === 0
      ? MISSING
      : { text: `${formatNumber(sorted[0]!, 2)}–${formatNumber(sorted.at(-1)!, 2)}`, number: true },
    { text: `${steady} of ${row.trials.length}`, number: true, sort: steady / row.trials.length },
    numberCell(row.requests.ok),
  ];
}

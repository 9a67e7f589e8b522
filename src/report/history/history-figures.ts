import { formatInterval, metricNumber, metricUnit, scoreLabel } from '../../core/figure-text.ts';
import { METRICS } from '../../core/metrics.ts';
import { historyChart } from '../charts/history-chart.ts';
import { badge, verdictBadge } from '../page/badge.ts';
import type { Figure } from '../page/blocks.ts';
import { badgeCell, numberCell, type TableModel, textCell } from '../page/table-model.ts';
import { valueText } from '../summaries/change-words.ts';
import type { HistoryModel, HistorySeries, SeriesPoint } from './history-model.ts';
import { type HistoryView, seriesCell, seriesTag } from './history-view.ts';
import { commitsText, counted, momentText, shortCommit } from './step-words.ts';

/** Older runs are in the records: a chart of this many is full. */
const MOST_POINTS = 200;
/** With more borders than this their names would run into each other; the section of steps has them. */
const MOST_NAMED = 2;

/** One figure over the runs, with its levels and its steps. */
export function seriesFigure(
  view: HistoryView,
  index: number,
  size: { readonly width: number; readonly height: number },
): Figure {
  const { model } = view;
  const series = model.series[index]!;
  const cell = seriesCell(model, series);
  const title = `${scoreLabel(series.metric)}: ${cell}`;
  const first = Math.max(0, series.points.length - MOST_POINTS);
  const points = series.points.slice(first);
  const from = points[0]!.run;
  return {
    title,
    svg: historyChart({
      label: `${title}, ${counted(points.length, 'run')}, ${counted(Math.max(0, series.levels.length - 1), 'step')}`,
      ...size,
      x: { label: 'runs', scale: 'linear', ...runTicks(model, points) },
      y: { label: axisLabel(series), scale: 'linear' },
      points: points.map((point) => ({
        x: point.run,
        y: point.value,
        ...intervalOf(point),
        ...(point.validity === 'valid' ? {} : { state: point.validity }),
        tip: pointTip(model, series, point),
      })),
      levels: series.levels
        .map((level) => ({
          from: Math.max(from, series.points[level.from]!.run),
          to: series.points[level.to]!.run,
          y: level.level,
        }))
        .filter((level) => level.to >= from),
      borders: bordersOf(model, index).filter((border) => border.from >= from),
    }),
    caption: `${METRICS[series.metricId].description} ${levelsSentence(series)}`,
    table: pointTable(model, series, title),
    tag: seriesTag(view, series),
  };
}

function axisLabel({ metricId }: HistorySeries): string {
  const metric = METRICS[metricId];
  const unit = metric.unit === 'perSecond' ? '' : metricUnit(metric);
  return unit === '' ? metric.label : `${metric.label}, ${unit}`;
}

function levelsSentence(series: HistorySeries): string {
  if (series.levels.length === 0) return 'Too few runs to tell a step from chance.';
  const levels = series.levels.map(({ level }) => valueText(series.metricId, level));
  return levels.length === 1 ? `No step: ${levels[0]}.` : `Levels: ${levels.join(', ')}.`;
}

/** Up to four days, at runs of equal distance. */
function runTicks({ runs }: HistoryModel, points: readonly SeriesPoint[]) {
  const indices = points.map(({ run }) => run);
  const isOneYear = new Set(indices.map((run) => runs[run]!.startedAt.slice(0, 4))).size === 1;
  const steps = Math.min(4, indices.length) - 1;
  const chosen = Array.from({ length: steps + 1 }, (_, i) =>
    steps === 0 ? indices[0]! : indices[Math.round((i / steps) * (indices.length - 1))]!,
  );
  return {
    ticks: [...new Set(chosen)],
    format: (run: number) => runs[run]?.startedAt.slice(isOneYear ? 5 : 0, 10) ?? '',
  };
}

function intervalOf({ low, high }: SeriesPoint): { low?: number; high?: number } {
  return low === undefined || high === undefined ? {} : { low, high };
}

function pointTip(model: HistoryModel, series: HistorySeries, point: SeriesPoint): string {
  const run = model.runs[point.run]!;
  const { digits } = METRICS[series.metricId];
  const { low, high } = point;
  return [
    `${momentText(run)}, ${shortCommit(run)}`,
    valueText(series.metricId, point.value),
    ...(low === undefined || high === undefined
      ? []
      : [`95 % interval ${formatInterval(low, high, digits)}`]),
    ...(point.validity === 'valid' ? [] : [point.validity]),
  ].join('\n');
}

const BORDER_VERDICTS = { regressed: 'bad', improved: 'good', changed: 'note' } as const;

function bordersOf({ ranges }: HistoryModel, index: number) {
  const own = ranges.flatMap((range) =>
    range.steps.filter((step) => step.series === index).map((step) => ({ range, step })),
  );
  return own.map(({ range, step }) => ({
    from: range.before,
    to: range.after,
    label:
      own.length > MOST_NAMED
        ? ''
        : `${verdictBadge(step.verdict).sign} ${range.commits.kind === 'range' ? commitsText(range.commits) : ''}`,
    verdict: BORDER_VERDICTS[step.verdict],
  }));
}

function pointTable(model: HistoryModel, series: HistorySeries, title: string): TableModel {
  const { digits } = METRICS[series.metricId];
  const points = series.points.slice(-MOST_POINTS);
  return {
    caption: `${title}: the runs`,
    tall: points.length > 16,
    columns: [
      { label: 'When, UTC' },
      { label: 'Commit' },
      { label: axisLabel(series), number: true },
      { label: 'n', number: true },
      { label: 'Validity' },
    ],
    rows: points.map((point) => {
      const run = model.runs[point.run]!;
      const { low, high } = point;
      return {
        cells: [
          textCell(momentText(run)),
          textCell(shortCommit(run)),
          {
            text: metricNumber(series.metricId, point.value),
            number: true,
            ...(low === undefined || high === undefined ? {} : { detail: formatInterval(low, high, digits) }),
          },
          numberCell(point.n),
          badgeCell(badge(VALIDITY_TONES[point.validity], point.validity)),
        ],
      };
    }),
  };
}

const VALIDITY_TONES = { valid: 'good', suspect: 'open', invalid: 'bad' } as const;

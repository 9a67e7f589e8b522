import { scoreLabel } from '../../core/figure-text.ts';
import { badge, verdictBadge } from '../page/badge.ts';
import type { Block, Section } from '../page/blocks.ts';
import { badgeCell, numberCell, type TableModel, type TableRow, textCell } from '../page/table-model.ts';
import { CHART } from '../sections/run-view.ts';
import { changeText, valueText } from '../summaries/change-words.ts';
import { seriesFigure } from './history-figures.ts';
import type { HistoryRun, HistorySeries, HistoryStep, StepRange } from './history-model.ts';
import { LEAST_RUNS } from './history-series.ts';
import { type HistoryView, seriesCell, seriesTag } from './history-view.ts';
import {
  causeNote,
  counted,
  countsText,
  currentLevel,
  momentText,
  rangeText,
  shortCommit,
} from './step-words.ts';

/** Of one range this many steps are drawn; the table has all. */
const MOST_DRAWN_STEPS = 6;
/** Points over all small charts: what keeps the page small. */
const POINT_BUDGET = 6000;
const LEAST_DRAWN = 8;
const MOST_DRAWN = 60;

/** Every place where something stepped, latest first, with the commits that may have caused it. */
export function stepsSection(view: HistoryView): Section | undefined {
  const { ranges } = view.model;
  if (ranges.length === 0) return undefined;
  return {
    id: 'steps',
    title: 'Steps',
    lead: 'Gathered by the two runs between which they lie, latest first. What stepped together has one cause more often than many.',
    blocks: ranges.map((range) => ({
      kind: 'subsection',
      title: `${rangeText(view.model, range)}: ${countsText(range.steps)}`,
      blocks: rangeBlocks(view, range),
    })),
  };
}

function rangeBlocks(view: HistoryView, range: StepRange): Block[] {
  const note = causeNote(range);
  const drawn = range.steps.slice(0, MOST_DRAWN_STEPS);
  return [
    ...(note === undefined ? [] : [{ kind: 'prose', paragraphs: [capitalised(note)] } as const]),
    { kind: 'table', table: stepTable(view, range) },
    { kind: 'figures', figures: drawn.map(({ series }) => seriesFigure(view, series, CHART.half)) },
  ];
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function stepTable(view: HistoryView, range: StepRange): TableModel {
  return {
    caption: `Steps at ${rangeText(view.model, range)}`,
    tall: range.steps.length > 16,
    columns: [
      { label: 'Metric' },
      { label: 'Cell' },
      { label: 'Verdict' },
      { label: 'Before', number: true },
      { label: 'After', number: true },
      { label: 'Change', number: true },
      { label: 'Runs before', number: true },
      { label: 'Runs since', number: true },
    ],
    rows: range.steps.map((step) => stepRow(view, step)),
  };
}

function stepRow(view: HistoryView, step: HistoryStep): TableRow {
  const { before, after } = step;
  const series = view.model.series[step.series]!;
  return {
    tag: seriesTag(view, series),
    cells: [
      textCell(scoreLabel(series.metric)),
      textCell(seriesCell(view.model, series)),
      badgeCell(verdictBadge(step.verdict)),
      { text: valueText(series.metricId, before.level), number: true, sort: before.level },
      { text: valueText(series.metricId, after.level), number: true, sort: after.level },
      { text: changeText(step, series.metricId), number: true, sort: step.value },
      numberCell(before.count),
      numberCell(after.count),
    ],
  };
}

/** Every figure: small charts of as many as the page can carry, and a table of all. */
export function figuresSection(view: HistoryView): Section | undefined {
  const { series, runs } = view.model;
  if (series.length === 0) return undefined;
  const fitting = Math.floor(POINT_BUDGET / Math.max(1, runs.length));
  const drawn = Math.min(series.length, MOST_DRAWN, Math.max(LEAST_DRAWN, fitting));
  const rest = drawn < series.length ? ` The first ${drawn} are drawn below; the table has all.` : '';
  return {
    id: 'figures',
    title: 'Every figure',
    lead: `${counted(series.length, 'figure')} over ${counted(runs.length, 'run')}.${rest}`,
    blocks: [
      { kind: 'table', table: figureTable(view) },
      {
        kind: 'figures',
        small: true,
        figures: Array.from({ length: drawn }, (_, i) => seriesFigure(view, i, CHART.third)),
      },
    ],
  };
}

function figureTable(view: HistoryView): TableModel {
  const { series } = view.model;
  return {
    caption: 'Where every figure stands',
    tall: series.length > 16,
    columns: [
      { label: 'Metric' },
      { label: 'Cell' },
      { label: 'Level', number: true, description: 'Weighted median since the last step.' },
      { label: 'Latest', number: true },
      { label: 'Since', number: true },
      { label: 'Commit' },
      { label: 'Steps', number: true },
      { label: 'Runs', number: true },
      { label: 'Comparable by' },
    ],
    rows: series.map((one) => figureRow(view, one)),
  };
}

function figureRow(view: HistoryView, series: HistorySeries): TableRow {
  const { value, since } = currentLevel(series);
  const latest = series.points.at(-1)!.value;
  const run = view.model.runs[since]!;
  return {
    tag: seriesTag(view, series),
    cells: [
      textCell(scoreLabel(series.metric)),
      textCell(seriesCell(view.model, series)),
      { text: valueText(series.metricId, value), number: true, sort: value },
      { text: valueText(series.metricId, latest), number: true, sort: latest },
      { text: run.startedAt.slice(0, 10), number: true, sort: since },
      textCell(shortCommit(run)),
      numberCell(series.levels.length === 0 ? undefined : series.levels.length - 1),
      numberCell(series.points.length),
      textCell(series.setting),
    ],
  };
}

export function runsSection({ model }: HistoryView): Section | undefined {
  if (model.runs.length === 0) return undefined;
  return {
    id: 'runs',
    title: 'Runs',
    blocks: [
      {
        kind: 'table',
        table: {
          caption: 'The runs, oldest first',
          tall: model.runs.length > 16,
          columns: [
            { label: 'When, UTC' },
            { label: 'Config' },
            { label: 'Status' },
            { label: 'Commit' },
            { label: 'Branch' },
            { label: 'Model' },
            { label: 'Machine' },
            { label: 'Blessed as' },
            { label: 'Run' },
          ],
          rows: model.runs.map((run) => ({ cells: runCells(run) })),
        },
      },
    ],
  };
}

const STATUS_TONES = { complete: 'good', interrupted: 'open', failed: 'bad' } as const;

function runCells(run: HistoryRun) {
  const { environment } = run;
  return [
    textCell(momentText(run)),
    textCell(run.name),
    badgeCell(badge(STATUS_TONES[run.status], run.status)),
    textCell(shortCommit(run)),
    textCell(environment.branch ?? '–'),
    textCell(run.model),
    textCell(`${environment.cpuModel}, ${environment.cpus} cores`),
    textCell(run.baselines.join(', ') || '–'),
    textCell(run.runId, run.path),
  ];
}

export function historyMethodSection(): Section {
  return {
    id: 'method',
    title: 'Method',
    blocks: [
      {
        kind: 'facts',
        facts: [
          {
            term: 'What is joined',
            value: 'Figures of one config, cell and metric.',
            detail:
              'Scores are joined on the same data, load and memory on the same hardware; anything else makes another line. Invalid cells are drawn as crosses and decide nothing.',
          },
          {
            term: 'Steps',
            value: 'The piecewise constant fit with the least weighted absolute error, charged per step.',
            detail: `Each point weighs by the inverse width of its interval. One odd run is an outlier, not a step: a level has at least two runs, and fewer than ${LEAST_RUNS} runs are not judged.`,
          },
          {
            term: 'Commit range',
            value: 'From the commit of the last run before the step to that of the first run after it.',
            detail: 'As git takes it: git log 1a2b3c4..5d6e7f8.',
          },
        ],
      },
    ],
  };
}

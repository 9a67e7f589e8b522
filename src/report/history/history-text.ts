import { scoreLabel } from '../../core/figure-text.ts';
import { withVisibleText } from '../../core/visible-text.ts';
import { renderText } from '../exporters/text/render-text.ts';
import { shortCellName } from '../summaries/cell-name.ts';
import { changeText, valueText } from '../summaries/change-words.ts';
import type { Summary, SummarySection } from '../summaries/summary.ts';
import type { HistoryModel, StepRange } from './history-model.ts';
import { seriesCell } from './history-view.ts';
import {
  causeNote,
  counted,
  countsText,
  currentLevel,
  historyHeadline,
  historyTitle,
  momentText,
  rangeText,
  shortCommit,
} from './step-words.ts';

/** A terminal shows this many figures; the page has them all. */
const MOST_FIGURES = 40;

/** What `dimsweep history` prints: the steps by commit range, latest first, and where every figure stands. */
export function historyText(model: HistoryModel, columns = 100): string {
  return renderText(historySummary(withVisibleText(model)), columns);
}

function historySummary(model: HistoryModel): Summary {
  const { runs, unreadable } = model;
  const [first, last] = [runs[0], runs.at(-1)];
  return {
    title: historyTitle(model),
    particulars:
      first === undefined || last === undefined
        ? [counted(0, 'run')]
        : [
            counted(runs.length, 'run'),
            `${momentText(first)} to ${momentText(last)} UTC`,
            counted(model.series.length, 'figure'),
          ],
    headline: historyHeadline(model),
    warnings: unreadable.map(({ path, reason }) => `${path} is left out: ${reason}`),
    answers: [],
    sections: [...model.ranges.map((range) => rangeSection(model, range)), ...standing(model)],
  };
}

function rangeSection(model: HistoryModel, range: StepRange): SummarySection {
  const note = causeNote(range);
  return {
    title: `${rangeText(model, range)}: ${countsText(range.steps)}`,
    notes: note === undefined ? [] : [note],
    table: {
      columns: [
        { head: 'Metric', least: 12 },
        { head: 'Cell', least: 24 },
        { head: 'Before', align: 'right' },
        { head: 'After', align: 'right' },
        { head: 'Change', align: 'right' },
        { head: 'Verdict' },
        { head: 'Runs', align: 'right', optional: 1 },
      ],
      rows: range.steps.map((step) => {
        const series = model.series[step.series]!;
        return [
          scoreLabel(series.metric),
          seriesCell(model, series, shortCellName),
          valueText(series.metricId, step.before.level),
          valueText(series.metricId, step.after.level),
          changeText(step, series.metricId),
          step.verdict,
          `${step.before.count} + ${step.after.count}`,
        ];
      }),
    },
    points: [],
    folded: false,
  };
}

function standing(model: HistoryModel): SummarySection[] {
  const { series, runs } = model;
  if (series.length === 0) return [];
  const shown = series.slice(0, MOST_FIGURES);
  const more = series.length - shown.length;
  return [
    {
      title: 'Where every figure stands',
      notes: more > 0 ? [`${counted(more, 'more figure')} ${more === 1 ? 'is' : 'are'} on the page.`] : [],
      table: {
        columns: [
          { head: 'Metric', least: 12 },
          { head: 'Cell', least: 24 },
          { head: 'Level', align: 'right' },
          { head: 'Latest', align: 'right' },
          { head: 'Since commit' },
          { head: 'Runs', align: 'right', optional: 1 },
        ],
        rows: shown.map((one) => {
          const { value, since } = currentLevel(one);
          return [
            scoreLabel(one.metric),
            seriesCell(model, one, shortCellName),
            valueText(one.metricId, value),
            valueText(one.metricId, one.points.at(-1)!.value),
            shortCommit(runs[since]!),
            String(one.points.length),
          ];
        }),
      },
      points: [],
      folded: true,
    },
  ];
}

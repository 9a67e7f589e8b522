import { betterSign, type ChangeScale, type Difference } from '../../compare/difference.ts';
import { formatSigned, UNIT_SPACE } from '../../core/figure-text.ts';
import { METRICS } from '../../core/metrics.ts';
import { type IntervalRow, intervalChart } from '../charts/interval-chart.ts';
import { comparisonBadge } from '../page/badge.ts';
import type { Block, Figure } from '../page/blocks.ts';
import { badgeCell, textCell } from '../page/table-model.ts';
import { CHART } from '../sections/run-view.ts';
import { shortCellName } from '../summaries/cell-name.ts';
import { changeSentence, changeText, valueText } from '../summaries/change-words.ts';
import { worstFirst } from '../summaries/worst-first.ts';
import {
  type Candidate,
  type ComparisonView,
  type FigureRow,
  figureTag,
  VERDICT_WORDS,
} from './comparison-view.ts';

/** A chart of more rows than this is a table. */
const MOST_ROWS = 30;

interface Changed {
  readonly row: FigureRow;
  readonly difference: Difference & { readonly change: NonNullable<Difference['change']> };
}

/** Changes with their intervals, better to the right: scores in points, everything else as a share. */
export function changeFigures(view: ComparisonView, rows: readonly FigureRow[]): Block[] {
  return view.candidates.flatMap((candidate, i): Block[] => {
    const figures = (['absolute', 'relative'] as const).flatMap((scale) => {
      const changed = worstOf(rows.flatMap((row) => changedRow(row, i, scale)));
      return changed.length === 0 ? [] : [changeFigure(view, candidate, scale, changed)];
    });
    return figures.map((figure) => ({ kind: 'figure', figure }));
  });
}

/** In the order of this candidate's own verdicts. */
function worstOf(changed: readonly Changed[]): Changed[] {
  const rowOf = new Map<Difference, Changed>(changed.map((one) => [one.difference, one]));
  return worstFirst([...rowOf.keys()]).map((difference) => rowOf.get(difference)!);
}

/** Scores that are no share (a mean distance of ratings) have an axis of their own: the table has them. */
function changedRow(row: FigureRow, candidate: number, scale: ChangeScale): Changed[] {
  const difference = row.differences[candidate];
  if (difference?.change === undefined || difference.change.scale !== scale) return [];
  const { unit, direction } = METRICS[row.subject.metricId];
  if (direction === 'none' || (scale === 'absolute' && unit === 'score' && direction === 'lower')) return [];
  return [{ row, difference: { ...difference, change: difference.change } }];
}

function changeFigure(
  view: ComparisonView,
  { label }: Candidate,
  scale: ChangeScale,
  changed: readonly Changed[],
): Figure {
  const drawn = changed.slice(0, MOST_ROWS);
  const left = changed.length - drawn.length;
  const what = scale === 'absolute' ? 'scores' : 'latency, throughput and memory';
  const title = `Change of ${what}, ${label} against ${view.baseLabel}`;
  return {
    title,
    svg: intervalChart({
      label: `${title}: ${drawn.length} figures, better to the right`,
      width: CHART.wide.width,
      x: {
        label: 'worse ← change → better',
        scale: 'linear',
        format: (value) =>
          `${formatSigned(value * 100, Number.isInteger(Math.round(value * 1000) / 10) ? 0 : 1)}${scale === 'absolute' ? ' pt' : `${UNIT_SPACE}%`}`,
      },
      longestName: 48,
      rules: [{ x: 0, label: 'no change' }],
      rows: drawn.map((one) => intervalRow(view, one)),
    }),
    caption: `Worst first; better is to the right whatever the metric’s direction. Cross: regressed. Filled circle: improved. Hollow diamond: not decided. Square: the same within the tolerance.${left > 0 ? ` ${left} more stand in the tables below.` : ''}`,
    table: {
      caption: `${title}: the figures`,
      tall: drawn.length > 16,
      columns: [
        { label: 'Metric' },
        { label: 'Cell' },
        { label: 'Verdict' },
        { label: view.baseLabel, number: true },
        { label, number: true },
        { label: 'Change', number: true },
      ],
      rows: drawn.map(({ row, difference }) => {
        const { change } = difference;
        const id = row.subject.metricId;
        return {
          tag: figureTag(view, row),
          cells: [
            textCell(row.metric),
            textCell(shortCellName(row.subject.axes)),
            badgeCell(comparisonBadge(difference.verdict)),
            { text: valueText(id, change.base), number: true, sort: change.base },
            { text: valueText(id, change.candidate), number: true, sort: change.candidate },
            { text: changeText(change, id), number: true, sort: change.value },
          ],
        };
      }),
    },
  };
}

const TONES = {
  regressed: 'bad',
  improved: 'good',
  inconclusive: 'open',
  noVerdict: 'open',
  same: 'note',
} as const;

function intervalRow(view: ComparisonView, { row, difference }: Changed): IntervalRow {
  const { value, low, high } = difference.change;
  const sign = betterSign(difference.direction);
  const ends = low === undefined || high === undefined ? [] : [low * sign, high * sign];
  return {
    name: `${row.metric} · ${shortCellName(row.subject.axes)}`,
    value: value * sign,
    ...(ends.length === 0 ? {} : { low: Math.min(...ends), high: Math.max(...ends) }),
    verdict: TONES[difference.verdict],
    tag: figureTag(view, row),
    tip: `${row.metric} at ${shortCellName(row.subject.axes)}\n${changeSentence(difference)}\n${VERDICT_WORDS[difference.verdict]}: ${difference.reason}`,
  };
}

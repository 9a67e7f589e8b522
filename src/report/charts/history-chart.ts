import * as Plot from '@observablehq/plot';
import type { SafeMarkup } from '../page/markup.ts';
import { type ChartAxis, plotScale } from './axis.ts';
import { draw } from './draw.ts';
import { markTitle } from './svg-markup.ts';

export interface HistoryMark {
  /** Place of the run on the axis; runs have equal distances. */
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  readonly tip: string;
  /** Suspect points are hollow; invalid ones are crosses and belong to no level. */
  readonly state?: 'suspect' | 'invalid';
}

/** A stretch of runs around one level. */
export interface HistoryLevel {
  readonly from: number;
  readonly to: number;
  readonly y: number;
}

/** Where the figure stepped: between two runs. */
export interface HistoryBorder {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly verdict: 'good' | 'bad' | 'note';
}

export interface HistoryChart {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly points: readonly HistoryMark[];
  readonly levels: readonly HistoryLevel[];
  readonly borders: readonly HistoryBorder[];
  readonly tag?: number;
}

const MARGIN = { left: 58, right: 16 };
const BORDER_COLOURS = { good: 'var(--good)', bad: 'var(--bad)', note: 'var(--muted)' } as const;

/** A figure run by run with its intervals, its levels as heavy lines, and its steps shaded and named. */
export function historyChart(chart: HistoryChart): SafeMarkup {
  const { points, levels, borders, tag } = chart;
  const values = points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  return draw(chart.label, {
    width: chart.width,
    height: chart.height,
    marginLeft: MARGIN.left,
    marginTop: 26,
    marginRight: MARGIN.right,
    marginBottom: 38,
    x: plotScale(
      chart.x,
      points.map(({ x }) => x),
      chart.width - MARGIN.left - MARGIN.right,
    ),
    y: { ...plotScale(chart.y, values), grid: true },
    marks: [
      Plot.rectX(borders, { x1: 'from', x2: 'to', fill: 'var(--window)', title: () => markTitle(tag, '') }),
      Plot.text(borders, {
        x: ({ from, to }: HistoryBorder) => (from + to) / 2,
        text: 'label',
        frameAnchor: 'top',
        dy: -14,
        fill: ({ verdict }: HistoryBorder) => BORDER_COLOURS[verdict],
        fontWeight: 600,
      }),
      Plot.ruleX(
        points.filter(({ low, high }) => low !== undefined && high !== undefined),
        { x: 'x', y1: 'low', y2: 'high', stroke: 'var(--context)', strokeWidth: 1.25 },
      ),
      Plot.ruleY(levels, { x1: 'from', x2: 'to', y: 'y', stroke: 'var(--s1)', strokeWidth: 2.5 }),
      ...(['suspect', 'invalid', undefined] as const).map((state) =>
        dotMark(
          points.filter((point) => point.state === state),
          state,
          tag,
        ),
      ),
    ],
  });
}

function dotMark(
  points: readonly HistoryMark[],
  state: HistoryMark['state'],
  tag: number | undefined,
): Plot.Markish {
  const isInvalid = state === 'invalid';
  return Plot.dot(points, {
    x: 'x',
    y: 'y',
    r: 3,
    symbol: isInvalid ? 'times' : 'circle',
    stroke: isInvalid ? 'var(--bad)' : 'var(--ink)',
    fill: state === undefined ? 'var(--ink)' : 'var(--paper)',
    strokeWidth: 1.25,
    title: ({ tip }: HistoryMark) => markTitle(tag, tip),
  });
}

import * as Plot from '@observablehq/plot';
import type { SafeMarkup } from '../page/markup.ts';
import { type ChartAxis, plotScale } from './axis.ts';
import { draw } from './draw.ts';
import type { SeriesStyle } from './series-style.ts';
import { markTitle } from './svg-markup.ts';

export interface FrontierPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** No other point is at least as good in everything and better in something. */
  readonly kept: boolean;
  readonly style: SeriesStyle;
  /** Short name beside the point. */
  readonly name?: string;
  readonly tag?: number;
  readonly tip: string;
}

export interface FrontierChart {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly points: readonly FrontierPoint[];
}

/** Points that are worth choosing in colour with their intervals, dominated ones small and grey behind them. */
export function frontierChart(chart: FrontierChart): SafeMarkup {
  const kept = chart.points.filter((point) => point.kept);
  const bounded = kept.filter((point) => point.low !== undefined && point.high !== undefined);
  const all = chart.points;
  return draw(chart.label, {
    width: chart.width,
    height: chart.height,
    marginLeft: 52,
    marginTop: 26,
    marginRight: 56,
    marginBottom: 38,
    x: plotScale(
      chart.x,
      all.map((point) => point.x),
    ),
    y: {
      ...plotScale(chart.y, [...all.map((point) => point.y), ...bounded.flatMap((p) => [p.low!, p.high!])]),
      grid: true,
    },
    marks: [
      Plot.dot(
        all.filter((point) => !point.kept),
        {
          x: 'x',
          y: 'y',
          r: 2.2,
          fill: 'var(--context)',
          title: (p: FrontierPoint) => markTitle(p.tag, p.tip),
        },
      ),
      Plot.ruleX(bounded, {
        x: 'x',
        y1: 'low',
        y2: 'high',
        stroke: (p: FrontierPoint) => p.style.colour,
        strokeOpacity: 0.45,
        title: (p: FrontierPoint) => markTitle(p.tag, ''),
      }),
      ...keptMarks(kept),
      Plot.text(
        kept.filter((point) => point.name !== undefined),
        {
          x: 'x',
          y: 'y',
          text: 'name',
          dx: 7,
          dy: -6,
          textAnchor: 'start',
          fill: 'var(--ink)',
          stroke: 'var(--paper)',
          strokeWidth: 3,
          title: (p: FrontierPoint) => markTitle(p.tag, ''),
        },
      ),
    ],
  });
}

/** One mark per look, so that what its points share is written once. */
function keptMarks(kept: readonly FrontierPoint[]): Plot.Markish[] {
  const looks = [...new Set(kept.map((point) => point.style))];
  return looks.map((style) =>
    Plot.dot(
      kept.filter((point) => point.style === style),
      {
        x: 'x',
        y: 'y',
        r: 4,
        symbol: style.symbol,
        stroke: style.colour,
        fill: style.colour,
        title: (point: FrontierPoint) => markTitle(point.tag, point.tip),
      },
    ),
  );
}

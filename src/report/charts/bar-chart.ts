import * as Plot from '@observablehq/plot';
import type { SafeMarkup } from '../page/markup.ts';
import { type ChartAxis, plotScale } from './axis.ts';
import { draw } from './draw.ts';
import { shortName } from './end-labels.ts';
import { markTitle } from './svg-markup.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  /** The figure behind the bar's end. */
  readonly text: string;
  readonly tip: string;
  readonly colour?: string;
  readonly tag?: number;
}

export interface BarChart {
  readonly label: string;
  readonly width: number;
  readonly x: ChartAxis;
  readonly bars: readonly Bar[];
}

/** Horizontal bars from zero, each with its figure. */
export function barChart(chart: BarChart): SafeMarkup {
  const bars = chart.bars.map((bar, i) => ({ ...bar, key: String(i) }));
  type Drawn = (typeof bars)[number];
  const longest = Math.max(...bars.map((bar) => [...shortName(bar.name)].length));
  const most = Math.max(...bars.map((bar) => bar.value), 0);
  return draw(chart.label, {
    width: chart.width,
    height: 46 + bars.length * 24,
    marginLeft: Math.ceil(16 + longest * 6.6),
    marginTop: 6,
    marginRight: 76,
    marginBottom: 36,
    x: plotScale({ ...chart.x, domain: [0, most || 1] }, []),
    y: {
      type: 'band',
      domain: bars.map((bar) => bar.key),
      label: null,
      tickSize: 0,
      tickFormat: (key: string) => shortName(bars[Number(key)]!.name),
      padding: 0.25,
    },
    marks: [
      Plot.barX(bars, {
        x1: 0,
        x2: 'value',
        y: 'key',
        rx2: 2,
        fill: (bar: Drawn) => bar.colour ?? 'var(--s1)',
        title: (bar: Drawn) => markTitle(bar.tag, bar.tip),
      }),
      Plot.text(bars, { x: 'value', y: 'key', text: 'text', textAnchor: 'start', dx: 5 }),
    ],
  });
}

import * as Plot from '@observablehq/plot';
import type { SafeMarkup } from '../page/markup.ts';
import { type ChartAxis, plotScale } from './axis.ts';
import { draw } from './draw.ts';
import { shortName } from './end-labels.ts';
import { markTitle } from './svg-markup.ts';

export interface IntervalRow {
  readonly name: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly verdict: 'good' | 'bad' | 'open' | 'note';
  readonly tag?: number;
  readonly tip: string;
}

export interface IntervalChart {
  readonly label: string;
  readonly width: number;
  readonly x: ChartAxis;
  readonly rows: readonly IntervalRow[];
  /** Longer names are cut; 34 characters by default. */
  readonly longestName?: number;
  /** Vertical lines: no difference, and the margin. */
  readonly rules: readonly { readonly x: number; readonly label: string }[];
}

const VERDICT_COLOURS = {
  good: 'var(--good)',
  bad: 'var(--bad)',
  open: 'var(--open)',
  note: 'var(--muted)',
} as const;
/** The verdict's shape, so that its colour is not needed: filled circle, cross, hollow diamond and square. */
const VERDICT_SYMBOLS = { good: 'circle', bad: 'times', open: 'diamond', note: 'square' } as const;
const ROW_HEIGHT = 22;
const LONGEST_NAME = 34;

/** One row per comparison: the difference with its interval against no difference and the margin. */
export function intervalChart(chart: IntervalChart): SafeMarkup {
  const rows = chart.rows.map((row, i) => ({ ...row, key: String(i) }));
  type Row = (typeof rows)[number];
  const values = rows.flatMap((row) => [row.value, row.low ?? row.value, row.high ?? row.value]);
  const colour = (row: Row) => VERDICT_COLOURS[row.verdict];
  const { longestName = LONGEST_NAME } = chart;
  const longest = Math.max(...rows.map((row) => [...shortName(row.name, longestName)].length));
  return draw(chart.label, {
    width: chart.width,
    height: 60 + rows.length * ROW_HEIGHT,
    marginLeft: Math.ceil(16 + longest * 6.8),
    marginTop: 24,
    marginRight: 24,
    marginBottom: 36,
    x: { ...plotScale(chart.x, [...values, ...chart.rules.map((rule) => rule.x)]), grid: true },
    y: {
      type: 'band',
      domain: rows.map((row) => row.key),
      label: null,
      tickSize: 0,
      tickFormat: (key: string) => shortName(rows[Number(key)]!.name, longestName),
    },
    marks: [
      Plot.ruleX(chart.rules, { x: 'x', stroke: 'var(--muted)', strokeDasharray: '3 3' }),
      ...chart.rules.map((rule) =>
        Plot.text([rule], {
          x: 'x',
          text: 'label',
          frameAnchor: 'top',
          textAnchor: ruleAnchor(rule, chart.rules),
          dy: -14,
          fill: 'var(--muted)',
        }),
      ),
      Plot.ruleY(
        rows.filter((row) => row.low !== undefined && row.high !== undefined),
        {
          x1: 'low',
          x2: 'high',
          y: 'key',
          stroke: colour,
          strokeWidth: 2,
          title: (row: Row) => markTitle(row.tag, ''),
        },
      ),
      Plot.dot(rows, {
        x: 'value',
        y: 'key',
        r: 4,
        symbol: (row: Row) => VERDICT_SYMBOLS[row.verdict],
        stroke: colour,
        fill: (row: Row) => (row.verdict === 'good' ? colour(row) : 'var(--paper)'),
        strokeWidth: 1.75,
        title: (row: Row) => markTitle(row.tag, row.tip),
      }),
    ],
  });
}

/** Names of two lines lean away from each other, so that they never overlap. */
function ruleAnchor(
  { x }: { readonly x: number },
  rules: IntervalChart['rules'],
): 'start' | 'middle' | 'end' {
  if (rules.length === 1) return 'middle';
  return x === Math.min(...rules.map((rule) => rule.x)) ? 'end' : 'start';
}

import * as Plot from '@observablehq/plot';
import type { SafeMarkup } from '../page/markup.ts';
import { type ChartAxis, plotScale } from './axis.ts';
import { draw } from './draw.ts';
import { type EndLabel, endLabelMark, labelRoom } from './end-labels.ts';
import type { SeriesStyle } from './series-style.ts';
import { markTitle } from './svg-markup.ts';

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  /** Ends of the interval of `y`. */
  readonly low?: number;
  readonly high?: number;
  readonly tag?: number;
  /** What a reader is told about the point; a point without it gets no dot. */
  readonly tip?: string;
  /** Suspect points are hollow; invalid ones are crosses and no line runs through them. */
  readonly state?: 'suspect' | 'invalid';
}

export interface CurveSeries {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  readonly tag?: number;
  readonly style: SeriesStyle;
  /** What the whole line is called in a tooltip; absent: the points speak for it. */
  readonly tip?: string;
  /** Points that no line joins. */
  readonly loose?: boolean;
  /** Drawn thin and unlabelled. */
  readonly background?: boolean;
}

export interface CurveSpan {
  readonly low: number;
  readonly high: number;
  readonly y: number;
  readonly colour: string;
  readonly tag?: number;
}

/** A horizontal line across the chart. */
export interface CurveRule {
  readonly y: number;
  readonly label: string;
}

export interface CurveChart {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly CurveSeries[];
  readonly rules?: readonly CurveRule[];
  /** How intervals are drawn. */
  readonly intervals: 'band' | 'bars' | 'none';
  /** Intervals along x, at a fixed y: percentiles on an ECDF. */
  readonly spans?: readonly CurveSpan[];
  /** Names of the series at their right ends. */
  readonly names: boolean;
}

const MARGIN_LEFT = 52;

interface DrawnPoint extends CurvePoint {
  readonly series: CurveSeries;
}

/** Lines with dots and intervals: quality over dimensions, latency over throughput, ECDFs. */
export function curveChart(chart: CurveChart): SafeMarkup {
  const points: DrawnPoint[] = chart.series.flatMap((series) =>
    series.points.map((point) => ({ ...point, series })),
  );
  const joined = points.filter((point) => point.state !== 'invalid' && point.series.loose !== true);
  const labels = chart.names ? endLabels(chart.series) : [];
  return draw(chart.label, {
    width: chart.width,
    height: chart.height,
    marginLeft: MARGIN_LEFT,
    marginTop: 26,
    marginRight: labelRoom(labels),
    marginBottom: 38,
    x: plotScale(
      chart.x,
      points.map((point) => point.x),
      chart.width - MARGIN_LEFT - labelRoom(labels),
    ),
    y: { ...plotScale(chart.y, yValues(chart, points)), grid: true },
    marks: [
      ...ruleMarks(chart.rules ?? []),
      ...intervalMarks(chart, joined),
      lineMark(
        joined.filter((point) => point.series.background === true),
        1,
      ),
      lineMark(
        joined.filter((point) => point.series.background !== true),
        1.75,
      ),
      spanMark(chart.spans ?? []),
      ...dotMarks(points.filter((point) => point.tip !== undefined)),
      endLabelMark(labels),
    ],
  });
}

function yValues(chart: CurveChart, points: readonly DrawnPoint[]): number[] {
  const bounds = chart.intervals === 'none' ? [] : points.flatMap((p) => [p.low ?? p.y, p.high ?? p.y]);
  return [...points.map((point) => point.y), ...bounds, ...(chart.rules ?? []).map((rule) => rule.y)];
}

function endLabels(series: readonly CurveSeries[]): EndLabel[] {
  return series.flatMap(({ background, points, name, style }) => {
    const last = points.findLast((point) => point.state !== 'invalid');
    return background === true || last === undefined
      ? []
      : [{ text: name, x: last.x, y: last.y, colour: style.colour }];
  });
}

function ruleMarks(rules: readonly CurveRule[]): Plot.Markish[] {
  return [
    Plot.ruleY(rules, { y: 'y', stroke: 'var(--muted)', strokeDasharray: '3 3' }),
    Plot.text(rules, {
      y: 'y',
      text: 'label',
      frameAnchor: 'right',
      textAnchor: 'end',
      dx: -4,
      dy: -6,
      fill: 'var(--muted)',
      stroke: 'var(--paper)',
      strokeWidth: 3,
    }),
  ];
}

function intervalMarks(chart: CurveChart, points: readonly DrawnPoint[]): Plot.Markish[] {
  const bounded = points.filter(
    (p) => p.low !== undefined && p.high !== undefined && p.series.background !== true,
  );
  const channels = { x: 'x', y1: 'low', y2: 'high' };
  if (chart.intervals === 'band') {
    return [
      Plot.areaY(bounded, {
        ...channels,
        z: (p: DrawnPoint) => chart.series.indexOf(p.series),
        fill: (p: DrawnPoint) => p.series.style.colour,
        fillOpacity: 0.13,
        title: (p: DrawnPoint) => markTitle(p.series.tag, ''),
      }),
    ];
  }
  if (chart.intervals === 'none') return [];
  return [
    Plot.ruleX(bounded, {
      ...channels,
      stroke: (p: DrawnPoint) => p.series.style.colour,
      strokeWidth: 1.25,
      title: (p: DrawnPoint) => markTitle(p.tag, ''),
    }),
  ];
}

function lineMark(points: readonly DrawnPoint[], strokeWidth: number): Plot.Markish {
  return bySeries(points).map(([series, own]) =>
    Plot.line(own, {
      x: 'x',
      y: 'y',
      z: null,
      stroke: series.style.colour,
      strokeWidth,
      ...(series.style.dash === 'none' ? {} : { strokeDasharray: series.style.dash }),
      title: () => markTitle(series.tag, series.tip ?? ''),
    }),
  );
}

/** Dashes are a property of the whole mark, so each series is a mark of its own. */
function bySeries(points: readonly DrawnPoint[]): [CurveSeries, DrawnPoint[]][] {
  const groups = new Map<CurveSeries, DrawnPoint[]>();
  for (const point of points) {
    const group = groups.get(point.series);
    if (group === undefined) groups.set(point.series, [point]);
    else group.push(point);
  }
  return [...groups];
}

function spanMark(spans: readonly CurveSpan[]): Plot.Markish {
  return Plot.ruleY(spans, {
    x1: 'low',
    x2: 'high',
    y: 'y',
    stroke: (span: CurveSpan) => span.colour,
    strokeWidth: 1.25,
    title: (span: CurveSpan) => markTitle(span.tag, ''),
  });
}

/** One mark per look: what its points share is written once, and circles stay circles. */
function dotMarks(points: readonly DrawnPoint[]): Plot.Markish[] {
  const groups = new Map<string, DrawnPoint[]>();
  for (const point of points) {
    const { colour, symbol } = point.series.style;
    const key = JSON.stringify([colour, symbol, point.series.background, point.state]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [point]);
    else group.push(point);
  }
  return [...groups.values()].map((group) => {
    const { series, state } = group[0]!;
    const invalid = state === 'invalid';
    return Plot.dot(group, {
      x: 'x',
      y: 'y',
      r: series.background === true ? 2 : 3.6,
      symbol: invalid ? 'times' : series.style.symbol,
      stroke: invalid ? 'var(--bad)' : series.style.colour,
      fill: state === undefined ? series.style.colour : 'var(--paper)',
      strokeWidth: 1.5,
      title: (point: DrawnPoint) => markTitle(point.tag, point.tip ?? ''),
    });
  });
}

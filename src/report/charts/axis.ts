import type { ScaleOptions } from '@observablehq/plot';
import { formatNumber } from '../../core/figure-text.ts';

/** One axis of a chart. */
export interface ChartAxis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
  /** Ticks at these values alone; default: chosen by the scale. */
  readonly ticks?: readonly number[];
  readonly domain?: readonly [number, number];
  /** Tick text; default: up to four significant digits. */
  readonly format?: (value: number) => string;
}

/**
 * @param pixels length of the axis: names of given ticks that would run into each other are left out
 */
export function plotScale(
  axis: ChartAxis,
  values: readonly number[],
  pixels = Number.POSITIVE_INFINITY,
): ScaleOptions {
  const domain = axis.domain ?? extent(values, axis.scale);
  const format = axis.format ?? shortNumber;
  const named = axis.ticks === undefined ? undefined : namedTicks(axis, domain, format, pixels);
  return {
    type: axis.scale,
    // Plot leaves out the names of most ticks between powers of the base: between powers of two there are few.
    ...(axis.scale === 'log' ? { base: 2 } : {}),
    label: axis.label,
    domain,
    tickFormat: (value: number) => (named === undefined || named.has(value) ? format(value) : ''),
    ...ticksOf(axis, domain),
  };
}

/** Width of a character and of the gap between two names, in pixels at the chart's font size. */
const CHARACTER = 6.8;
const GAP = 7;

/** The ticks that have room for their names; the last one first, because curves end there. */
function namedTicks(
  { ticks = [], scale }: ChartAxis,
  domain: readonly [number, number],
  format: (value: number) => string,
  pixels: number,
): Set<number> {
  const along = (value: number) => (scale === 'log' ? Math.log(value) : value);
  const [start, end] = [along(domain[0]), along(domain[1])];
  const placeOf = (value: number) => ((along(value) - start) / (end - start)) * pixels;
  const named = new Set<number>();
  let limit = Number.POSITIVE_INFINITY;
  for (const tick of ticks.toSorted((a, b) => b - a)) {
    const half = (format(tick).length * CHARACTER) / 2;
    const place = placeOf(tick);
    if (place + half > limit) continue;
    named.add(tick);
    limit = place - half - GAP;
  }
  return named;
}

/** Log scales get 1-2-5 steps, which stay readable over any number of decades; within one step, even ones. */
function ticksOf(axis: ChartAxis, domain: readonly [number, number]): ScaleOptions {
  if (axis.ticks !== undefined) return { ticks: [...axis.ticks] };
  if (axis.scale === 'linear') return { ticks: 5 };
  const ticks = logTicks(domain);
  return { ticks: ticks.length < 2 ? evenTicks(domain) : ticks };
}

function logTicks([low, high]: readonly [number, number]): number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 4 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of steps) {
      const tick = Number((step * 10 ** power).toPrecision(3));
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

function evenTicks([low, high]: readonly [number, number]): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(6)),
  );
}

/** The data's range with a little air; a single value gets a range around it. */
function extent(values: readonly number[], scale: ChartAxis['scale']): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value) || (scale === 'log' && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return scale === 'log' ? [1, 10] : [0, 1];
  if (scale === 'log') return low === high ? [low / 2, high * 2] : [low / 1.08, high * 1.08];
  if (low === high)
    return [low - Math.max(0.01, Math.abs(low) * 0.05), high + Math.max(0.01, Math.abs(high) * 0.05)];
  const air = (high - low) * 0.06;
  return [low - air, high + air];
}

/** `0.75`, `12.5`, `10 240`, `1.2M`: as short as a tick may be. */
function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trimmed(value / 1e9)}G`;
  if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
  if (size >= 100 || Number.isInteger(value)) return formatNumber(value);
  return trimmed(value);
}

function trimmed(value: number): string {
  return formatNumber(value, 3).replace(/\.?0+$/, '');
}

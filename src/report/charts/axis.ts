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

export function plotScale(axis: ChartAxis, values: readonly number[]): ScaleOptions {
  const domain = axis.domain ?? extent(values, axis.scale);
  return {
    type: axis.scale,
    label: axis.label,
    domain,
    tickFormat: axis.format ?? shortNumber,
    ...ticksOf(axis, domain),
  };
}

/** Log scales get 1-2-5 steps, which stay readable over any number of decades. */
function ticksOf(axis: ChartAxis, domain: readonly [number, number]): ScaleOptions {
  if (axis.ticks !== undefined) return { ticks: [...axis.ticks] };
  return axis.scale === 'log' ? { ticks: logTicks(domain) } : { ticks: 5 };
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
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trimmed(value / 1e9)}G`;
  if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
  if (size >= 100 || Number.isInteger(value)) return formatNumber(value);
  return trimmed(value);
}

function trimmed(value: number): string {
  return formatNumber(value, 3).replace(/\.?0+$/, '');
}

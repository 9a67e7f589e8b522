import { escapeMarkup, type SafeMarkup, trustedMarkup } from '../page/markup.ts';

/** An interval against a bound, drawn for itself in a table cell. */
export interface BoundStrip {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly bound: number;
  readonly verdict: 'good' | 'bad' | 'open';
  readonly label: string;
}

const STRIP = { width: 180, height: 26, air: 14 };

/** The bound as a dashed line, the interval as a bar, the value as a dot; each strip has a scale of its own. */
export function boundStrip(strip: BoundStrip): SafeMarkup {
  const values = [strip.value, strip.low ?? strip.value, strip.high ?? strip.value, strip.bound];
  const low = Math.min(...values);
  const reach = Math.max(...values) - low || Math.abs(low) || 1;
  const x = (value: number) => pixel(STRIP.air + ((value - low) / reach) * (STRIP.width - 2 * STRIP.air));
  const middle = STRIP.height / 2;
  const bar =
    strip.low === undefined || strip.high === undefined
      ? ''
      : `<path class="bar" d="M${x(strip.low)},${middle}H${x(strip.high)}"/>`;
  return svg(
    STRIP.width,
    STRIP.height,
    strip.label,
    `strip ${strip.verdict}`,
    `<path class="bound" d="M${x(strip.bound)},2V${STRIP.height - 2}"/>${bar}<circle cx="${x(strip.value)}" cy="${middle}" r="4"/>`,
  );
}

/** A series over time with its timed windows shaded. */
export interface TimeStrip {
  /** [seconds, value]. */
  readonly points: readonly (readonly [number, number])[];
  /** [start s, end s]. */
  readonly windows: readonly (readonly [number, number])[];
  readonly label: string;
}

const TIME = { width: 220, height: 44, air: 4 };

export function timeStrip(strip: TimeStrip): SafeMarkup {
  const seconds = [...strip.points.map(([s]) => s), ...strip.windows.flat()];
  const values = strip.points.map(([, value]) => value);
  const start = Math.min(...seconds);
  const duration = Math.max(...seconds) - start || 1;
  const top = Math.max(...values) || 1;
  const x = (s: number) => Math.round(TIME.air + ((s - start) / duration) * (TIME.width - 2 * TIME.air));
  const y = (value: number) => pixel(TIME.height - TIME.air - (value / top) * (TIME.height - 2 * TIME.air));
  const windows = strip.windows
    .map(([from, to]) => `M${x(from)},0H${x(to)}V${TIME.height}H${x(from)}z`)
    .join('');
  const line = strip.points.map(([s, value], i) => `${i === 0 ? 'M' : 'L'}${x(s)},${y(value)}`).join('');
  return svg(
    TIME.width,
    TIME.height,
    strip.label,
    'time',
    `<path class="window" d="${windows}"/><path class="line" d="${line}"/>`,
  );
}

function svg(width: number, height: number, label: string, name: string, inner: string): SafeMarkup {
  return trustedMarkup(
    `<svg class="${name}" role="img" aria-label="${escapeMarkup(label)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${inner}</svg>`,
  );
}

function pixel(value: number): number {
  return Math.round(value * 10) / 10;
}

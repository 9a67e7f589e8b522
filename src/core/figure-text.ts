import { METRICS, type MetricDefinition, type MetricId, metricOfScoreKey } from './metrics.ts';

/** Between groups of three digits: never breaks, takes little room. */
const NARROW = '\u202f';
/** Between a figure and its unit: never breaks. */
export const UNIT_SPACE = '\u00a0';
const MINUS = '\u2212';

/**
 * The number with a fixed count of decimals, a true minus, and groups of three from five digits on
 * (`2560`, `10 240`), so that columns of figures line up.
 */
export function formatNumber(value: number, digits = 0): string {
  const fixed = Math.abs(value).toFixed(digits);
  const wholeLength = digits === 0 ? fixed.length : fixed.length - digits - 1;
  const text = wholeLength < 5 ? fixed : grouped(fixed.slice(0, wholeLength)) + fixed.slice(wholeLength);
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, NARROW);
}

/** `+1.2`, `−0.4`, `0.0`: for differences. */
export function formatSigned(value: number, digits = 0): string {
  const text = formatNumber(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** The metric's name inside a sentence: `accuracy`, `ARI`, `p95 response`. */
export function metricName(id: MetricId): string {
  const { label } = METRICS[id];
  return /^[A-Z][a-z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label;
}

/** `ARI by domain` for a second label column. */
export function scoreLabel(key: string): string {
  const metric = metricOfScoreKey(key);
  if (metric === undefined) return key;
  const { label } = METRICS[metric.id];
  return metric.column === undefined ? label : `${label} by ${metric.column}`;
}

/** What stands behind the number, and in column heads. */
export function metricUnit(metric: MetricDefinition): string {
  switch (metric.unit) {
    case 'milliseconds':
      return 'ms';
    case 'perSecond':
      return '/s';
    case 'bytes':
      return metric.label.includes('/s') ? 'B/s' : 'B';
    case 'ratio':
    case 'score':
    case 'count':
      return '';
  }
}

/** The metric's value with its own digits and no unit: for table columns that name the unit once. */
export function metricNumber(id: MetricId, value: number): string {
  return formatNumber(value, METRICS[id].digits);
}

/** The metric's value as it stands in a sentence: `0.873`, `12.30 ms`, `2031.0 texts/s`, `10 240 B`. */
export function metricText(id: MetricId, value: number): string {
  const metric = METRICS[id];
  const number = metricNumber(id, value);
  if (metric.unit === 'perSecond') return `${number}${UNIT_SPACE}${metric.label.toLowerCase()}`;
  const unit = metricUnit(metric);
  return unit === '' ? number : `${number}${UNIT_SPACE}${unit}`;
}

/** `0.851–0.892`; with a minus on either side, `−0.012 to 0.004`. */
export function formatInterval(low: number, high: number, digits: number): string {
  const separator = low < 0 || high < 0 ? ' to ' : '–';
  return `${formatNumber(low, digits)}${separator}${formatNumber(high, digits)}`;
}

/** A difference of a metric: ratios in percentage points, everything else in its own unit. */
export function metricDifference(id: MetricId, difference: number): string {
  const metric = METRICS[id];
  if (metric.unit === 'ratio') return `${formatSigned(difference * 100, 1)}${UNIT_SPACE}points`;
  const unit = metricUnit(metric);
  return `${formatSigned(difference, metric.digits)}${unit === '' ? '' : UNIT_SPACE + unit}`;
}

/** A share as a percentage: `3 %`, `99.2 %`. */
export function formatPercent(share: number, digits = 0): string {
  return `${formatNumber(share * 100, digits)}${UNIT_SPACE}%`;
}

const BYTE_UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** Sizes for people: exact up to 10 240 bytes, then three significant digits in decimal units (GB = 10⁹ B). */
export function formatBytes(bytes: number): string {
  if (Math.abs(bytes) <= 10_240) return `${formatNumber(bytes)}${UNIT_SPACE}B`;
  let value = bytes;
  let unit: string = 'B';
  for (const next of BYTE_UNITS) {
    if (Math.abs(value) < 1000) break;
    value /= 1000;
    unit = next;
  }
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${formatNumber(value, digits)}${UNIT_SPACE}${unit}`;
}

/** `58 s`, `4 min 12 s`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${formatNumber(seconds, 1)}${UNIT_SPACE}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${UNIT_SPACE}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}${UNIT_SPACE}min ${String(whole % 60).padStart(2, '0')}${UNIT_SPACE}s`;
  return `${Math.floor(minutes / 60)}${UNIT_SPACE}h ${String(minutes % 60).padStart(2, '0')}${UNIT_SPACE}min`;
}

/** The same text in ASCII typography, for terminals and Markdown: `10,240 B`, `-0.012`. */
export function plainTypography(text: string): string {
  return text
    .replace(/(\d)\u202f(?=\d{3})/g, '$1,')
    .replaceAll(NARROW, '')
    .replaceAll(UNIT_SPACE, ' ')
    .replaceAll(MINUS, '-');
}

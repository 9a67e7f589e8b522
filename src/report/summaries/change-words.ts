import type { ChangeScale, Difference, MeasuredChange, Need } from '../../compare/difference.ts';
import {
  formatBytes,
  formatNumber,
  formatPercent,
  formatSigned,
  metricDifference,
  metricText,
  UNIT_SPACE,
} from '../../core/figure-text.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';

/** `12.30 ms`, `0.873`, `871 MB`. */
export function valueText(id: MetricId, value: number): string {
  return METRICS[id].unit === 'bytes' ? formatBytes(value) : metricText(id, value);
}

/** `+8.1 % (+5.2 to +11.0)`, `−2.1 points (−3.4 to −0.8)`. */
export function changeText(
  { value, low, high, scale }: Pick<MeasuredChange, 'value' | 'low' | 'high' | 'scale'>,
  id: MetricId,
): string {
  const one = (amount: number): string =>
    scale === 'relative' ? `${formatSigned(amount * 100, 1)}${UNIT_SPACE}%` : metricDifference(id, amount);
  const bare = (amount: number): string => one(amount).split(UNIT_SPACE)[0]!;
  const bounds = low === undefined || high === undefined ? '' : ` (${bare(low)} to ${bare(high)})`;
  return `${one(value)}${bounds}`;
}

/** A size without a sign: `3.1 %`, `1.2 points`. */
export function sizeText(size: number, scale: ChangeScale, id: MetricId): string {
  return scale === 'relative'
    ? formatPercent(size, 1)
    : metricDifference(id, Math.abs(size)).replace(/^\+/, '');
}

/** `12.30 ms → 13.28 ms, +8.0 % (+5.1 to +11.0)`; empty where one side has no figure. */
export function changeSentence({ change, subject }: Difference): string {
  if (change === undefined) return '';
  const { base, candidate } = change;
  const id = subject.metricId;
  return `${valueText(id, base)} → ${valueText(id, candidate)}, ${changeText(change, id)}`;
}

/** `<0.001`, `0.034`; a p of 0 is the resolution of its test, never certainty. */
export function probabilityText(p: number): string {
  return p < 0.001 ? '<0.001' : formatNumber(p, 3);
}

/** `about 12 trials on each side would decide`. */
export function needText({ count, of }: Need): string {
  return `about ${formatNumber(count)} ${of}${of === 'rows' ? '' : ' on each side'} would decide`;
}

import { formatPercent, metricDifference, plainTypography } from '../core/figure-text.ts';
import type { MetricId } from '../core/metrics.ts';
import type { ChangeScale } from './difference.ts';

/** The size of a change without its sign, for sentences: `8.1 %`, `2.0 points`, `3.10 ms`. */
export function changeSize(id: MetricId, scale: ChangeScale, value: number): string {
  const size = Math.abs(value);
  const text = scale === 'relative' ? formatPercent(size, 1) : metricDifference(id, size);
  return plainTypography(text).replace(/^\+/, '');
}

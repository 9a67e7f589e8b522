import { formatInterval, formatNumber } from '../../core/figure-text.ts';
import type { ClaimRow } from '../../core/record/run-record.ts';

/** `measured 0.270 (0.250–0.290) against 0.680: the whole interval lies below the bound`. */
export function claimEvidence({ measured, low, high, bound, reason }: ClaimRow): string {
  if (measured === undefined) return reason;
  const digits = digitsFor(measured, bound ?? measured);
  const interval = low === undefined || high === undefined ? '' : ` (${formatInterval(low, high, digits)})`;
  const against = bound === undefined ? '' : ` against ${formatNumber(bound, digits)}`;
  return `measured ${formatNumber(measured, digits)}${interval}${against}: ${reason}`;
}

/** Claims mix units: none for whole numbers, three digits for what looks like a ratio. */
function digitsFor(...values: readonly number[]): number {
  if (values.every(Number.isInteger)) return 0;
  return values.every((value) => Math.abs(value) < 10) ? 3 : 1;
}

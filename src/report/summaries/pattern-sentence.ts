import type { ChangePattern } from '../../compare/change-patterns.ts';
import { formatNumber } from '../../core/figure-text.ts';

/** `Every regressed load cell has batchSize 8: 3 of 3 such cells regressed, 0 of 6 others.` */
export function patternSentence({ kind, verdict, axes, changed, alike, others }: ChangePattern): string {
  const values = Object.entries(axes).map(([axis, value]) => `${axis} ${value}`);
  const share = `${formatNumber(changed)} of ${formatNumber(alike)} such cells ${verdict}`;
  return `Every ${verdict} ${kind} cell has ${values.join(' and ')}: ${share}, 0 of ${formatNumber(others)} others.`;
}

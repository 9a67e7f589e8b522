import { formatNumber } from '../../core/figure-text.ts';

/** Names under one reason; the complete list is in the machine-readable outputs. */
const MOST_NAMES = 3;

/** One sentence per reason, with the first of the things it holds for: `too few trials: A; B; C and 9 more`. */
export function pointsByReason(
  things: readonly { readonly reason: string; readonly name: string }[],
): string[] {
  const names = new Map<string, Set<string>>();
  for (const { reason, name } of things) names.set(reason, (names.get(reason) ?? new Set()).add(name));
  return [...names].map(([reason, under]) => {
    const more = under.size - MOST_NAMES;
    const shown = [...under].slice(0, MOST_NAMES).join('; ');
    return `${reason}: ${shown}${more > 0 ? ` and ${formatNumber(more)} more` : ''}`;
  });
}

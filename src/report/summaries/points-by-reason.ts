import { formatNumber } from '../../core/figure-text.ts';

/** Names under one reason; the complete list is in the machine-readable outputs. */
const MOST_NAMES = 3;

interface Reasoned {
  readonly reason: string;
  readonly name: string;
}

/**
 * One sentence per reason, with the first of the things it holds for: `too few trials: A; B; C and 9 more`. Where
 * reasons differ in their figures alone, the first of them speaks for all: `32 % foreign CPU: A; alike in 7 more`.
 */
export function pointsByReason(things: readonly Reasoned[]): string[] {
  const groups = new Map<string, Reasoned[]>();
  for (const thing of things) {
    const key = thing.reason.replace(/\d+(?:[.,]\d+)*/g, '0');
    groups.set(key, [...(groups.get(key) ?? []), thing]);
  }
  return [...groups.values()].map((group) => {
    const { reason } = group[0]!;
    const same = new Set(group.filter((thing) => thing.reason === reason).map(({ name }) => name));
    const alike = new Set(group.map(({ name }) => name)).size - same.size;
    const more = same.size - MOST_NAMES;
    const shown = [...same].slice(0, MOST_NAMES).join('; ');
    return [
      `${reason}: ${shown}`,
      ...(more > 0 ? [` and ${formatNumber(more)} more`] : []),
      ...(alike > 0 ? [`; alike in ${formatNumber(alike)} more`] : []),
    ].join('');
  });
}

import type { Random } from '../core/random.ts';

/**
 * Draws bootstrap resamples of the items 0 … n − 1 and shows each to `visit` in one reused buffer. Every
 * configuration that reads the same buffer sees the same resample, which is what makes a comparison paired;
 * an equally seeded `random` gives the same resamples again.
 *
 * @param visit gets the drawn item indices and the resample's number; must not keep the buffer
 */
export function forEachResample(
  n: number,
  resamples: number,
  random: Random,
  visit: (items: Int32Array, resample: number) => void,
): void {
  if (n < 1) throw new RangeError('nothing to resample');
  const items = new Int32Array(n);
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < n; i++) items[i] = random.integer(n);
    visit(items, r);
  }
}

/**
 * The cluster bootstrap: whole groups are drawn, so that items of one product, user or document, which are
 * not independent of each other, stay together (Cameron, Gelbach & Miller, REStat 90, 2008). Resamples differ
 * in length when groups do.
 *
 * @param groups group of each item, any integers
 */
export function forEachClusterResample(
  groups: ArrayLike<number>,
  resamples: number,
  random: Random,
  visit: (items: Int32Array, resample: number) => void,
): void {
  const members = membersByGroup(groups);
  if (members.length === 0) throw new RangeError('nothing to resample');
  const largest = Math.max(...members.map((items) => items.length));
  const buffer = new Int32Array(largest * members.length);
  for (let r = 0; r < resamples; r++) {
    let length = 0;
    for (let g = 0; g < members.length; g++) {
      const drawn = members[random.integer(members.length)]!;
      buffer.set(drawn, length);
      length += drawn.length;
    }
    visit(buffer.subarray(0, length), r);
  }
}

function membersByGroup(groups: ArrayLike<number>): Int32Array[] {
  const byGroup = new Map<number, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const known = byGroup.get(groups[i]!);
    if (known === undefined) byGroup.set(groups[i]!, [i]);
    else known.push(i);
  }
  return [...byGroup.values()].map((items) => Int32Array.from(items));
}

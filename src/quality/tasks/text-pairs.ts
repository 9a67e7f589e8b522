import type { PrefixView } from '../engine.ts';
import type { TaskText } from './task.ts';

/** Both texts of every pair; STS and duplicates are symmetric, so both sides have the same role. */
export function textPairs(
  pairs: readonly { readonly id: string; readonly a: string; readonly b: string }[],
): TaskText[] {
  return pairs.flatMap(({ id, a, b }): TaskText[] => [
    { id: sideId(id, 'a'), text: a, role: 'text' },
    { id: sideId(id, 'b'), text: b, role: 'text' },
  ]);
}

/** Cosines of the pairs whose texts both have vectors; the others are left out and counted. */
export function compareTexts<Pair extends { readonly id: string }>(
  task: string,
  pairs: readonly Pair[],
  own: PrefixView | undefined,
  ownRowOf: ReadonlyMap<string, number>,
): { kept: Pair[]; cosines: number[]; notes: string[] } {
  const kept: Pair[] = [];
  const cosines: number[] = [];
  for (const pair of pairs) {
    const a = ownRowOf.get(sideId(pair.id, 'a'));
    const b = ownRowOf.get(sideId(pair.id, 'b'));
    if (own === undefined || a === undefined || b === undefined) continue;
    kept.push(pair);
    cosines.push(own.cosine(a, b));
  }
  const lost = pairs.length - kept.length;
  const notes =
    lost === 0 ? [] : [`${task}: ${lost} of ${pairs.length} pairs lost a text to failed embeddings`];
  return { kept, cosines, notes };
}

function sideId(pair: string, side: 'a' | 'b'): string {
  return `${side}:${pair}`;
}

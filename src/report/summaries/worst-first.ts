import { type ComparisonVerdict, type Difference, lossOf } from '../../compare/difference.ts';

/** From what a reviewer must see to what needs no look. */
export const VERDICTS_WORST_FIRST = [
  'regressed',
  'noVerdict',
  'inconclusive',
  'improved',
  'same',
] as const satisfies readonly ComparisonVerdict[];

/** By verdict, and among equal verdicts by how much worse the candidate is. */
export function worstFirst(differences: readonly Difference[]): Difference[] {
  const rank = ({ verdict }: Difference): number => VERDICTS_WORST_FIRST.indexOf(verdict);
  const loss = ({ direction, change }: Difference): number =>
    change === undefined ? 0 : lossOf(direction, change.value);
  return differences.toSorted((a, b) => rank(a) - rank(b) || loss(b) - loss(a));
}

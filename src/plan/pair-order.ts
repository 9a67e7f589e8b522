import { cellId, type LoadCell } from '../core/cell.ts';
import { createRandom } from '../core/random.ts';
import { SIDES, type Side } from '../core/side.ts';
import { type TrialSlot, trialOrder } from './trial-order.ts';

/** One trial of one side, at its place in a comparison that takes turns. */
export interface PairSlot extends TrialSlot {
  readonly side: Side;
}

/**
 * Run order of two servers that take turns: trial k of a cell on one side, and at once trial k of that cell on the
 * other. Which side goes first is drawn for every two trials and mirrored in the second (ABBA or BAAB), so that
 * neither a drift of the machine nor the place in the pair is on anyone's side. A cell of one side alone is measured
 * where its turn comes.
 */
export function pairOrder(
  cells: Readonly<Record<Side, readonly LoadCell[]>>,
  pairs: number,
  seed: number,
): PairSlot[] {
  const sidesOf = new Map<string, Side[]>();
  const union = new Map<string, LoadCell>();
  for (const side of SIDES) {
    for (const cell of cells[side]) {
      const id = cellId(cell);
      sidesOf.set(id, [...(sidesOf.get(id) ?? []), side]);
      if (!union.has(id)) union.set(id, cell);
    }
  }
  return trialOrder([...union.values()], pairs, seed).flatMap((slot) => {
    const sides = sidesOf.get(slot.cellId)!;
    const turns = isMirrored(slot, seed) ? [...sides].reverse() : sides;
    return turns.map((side) => ({ ...slot, side }));
  });
}

function isMirrored({ cellId: id, trial }: TrialSlot, seed: number): boolean {
  const coin = createRandom(seed, `pair-order/${id}/${trial >> 1}`).integer(2);
  return (coin + trial) % 2 === 1;
}

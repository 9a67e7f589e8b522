import { describeCell } from '../../core/cell.ts';
import type { Side } from '../../core/side.ts';
import type { PairSlot } from '../../plan/pair-order.ts';
import type { EmitRunEvent } from '../events.ts';
import { createTrialAccount } from '../load/load-pass.ts';
import type { LoadSide } from '../load/load-side.ts';

/**
 * Measures two servers in turns, trial by trial in the given order, in the same client threads. Each side's trials
 * and rows go into its own journal.
 *
 * @throws InterruptedError or ServerError; what was measured before is in both journals
 */
export async function alternate(
  sides: Readonly<Partial<Record<Side, LoadSide>>>,
  slots: readonly PairSlot[],
  emit: EmitRunEvent,
): Promise<void> {
  const accounts = new Map(
    Object.entries(sides).map(([name, side]) => [
      name,
      createTrialAccount(
        side,
        slots.filter((slot) => slot.side === name),
      ),
    ]),
  );
  const total = slots.length;
  for (const [done, slot] of slots.entries()) {
    emit({
      type: 'progress',
      phase: 'load',
      done,
      total,
      detail: `${slot.side}: ${describeCell(slot.cell)}`,
    });
    await accounts.get(slot.side)!.measure(slot);
  }
  emit({ type: 'progress', phase: 'load', done: total, total, detail: 'all trials' });
}

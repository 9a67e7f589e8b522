import { cellId, type LoadCell } from '../core/cell.ts';
import { createRandom, shuffled } from '../core/random.ts';

/** One trial of one cell, at its place in the run. */
export interface TrialSlot {
  readonly cell: LoadCell;
  readonly cellId: string;
  /** 0-based repeat of the cell. */
  readonly trial: number;
}

/**
 * Run order of all trials. Repeats are the outer loop and every round is shuffled anew, so that drift of the
 * machine or the server hits all cells alike instead of the last ones. Cells of one server-flag set stay
 * together, because changing sets restarts the server.
 */
export function trialOrder(cells: readonly LoadCell[], trials: number, seed: number): TrialSlot[] {
  const groups = new Map<string | undefined, LoadCell[]>();
  for (const cell of cells) groups.set(cell.serverArgs, [...(groups.get(cell.serverArgs) ?? []), cell]);
  return [...groups].flatMap(([serverArgs, group]) =>
    Array.from({ length: trials }, (_, trial) =>
      shuffled(group, createRandom(seed, `trial-order/${serverArgs ?? ''}/${trial}`)).map((cell) => ({
        cell,
        cellId: cellId(cell),
        trial,
      })),
    ).flat(),
  );
}

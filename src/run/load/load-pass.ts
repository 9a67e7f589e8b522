import { cellId, describeCell, type LoadCell } from '../../core/cell.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import { kneeRows, searchSlo } from '../../load/search-rows.ts';
import { loadCells } from '../../plan/load-cells.ts';
import { type TrialSlot, trialOrder } from '../../plan/trial-order.ts';
import type { JournalEntryOf } from '../../store/journal-entry.ts';
import { cellRow } from './cell-row.ts';
import type { LoadSide } from './load-side.ts';
import { finishedTrial, measureTrial } from './measure-trial.ts';

/**
 * Measures every trial of one server's cells in the given order. A cell's row is written to the journal as soon
 * as its last trial is done.
 *
 * @throws InterruptedError or ServerError; what was measured before is in the journal
 */
export async function loadPass(side: LoadSide, slots: readonly TrialSlot[]): Promise<void> {
  const account = createTrialAccount(side, slots);
  for (const [done, slot] of slots.entries()) {
    const detail = describeCell(slot.cell);
    side.emit({ type: 'progress', phase: 'load', done, total: slots.length, detail });
    await account.measure(slot);
  }
  side.emit({
    type: 'progress',
    phase: 'load',
    done: slots.length,
    total: slots.length,
    detail: 'all trials',
  });
}

/** Trials of one side that are still to come. */
interface TrialAccount {
  /** Measures one trial, or takes it from an interrupted run; with a cell's last one its row is written. */
  measure(slot: TrialSlot): Promise<void>;
}

/** @param slots all trials that the side is going to be asked for, in any order */
export function createTrialAccount(side: LoadSide, slots: readonly TrialSlot[]): TrialAccount {
  const trials = new Map<string, JournalEntryOf<'trial'>[]>();
  const remaining = new Map<string, number>();
  for (const { cellId: id } of slots) remaining.set(id, (remaining.get(id) ?? 0) + 1);
  return {
    async measure(slot) {
      const entry = finishedTrial(side, slot) ?? (await measureTrial(side, slot));
      trials.set(slot.cellId, [...(trials.get(slot.cellId) ?? []), entry]);
      remaining.set(slot.cellId, remaining.get(slot.cellId)! - 1);
      if (remaining.get(slot.cellId) === 0) await finishCell(side, slot.cell, trials.get(slot.cellId)!);
    },
  };
}

/** All trials of one cell, one after the other: what a search needs before it can choose the next load. */
async function measureCell(side: LoadSide, cell: LoadCell): Promise<LoadRow> {
  const entries: JournalEntryOf<'trial'>[] = [];
  for (const slot of trialOrder([cell], side.load.trials, side.config.seed)) {
    entries.push(finishedTrial(side, slot) ?? (await measureTrial(side, slot)));
  }
  return finishCell(side, cell, entries);
}

async function finishCell(
  side: LoadSide,
  cell: LoadCell,
  entries: readonly JournalEntryOf<'trial'>[],
): Promise<LoadRow> {
  const id = cellId(cell);
  const known = side.earlier?.cells.get(id)?.row;
  const row = known ?? (await cellRow(side, cell, entries));
  if (known === undefined) side.journal.append({ type: 'cell', cell: id, row, notes: [] });
  return row;
}

/**
 * Looks for the highest load that meets the objective, from every distinct point of the sweep, and for the knee
 * of each throughput–latency curve.
 *
 * @param rows what the sweep itself measured
 */
export async function searchPass(side: LoadSide, rows: readonly LoadRow[]): Promise<void> {
  const { load, config } = side;
  for (const row of kneeRows(rows)) side.journal.append({ type: 'search', row });
  if (load.search === undefined || load.slo === undefined) return;
  const starts = distinctBut(load.search.over, loadCells(config));
  for (const [i, cell] of starts.entries()) {
    const row = await searchSlo({
      cell,
      slo: load.slo,
      search: load.search,
      arrivals: load.arrivals,
      measure: (candidate) => {
        const detail = `searching the highest ${load.search!.over}: ${describeCell(candidate)}`;
        side.emit({ type: 'progress', phase: 'load', done: i, total: starts.length, detail });
        return measureCell(side, candidate);
      },
    });
    side.journal.append({ type: 'search', row });
  }
}

/** One cell of each group that differs in nothing but the searched load. */
function distinctBut(over: 'rate' | 'concurrency', cells: readonly LoadCell[]): LoadCell[] {
  const groups = new Map<string, LoadCell>();
  for (const cell of cells) {
    const { rate: _rate, concurrency, arrivals: _arrivals, ...rest } = cell;
    const key = JSON.stringify(over === 'rate' && cell.rate !== undefined ? [rest, concurrency] : rest);
    if (!groups.has(key)) groups.set(key, cell);
  }
  return [...groups.values()];
}

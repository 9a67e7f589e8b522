import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { processTree, readProcessTable } from '../../src/memory/process-table.ts';
import type { JournalEntry } from '../../src/store/journal-entry.ts';
import { type JournalContent, readJournal } from '../../src/store/read-journal.ts';
import { type RunFolder, runFolderAt } from '../../src/store/run-folder.ts';

const PATIENCE = { timeout: 25_000, interval: 20 };

/** The run folders below `results`, oldest first. */
export function runFolders(results: string): RunFolder[] {
  if (!existsSync(results)) return [];
  return readdirSync(results)
    .filter((name) => existsSync(join(results, name, 'journal.jsonl')))
    .sort()
    .map((name) => runFolderAt(join(results, name)));
}

/** Waits until the one run below `results` has written an entry of this type. */
export async function untilJournalHas(results: string, type: JournalEntry['type']): Promise<void> {
  await vi.waitFor(() => {
    const types = runFolders(results).flatMap((folder) => entryTypes(readJournal(folder.journalFile)));
    if (!types.includes(type)) throw new Error(`no ${type} in the journal yet`);
  }, PATIENCE);
}

export function entryTypes(journal: JournalContent): JournalEntry['type'][] {
  return journal.lines.map(({ entry }) => entry.type);
}

/** Every measurement of a journal by what it measured and when it was written. */
export function measurements(folder: RunFolder): { what: string; at: string }[] {
  return readJournal(folder.journalFile).lines.flatMap(({ at, entry }) => {
    if (entry.type === 'quality') return [{ what: `quality ${entry.instruction.name}`, at }];
    if (entry.type === 'trial') return [{ what: `trial ${entry.cell} ${entry.trial.index}`, at }];
    return [];
  });
}

/** Pids of living descendants of a process. */
export function descendants(pid: number): number[] {
  return processTree(readProcessTable() ?? [], pid)
    .map((entry) => entry.pid)
    .filter((child) => child !== pid);
}

/** Waits until every one of the processes is gone. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(() => {
    const left = pids.filter(isThere);
    if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
  }, PATIENCE);
}

function isThere(pid: number): boolean {
  const entry = (readProcessTable() ?? []).find((known) => known.pid === pid);
  return entry !== undefined && entry.state !== 'Z';
}

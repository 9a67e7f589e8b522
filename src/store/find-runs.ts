import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { toError, UsageError } from '../core/errors.ts';
import { errorCode, fileError } from './file-error.ts';
import { type JournalLine, journalLineSchema } from './journal-entry.ts';
import { readRecord } from './record-file.ts';
import { type RunFolder, runFolderAt } from './run-folder.ts';
import { runLockHolder } from './run-lock.ts';

/** A run as a listing shows it. */
export interface FoundRun {
  readonly folder: RunFolder;
  readonly runId: string;
  readonly name: string;
  readonly startedAt: string;
  readonly runKey: string;
  /** `running`: a process that lives, or may live on another machine, writes into it. */
  readonly status: 'complete' | 'failed' | 'interrupted' | 'running';
  readonly hasRecord: boolean;
}

/** The runs of a results folder, newest first, and the folders that look like runs and cannot be read. */
export interface FoundRuns {
  readonly runs: readonly FoundRun[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** The longest first line that is looked at: it holds a config and an environment. */
const HEAD_BYTES = 4 << 20;
/** The line that ends a run is short; when the last line is longer, the run has not ended. */
const TAIL_BYTES = 4096;

/**
 * Lists the runs of a results folder. Reads the first and the last line of each journal, so that it stays quick
 * for hundreds of large runs; a folder without a journal is known by its record.
 *
 * @throws UsageError when the folder exists and cannot be listed
 */
export function findRuns(resultsDirectory: string): FoundRuns {
  const runs: FoundRun[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const path of subfolders(resultsDirectory)) {
    const folder = runFolderAt(path);
    const isRun = existsSync(folder.journalFile) || existsSync(folder.recordFile);
    if (!isRun) continue;
    try {
      runs.push(existsSync(folder.journalFile) ? fromJournal(folder) : fromRecord(folder));
    } catch (cause) {
      unreadable.push({ path, reason: toError(cause).message });
    }
  }
  runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  return { runs, unreadable };
}

/** What `--resume` can go on with. */
export type Resumable =
  | { readonly kind: 'found'; readonly run: FoundRun }
  | { readonly kind: 'running'; readonly run: FoundRun }
  | { readonly kind: 'none' };

/**
 * The newest interrupted run of a config's name; among several, one with `runKey` comes first. A run that still
 * goes on is `running` when there is no interrupted one.
 *
 * @throws UsageError when the results folder cannot be listed
 */
export function findResumable(resultsDirectory: string, name: string, runKey?: string): Resumable {
  const named = findRuns(resultsDirectory).runs.filter((run) => run.name === name);
  const interrupted = named.filter((run) => run.status === 'interrupted');
  const run = interrupted.find((candidate) => candidate.runKey === runKey) ?? interrupted[0];
  if (run !== undefined) return { kind: 'found', run };
  const running = named.find((candidate) => candidate.status === 'running');
  return running === undefined ? { kind: 'none' } : { kind: 'running', run: running };
}

function subfolders(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => join(directory, entry.name));
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return [];
    throw fileError('list the runs', directory, cause);
  }
}

function fromJournal(folder: RunFolder): FoundRun {
  const { first, last } = endsOf(folder.journalFile);
  if (first?.entry.type !== 'start') throw new UsageError('the journal does not say which run it belongs to');
  const { runId, name, startedAt, runKey } = first.entry;
  const ended = last?.entry.type === 'finished' ? last.entry.status : undefined;
  const status = ended ?? (runLockHolder(folder.path) === undefined ? 'interrupted' : 'running');
  return { folder, runId, name, startedAt, runKey, status, hasRecord: existsSync(folder.recordFile) };
}

function fromRecord(folder: RunFolder): FoundRun {
  const { runId, name, startedAt, runKey, status } = readRecord(folder.recordFile);
  return { folder, runId, name, startedAt, runKey, status, hasRecord: true };
}

/** The first line, and the last one if it is short and complete. */
function endsOf(path: string): { first: JournalLine | undefined; last: JournalLine | undefined } {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const head = read(descriptor, 0, Math.min(size, HEAD_BYTES));
    const tail = read(descriptor, Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
    const complete = tail.slice(0, tail.lastIndexOf('\n'));
    return {
      first: parseLine(head.slice(0, head.indexOf('\n'))),
      last: parseLine(complete.slice(complete.lastIndexOf('\n') + 1)),
    };
  } finally {
    closeSync(descriptor);
  }
}

function read(descriptor: number, position: number, length: number): string {
  const bytes = Buffer.alloc(length);
  const got = readSync(descriptor, bytes, 0, length, position);
  return bytes.toString('utf8', 0, got);
}

function parseLine(text: string): JournalLine | undefined {
  try {
    return journalLineSchema.parse(JSON.parse(text));
  } catch {
    // Half a line, or a line of another version: it says nothing about how the run ended.
    return undefined;
  }
}

import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { visibleText } from '../core/visible-text.ts';
import { removeLeftovers } from './atomic-file.ts';
import { errorCode, fileError } from './file-error.ts';
import { acquireRunLock, type RunLock } from './run-lock.ts';

/** Where one run keeps its files. Nothing here says that they exist. */
export interface RunFolder {
  readonly path: string;
  readonly journalFile: string;
  readonly recordFile: string;
  readonly samplesFile: string;
  readonly reportFile: string;
  /** Samples of single trials until they are merged into `samplesFile`. */
  readonly samplesDirectory: string;
}

/** A run folder that this process may write into. */
export interface OwnedRunFolder extends RunFolder, RunLock {}

export interface NewRun {
  /** Folder that holds the runs: `results`. */
  readonly resultsDirectory: string;
  /** The config's name. */
  readonly name: string;
  /** Content hash that tells this run from others; its first seven digits become part of the folder's name. */
  readonly hash: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
  /** The folder itself, when the user named one (`--out`); it must not hold a run yet. */
  readonly out?: string;
}

/** The files of a run folder. */
export function runFolderAt(path: string): RunFolder {
  const folder = resolve(path);
  return {
    path: folder,
    journalFile: join(folder, 'journal.jsonl'),
    recordFile: join(folder, 'record.json'),
    samplesFile: join(folder, 'samples.parquet'),
    reportFile: join(folder, 'report.html'),
    samplesDirectory: join(folder, 'samples'),
  };
}

/**
 * Makes and locks a new run folder, `<results>/<utc>-<name>-<hash7>` or the one the user named, and gives the run
 * its id. Two runs that start in the same second get different folders.
 *
 * @throws UsageError when the name could leave the results folder, the folder holds a run, or the disk refuses
 */
export function createRunFolder(run: NewRun): OwnedRunFolder & { readonly runId: string } {
  const stem = runStem(run);
  if (run.out !== undefined) return { ...claimNamedFolder(run.out), runId: stem };
  const results = resolve(run.resultsDirectory);
  for (let copy = 1; ; copy++) {
    const runId = copy === 1 ? stem : `${stem}-${copy}`;
    const path = join(results, runId);
    try {
      mkdirSync(results, { recursive: true });
      mkdirSync(path);
    } catch (cause) {
      if (errorCode(cause) === 'EEXIST' && existsSync(path)) continue;
      throw fileError('make the run folder', path, cause);
    }
    return { ...own(path), runId };
  }
}

/**
 * Locks the folder of an earlier run, to go on with it, and clears away what a killed process left half written.
 *
 * @throws UsageError when it is no run folder or another process writes into it
 */
export function openRunFolder(path: string): OwnedRunFolder {
  const folder = runFolderAt(path);
  if (!existsSync(folder.journalFile)) {
    throw new UsageError('this is not a run folder: it has no journal.jsonl', {
      where: path,
      hint: 'Give a folder that dimsweep run wrote.',
    });
  }
  const owned = own(folder.path);
  removeLeftovers(folder.path);
  if (existsSync(folder.samplesDirectory)) removeLeftovers(folder.samplesDirectory);
  return owned;
}

/**
 * A file `<directory>/<name><extension>` for a name that a user or a file gave.
 *
 * @throws UsageError when the name is anything but letters, digits, dot, dash and underscore, or could leave the
 * folder
 */
export function namedFile(directory: string, name: string, extension: string): string {
  const path = resolve(directory, `${name}${extension}`);
  if (!/^\w[\w.-]{0,99}$/.test(name) || dirname(path) !== resolve(directory)) {
    throw badName(name);
  }
  return path;
}

function runStem(run: NewRun): string {
  if (!/^[\w.-]{1,100}$/.test(run.name)) throw badName(run.name);
  if (!/^[0-9a-f]{7,}$/.test(run.hash)) throw new TypeError(`not a content hash: ${run.hash}`);
  const utc = new Date(run.startedAtMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${utc}-${run.name}-${run.hash.slice(0, 7)}`;
}

function claimNamedFolder(out: string): OwnedRunFolder {
  const folder = runFolderAt(out);
  try {
    mkdirSync(folder.path, { recursive: true });
    if (!statSync(folder.path).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  } catch (cause) {
    throw fileError('make the run folder', out, cause);
  }
  // The lock comes first: of two runs that start at once, one must see the other.
  const owned = own(folder.path);
  const taken = [folder.journalFile, folder.recordFile, folder.samplesFile, folder.samplesDirectory].find(
    (file) => existsSync(file),
  );
  if (taken === undefined) return owned;
  owned.release();
  throw new UsageError(`the folder holds a run already (${basename(taken)})`, {
    where: out,
    hint: 'Give another folder with --out, or go on with that run: --resume.',
  });
}

function own(path: string): OwnedRunFolder {
  return { ...runFolderAt(path), ...acquireRunLock(path) };
}

function badName(name: string): UsageError {
  return new UsageError(`${JSON.stringify(visibleText(name.slice(0, 100)))} cannot name a file`, {
    hint: 'Use at most 100 letters, digits, dots, dashes and underscores, and begin with a letter or digit.',
  });
}

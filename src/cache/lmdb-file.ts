import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { moduleEntry } from '../threads/module-entry.ts';

/** A check reads the whole file: about a gigabyte per second when it is in memory, far less when it is not. */
const CHECK_TIMEOUT_MS = 120_000;

/** Whether LMDB may be let near the file. */
export type FileHealth = 'sound' | 'damaged' | 'unknown';

/**
 * Finds out whether a cache file can be opened without bringing the process down. A file that is as this program
 * closed it last is sound; any other is read by a process of its own first.
 */
export async function checkLmdbFile(file: string): Promise<FileHealth> {
  if (!existsSync(file) || isVouchedFor(file)) return 'sound';
  const entry = fileURLToPath(moduleEntry(import.meta.url, './lmdb-check'));
  const child = fork(entry, [file], { stdio: 'ignore', execArgv: [] });
  let hasBegun = false;
  child.once('message', () => {
    hasBegun = true;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), CHECK_TIMEOUT_MS);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return 'sound';
    // Killed from outside, or never got as far as the file: that says nothing about it.
    return hasBegun && signal !== 'SIGKILL' ? 'damaged' : 'unknown';
  } finally {
    clearTimeout(timer);
  }
}

/** Notes that the file was closed properly and is sound as it is now. Without the note it is only checked again. */
export function vouchFor(file: string): void {
  try {
    writeFileSync(vouchFile(file), JSON.stringify(stateOf(file)));
  } catch {
    rmSync(vouchFile(file), { force: true });
  }
}

/** Moves a damaged file out of the way, in place of one that was moved before, and says where it is. */
export function setAsideLmdbFile(file: string): string {
  const aside = `${file}.damaged`;
  rmSync(vouchFile(file), { force: true });
  rmSync(`${file}-lock`, { force: true });
  renameSync(file, aside);
  return aside;
}

/** Removes the file with all that belongs to it. */
export function removeLmdbFile(file: string): void {
  for (const path of [vouchFile(file), file, `${file}-lock`]) rmSync(path, { force: true });
}

function isVouchedFor(file: string): boolean {
  try {
    return readFileSync(vouchFile(file), 'utf8') === JSON.stringify(stateOf(file));
  } catch {
    // No note: the last process was killed, or it is the first time.
    return false;
  }
}

function vouchFile(file: string): string {
  return `${file}.closed`;
}

function stateOf(file: string): { bytes: number; mtimeMs: number; inode: number } {
  const { size, mtimeMs, ino } = statSync(file);
  return { bytes: size, mtimeMs, inode: ino };
}

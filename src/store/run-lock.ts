import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../core/errors.ts';
import { errorCode, fileError } from './file-error.ts';
import { livenessOf, ownIdentity, processIdentitySchema } from './process-identity.ts';

export const LOCK_NAME = 'run.lock';

const lockSchema = processIdentitySchema.extend({ token: z.string() });
type Lock = z.infer<typeof lockSchema>;

/** The right to write into a run folder. */
export interface RunLock {
  /** Gives the right back; harmless when repeated. */
  release(): void;
}

/**
 * Takes the run folder for this process. A lock whose process has ended (crash, kill -9) is taken over.
 *
 * @throws UsageError when another process that runs, or may run on another machine, has it
 */
export function acquireRunLock(directory: string): RunLock {
  const path = join(directory, LOCK_NAME);
  const own: Lock = { ...ownIdentity(), token: randomUUID() };
  for (let attempt = 0; attempt < 5; attempt++) {
    if (writeNew(path, own)) return { release: () => releaseLock(path, own) };
    const found = readLock(path);
    if (found === 'gone') continue;
    if (found !== 'unreadable' && livenessOf(found) !== 'dead') throw heldError(path, found);
    setAside(path, found);
  }
  throw new UsageError('cannot take the run folder: other processes keep taking it', {
    where: path,
    hint: 'Start one run at a time in this folder.',
  });
}

/** Who holds the run folder now; `undefined` when it is free. */
export function runLockHolder(directory: string): { pid: number; host: string } | undefined {
  const found = readLock(join(directory, LOCK_NAME));
  if (typeof found === 'string' || livenessOf(found) === 'dead') return undefined;
  return { pid: found.pid, host: found.host };
}

function writeNew(path: string, lock: Lock): boolean {
  const content = `${JSON.stringify(lock)}\n`;
  const draft = `${path}.${lock.token}`;
  try {
    // A hard link appears with its content, so that nobody can read a lock that is half written.
    writeFileSync(draft, content, { flag: 'wx' });
    linkOrWrite(draft, path, content);
    return true;
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return false;
    throw fileError('lock the run folder', path, cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

function linkOrWrite(draft: string, path: string, content: string): void {
  try {
    linkSync(draft, path);
  } catch (cause) {
    const code = errorCode(cause);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw cause;
    // A file system without hard links.
    writeFileSync(path, content, { flag: 'wx' });
  }
}

function readLock(path: string): Lock | 'gone' | 'unreadable' {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return 'gone';
    if (errorCode(cause) !== undefined) throw fileError('read the lock of the run folder', path, cause);
    return 'unreadable';
  }
}

/**
 * Removes a dead process's lock. Another process may have done so already and hold the folder with a lock of its
 * own: one that turns out to be alive after the move is put back.
 */
function setAside(path: string, judged: Lock | 'unreadable'): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return;
    throw fileError('take over the lock of the run folder', path, cause);
  }
  const moved = readLock(aside);
  const isJudged =
    typeof moved === 'string'
      ? judged === 'unreadable'
      : judged !== 'unreadable' && moved.token === judged.token;
  if (!isJudged) linkOrWrite(aside, path, readFileSync(aside, 'utf8'));
  rmSync(aside, { force: true });
}

function releaseLock(path: string, own: Lock): void {
  const found = readLock(path);
  if (typeof found !== 'string' && found.token === own.token) rmSync(path, { force: true });
}

function heldError(path: string, holder: Lock): UsageError {
  const elsewhere = livenessOf(holder) === 'unknown' ? ` on ${holder.host}` : '';
  return new UsageError(`another dimsweep writes into this run folder (process ${holder.pid}${elsewhere})`, {
    where: path,
    hint:
      elsewhere === ''
        ? 'Wait for it, stop it, or give another folder with --out.'
        : 'Wait for it, or give another folder with --out; if it has ended, delete this lock file.',
  });
}

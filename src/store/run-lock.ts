import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../core/errors.ts';
import { errorCode, fileError } from './file-error.ts';
import { livenessOf, ownIdentity, processIdentitySchema } from './process-identity.ts';

const LOCK_NAME = 'run.lock';
/** Tries to take a lock that others take or give back at the same moment: a second altogether. */
const ATTEMPTS = 50;
const PAUSE_MS = 20;

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
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (writeNew(path, own)) return { release: () => releaseLock(path, own) };
    const found = readLock(path);
    if (typeof found !== 'string' && livenessOf(found) !== 'dead') throw heldError(path, found);
    if (found !== 'gone' && !removeDead(path)) pause(PAUSE_MS);
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
 * Removes a lock whose process has ended. One process at a time may do so, and looks again when it is its turn:
 * otherwise the second of two would remove the lock that the first has just made.
 *
 * @returns whether there is any use in trying again at once
 */
function removeDead(path: string): boolean {
  const turn = `${path}.takeover`;
  try {
    writeFileSync(turn, '', { flag: 'wx' });
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw fileError('take over the lock of the run folder', path, cause);
    // Whoever has the turn needs milliseconds; one that is older was killed in the middle of them.
    if (ageMs(turn) > 5000) rmSync(turn, { force: true });
    return false;
  }
  try {
    const found = readLock(path);
    // Without hard links a lock is unreadable for the moment in which it is written.
    const isDead =
      found === 'unreadable' ? ageMs(path) > 500 : found !== 'gone' && livenessOf(found) === 'dead';
    if (isDead) rmSync(path, { force: true });
    return isDead;
  } finally {
    rmSync(turn, { force: true });
  }
}

/** Time since the file was written; 0 when it is gone. */
function ageMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 0 : Date.now() - stat.mtimeMs;
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
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

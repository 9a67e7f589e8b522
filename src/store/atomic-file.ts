import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode, fileError } from './file-error.ts';

const TEMPORARY = /^\..+\.[0-9a-f-]{36}\.tmp$/;

/**
 * Replaces a file as a whole or not at all: the content goes to a new file beside it, is flushed to the disk, and
 * takes the old file's name in one step. Whoever reads sees the old content or the new one; after a failure
 * (disk full, no permission, crash) the old file is as it was.
 *
 * @param what the file in words, for the error: `the record`
 * @throws UsageError when the file cannot be written
 */
export function writeFileAtomic(path: string, content: string | Uint8Array, what: string): void {
  const temporary = temporaryBeside(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, content, { flag: 'wx', flush: true });
    publish(temporary, path);
  } catch (cause) {
    discard(temporary);
    throw fileError(`write ${what}`, path, cause);
  }
}

/**
 * {@link writeFileAtomic} for content that is written piece by piece: `write` fills the file whose path it gets.
 *
 * @throws UsageError when the file cannot be written
 */
export async function replaceFile(
  path: string,
  write: (temporary: string) => Promise<void>,
  what: string,
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    await write(temporary);
    flush(temporary, 'r+');
    publish(temporary, path);
  } catch (cause) {
    discard(temporary);
    if (errorCode(cause) === undefined && cause instanceof Error) throw cause;
    throw fileError(`write ${what}`, path, cause);
  }
}

/** Removes what a killed process left of unfinished replacements in `directory`. */
export function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (TEMPORARY.test(name)) rmSync(join(directory, name), { force: true });
  }
}

/** Makes a new or renamed entry of `directory` survive a power failure, where the system can do that. */
export function flushDirectory(directory: string): void {
  try {
    flush(directory, 'r');
  } catch (cause) {
    const code = errorCode(cause);
    // Windows and some network file systems cannot flush a folder; the rename itself has happened.
    if (code !== 'EPERM' && code !== 'EISDIR' && code !== 'EINVAL' && code !== 'EACCES') throw cause;
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 150)}.${randomUUID()}.tmp`);
}

function discard(temporary: string): void {
  if (existsSync(temporary)) rmSync(temporary, { force: true });
}

function publish(temporary: string, path: string): void {
  renameSync(temporary, path);
  flushDirectory(dirname(path));
}

function flush(path: string, mode: 'r' | 'r+'): void {
  const descriptor = openSync(path, mode);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

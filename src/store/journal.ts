import { closeSync, constants, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { UsageError } from '../core/errors.ts';
import { flushDirectory } from './atomic-file.ts';
import { errorCode, fileError } from './file-error.ts';
import { JOURNAL_VERSION, type JournalEntry, journalLineSchema } from './journal-entry.ts';
import { type JournalContent, readJournal } from './read-journal.ts';

/** The append-only story of a run. One process writes it at a time: the run folder's lock sees to that. */
export interface Journal {
  readonly path: string;
  /**
   * Adds one entry. When this returns the entry is on the disk; when it throws, the journal ends with the entry
   * before it and can be appended to again.
   *
   * @throws UsageError when the disk refuses; ZodError when the entry would not be readable
   */
  append(entry: JournalEntry): void;
  close(): void;
}

type WallClock = Pick<Clock, 'wallMs'>;

/**
 * Starts the journal of a new run.
 *
 * @throws UsageError when the file exists or cannot be made
 */
export function createJournal(path: string, clock: WallClock): Journal {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx');
    flushDirectory(dirname(path));
  } catch (cause) {
    throw fileError('start the journal', path, cause);
  }
  return journalOn(descriptor, path, { bytes: 0, lines: 0 }, clock);
}

/**
 * Opens the journal of an interrupted run to go on with it. A torn last line is cut off first, or the next entry
 * would make a broken line of it.
 *
 * @throws UsageError when the journal cannot be read or written
 */
export function reopenJournal(path: string, clock: WallClock): { journal: Journal; content: JournalContent } {
  const content = readJournal(path);
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDWR);
    ftruncateSync(descriptor, content.goodBytes);
    fsyncSync(descriptor);
  } catch (cause) {
    throw fileError('go on with the journal', path, cause);
  }
  const start = { bytes: content.goodBytes, lines: content.lines.length };
  return { journal: journalOn(descriptor, path, start, clock), content };
}

function journalOn(
  descriptor: number,
  path: string,
  start: { readonly bytes: number; readonly lines: number },
  clock: WallClock,
): Journal {
  let { bytes, lines } = start;
  let isOpen = true;
  return {
    path,
    append: (entry) => {
      if (!isOpen) throw new UsageError('the journal is closed', { where: path });
      const line = journalLineSchema.parse({
        v: JOURNAL_VERSION,
        n: lines + 1,
        at: new Date(clock.wallMs()).toISOString(),
        entry,
      });
      const content = Buffer.from(`${JSON.stringify(line)}\n`);
      writeAt(descriptor, content, bytes, path);
      bytes += content.length;
      lines += 1;
    },
    close: () => {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

/** Writes at a position of its own keeping: a failed attempt never moves the end of the journal. */
function writeAt(descriptor: number, content: Buffer, position: number, path: string): void {
  try {
    let written = 0;
    while (written < content.length) {
      written += writeSync(descriptor, content, written, content.length - written, position + written);
    }
    fsyncSync(descriptor);
  } catch (cause) {
    cutBack(descriptor, position);
    throw fileError('write the journal', path, cause);
  }
}

/** Takes back a partial line. If even that fails, the reader sees a torn last line and leaves it out. */
function cutBack(descriptor: number, length: number): void {
  try {
    ftruncateSync(descriptor, length);
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause;
  }
}

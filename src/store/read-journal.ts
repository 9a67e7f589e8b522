import { readFileSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { fileError } from './file-error.ts';
import { JOURNAL_VERSION, type JournalLine, journalLineSchema } from './journal-entry.ts';
import { explain } from './schema-version.ts';

const LINE_FEED = 0x0a;

/** What a crash left of the last line; the entry was never complete and counts as not written. */
export interface TornTail {
  /** 1-based. */
  readonly line: number;
  readonly bytes: number;
}

export interface JournalContent {
  readonly path: string;
  readonly lines: readonly JournalLine[];
  readonly tornTail?: TornTail;
  /** Length of the part that `lines` come from. */
  readonly goodBytes: number;
}

/**
 * Reads a journal. The last line may be torn: a process that is killed, or a machine that loses its power, in the
 * middle of a write leaves one. Anything wrong before it means that the file was damaged later.
 *
 * @throws UsageError with file and line of a broken line, or of an entry that another version wrote
 */
export function readJournal(path: string): JournalContent {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw fileError('read the journal', path, cause);
  }
  const lines: JournalLine[] = [];
  let at = 0;
  while (at < bytes.length) {
    const feed = bytes.indexOf(LINE_FEED, at);
    const end = feed === -1 ? bytes.length : feed + 1;
    const parsed = feed === -1 ? undefined : parseJson(bytes.subarray(at, feed));
    if (parsed === undefined) {
      // Without a line behind it, even one that ends properly may have been cut by a power failure.
      if (end < bytes.length) throw brokenLine(path, lines.length + 1, 'it is not JSON');
      return { path, lines, goodBytes: at, tornTail: { line: lines.length + 1, bytes: end - at } };
    }
    lines.push(checkedLine(parsed.value, path, lines.length + 1));
    at = end;
  }
  return { path, lines, goodBytes: at };
}

/** A line's JSON, or `undefined` when it is none. */
function parseJson(bytes: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof TypeError) return undefined;
    throw cause;
  }
}

function checkedLine(value: unknown, path: string, line: number): JournalLine {
  const version = (value as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && version !== JOURNAL_VERSION) {
    throw new UsageError(`this journal has version ${version}; this dimsweep reads ${JOURNAL_VERSION}`, {
      where: `${path}:${line}`,
      hint: 'Go on with the dimsweep that wrote it, or start a new run.',
    });
  }
  const parsed = journalLineSchema.safeParse(value);
  if (!parsed.success) throw brokenLine(path, line, explain(parsed.error));
  if (parsed.data.n !== line) {
    throw brokenLine(path, line, `it holds entry ${parsed.data.n}: lines are missing or doubled`);
  }
  return parsed.data;
}

function brokenLine(path: string, line: number, what: string): UsageError {
  return new UsageError(`the journal is damaged: ${what}`, {
    where: `${path}:${line}`,
    hint: 'Nothing behind this line can be trusted. Start a new run, or cut the file before this line to keep what stands above it.',
  });
}

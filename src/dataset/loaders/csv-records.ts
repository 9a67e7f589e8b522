import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import { type FileLine, MAX_LINE_BYTES, withoutLineEnd } from './file-lines.ts';
import type { BrokenRow } from './source.ts';

/** A record whose quoting is sound: its fields, and the line it starts on. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Turns lines into records, and never lets a broken one take its neighbours along: when a quoted field does not
 * end soundly, only the line that opened it is given up, and reading goes on with the line behind it.
 *
 * A record ends at the first line end with an even number of quotes before it, which is exact for sound CSV
 * (RFC 4180: quotes only around fields, doubled inside them). When csv-parse refuses a record of several lines,
 * or it has another number of fields than the header, a quote was left open on its first line.
 */
export interface CsvRecordReader {
  push(lines: readonly FileLine[]): (CsvRecord | BrokenRow)[];
  end(): (CsvRecord | BrokenRow)[];
}

/** The lines that quote parity holds together as one record. */
interface LineGroup {
  readonly lines: readonly FileLine[];
  /** Position of the first line among the pending ones. */
  readonly at: number;
}

const QUOTE = 0x22;
const CR = 0x0d;
/**
 * csv-parse is called once for about this many bytes, because a call has a price of its own; behind a fault the
 * batch is small and grows again, because everything behind the next fault would be read twice.
 */
const BATCH_BYTES = { least: 256, most: 32 * 1024 };

export function createCsvRecordReader(delimiter: string): CsvRecordReader {
  let pending: readonly FileLine[] = [];
  /** Fields of the first record: what every later record should have. */
  let width: number | undefined;
  let batchBytes = BATCH_BYTES.least;

  const drain = (atEnd: boolean): (CsvRecord | BrokenRow)[] => {
    const out: (CsvRecord | BrokenRow)[] = [];
    let at = 0;
    while (at < pending.length) {
      const { records, next } = takeRecords(pending, at, batchBytes);
      if (records.length > 0) at = parseRecords(records, out) ?? next;
      else if (next === pending.length && pending.slice(at).every(isBlank)) at = next;
      else if (atEnd || byteLength(pending.slice(at)) > MAX_LINE_BYTES) out.push(openQuote(pending[at++]!));
      else break;
    }
    pending = pending.slice(at);
    return out;
  };

  /** Where to go on when a record of several lines turned out broken: behind its first line. */
  const parseRecords = (
    records: readonly LineGroup[],
    out: (CsvRecord | BrokenRow)[],
  ): number | undefined => {
    batchBytes = Math.min(batchBytes * 2, BATCH_BYTES.most);
    for (let from = 0; from < records.length; ) {
      const parsed = parseSound(records.slice(from), delimiter, width);
      width ??= parsed[0]?.fields.length;
      for (const record of parsed) out.push(record);
      from += parsed.length;
      const failed = records[from];
      if (failed === undefined) break;
      batchBytes = BATCH_BYTES.least;
      const broken = diagnose(failed.lines, delimiter, width);
      out.push(broken ?? openQuote(failed.lines[0]!));
      if (broken === undefined) return failed.at + 1;
      from++;
    }
    return undefined;
  };

  return {
    push(lines) {
      pending = pending.length === 0 ? lines : pending.concat(lines);
      return drain(false);
    },
    end: () => drain(true),
  };
}

/**
 * Cuts the next lines into records at even quote parity, blank lines left out, up to `batchBytes`.
 * `next` is the line behind the last complete record; a record that is still open is not taken.
 */
function takeRecords(
  pending: readonly FileLine[],
  from: number,
  batchBytes: number,
): { records: LineGroup[]; next: number } {
  const records: LineGroup[] = [];
  let bytes = 0;
  let start = from;
  let open = false;
  for (let i = from; i < pending.length && bytes < batchBytes; i++) {
    const line = pending[i]!;
    if (!open && isBlank(line)) {
      start = i + 1;
      continue;
    }
    if (hasOddQuotes(line.bytes)) open = !open;
    if (open) continue;
    const lines = pending.slice(start, i + 1);
    records.push({ lines, at: start });
    bytes += byteLength(lines);
    start = i + 1;
  }
  return { records, next: start };
}

function isBlank(line: FileLine): boolean {
  return !line.tooLong && withoutLineEnd(line.bytes).length === 0;
}

function hasOddQuotes(bytes: Buffer): boolean {
  let odd = false;
  for (let at = bytes.indexOf(QUOTE); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) odd = !odd;
  return odd;
}

function byteLength(lines: readonly FileLine[]): number {
  return lines.reduce((sum, line) => sum + line.bytes.length, 0);
}

/** The records before the first one that anything is wrong with. */
function parseSound(
  records: readonly LineGroup[],
  delimiter: string,
  width: number | undefined,
): CsvRecord[] {
  const unreadable = records.findIndex(({ lines }) => lines.some((l) => l.tooLong || !isUtf8(l.bytes)));
  const readable = unreadable < 0 ? records : records.slice(0, unreadable);
  const rows = parseLines(
    readable.flatMap(({ lines }) => lines),
    delimiter,
    'utf8',
  );
  if (rows.length > readable.length) return [];
  const sound: CsvRecord[] = [];
  for (const [i, fields] of rows.entries()) {
    const { lines } = readable[i]!;
    const swallowed = lines.length > 1 && fields.length !== (width ?? rows[0]!.length);
    if (swallowed) break;
    sound.push({ line: lines[0]!.number, fields });
  }
  return sound;
}

/** Fields of the records up to the first that csv-parse refuses. */
function parseLines(lines: readonly FileLine[], delimiter: string, encoding: 'utf8' | 'latin1'): string[][] {
  if (lines.length === 0) return [];
  const rows: string[][] = [];
  const endsWithCr = lines[0]!.bytes.at(-1) === CR;
  try {
    parse(Buffer.concat(lines.map((line) => line.bytes)), {
      delimiter,
      encoding,
      record_delimiter: endsWithCr ? ['\r'] : ['\r\n', '\n'],
      relax_column_count: true,
      on_record: (fields: string[]) => {
        rows.push(fields);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // the refused record is the one behind `rows`: the caller names its line
  }
  return rows;
}

/** Why one record cannot be used; `undefined` when its first line must have left a quote open. */
function diagnose(
  lines: readonly FileLine[],
  delimiter: string,
  width: number | undefined,
): BrokenRow | undefined {
  const line = lines[0]!.number;
  if (lines.some((part) => part.tooLong)) return lines.length === 1 ? tooLong(line) : undefined;
  const foreign = lines.find((part) => !isUtf8(part.bytes));
  if (foreign !== undefined && isSound(lines, delimiter, width)) {
    return { line, problem: { reason: 'notUtf8', message: `line ${foreign.number} is not UTF-8` } };
  }
  if (lines.length > 1) return undefined;
  const message = 'a quote stands inside a field, or text follows a closing quote; double the quotes inside';
  return { line, problem: { reason: 'brokenQuoting', message } };
}

/** Whether the quoting holds, whatever the bytes between the quotes are. */
function isSound(lines: readonly FileLine[], delimiter: string, width: number | undefined): boolean {
  const [fields, further] = parseLines(lines, delimiter, 'latin1');
  if (fields === undefined || further !== undefined) return false;
  return lines.length === 1 || fields.length === width;
}

function tooLong(line: number): BrokenRow {
  const message = `the line is longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`;
  return { line, problem: { reason: 'tooLong', message } };
}

function openQuote(line: FileLine): BrokenRow {
  if (line.tooLong) return tooLong(line.number);
  const message = 'a quote that opens on this line is never closed properly';
  return { line: line.number, problem: { reason: 'brokenQuoting', message } };
}

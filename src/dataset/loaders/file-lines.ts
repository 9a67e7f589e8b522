import { createReadStream } from 'node:fs';
import { UsageError } from '../../core/errors.ts';

/** One physical line of a file. */
export interface FileLine {
  /** 1-based. */
  readonly number: number;
  /** Its bytes with the line's end; empty when the line is longer than {@link MAX_LINE_BYTES}. */
  readonly bytes: Buffer;
  readonly tooLong: boolean;
}

/** No embedding model reads a text this long; a longer line is a file without line ends. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const READ_BYTES = 256 * 1024;

/**
 * The file's lines, block by block, a UTF-8 byte-order mark left out. Lines end with LF or CR LF; a file whose
 * first 256 KiB hold carriage returns only is read with those as line ends.
 *
 * @param source the file as the config names it, for messages
 * @throws UsageError when the file cannot be read, or is UTF-16
 */
export async function* readFileLines(
  path: string,
  source: string,
  signal?: AbortSignal,
): AsyncGenerator<FileLine[]> {
  let splitter: LineSplitter | undefined;
  for await (const chunk of readChunks(path, source, signal)) {
    if (splitter === undefined) {
      refuseUtf16(chunk, source);
      splitter = createLineSplitter(chunk.includes(LF) || !chunk.includes(CR) ? LF : CR);
      const withoutMark = chunk.subarray(0, 3).equals(BOM) ? chunk.subarray(3) : chunk;
      yield splitter.push(withoutMark);
    } else yield splitter.push(chunk);
  }
  if (splitter !== undefined) yield splitter.end();
}

/** The line without its end: LF, CR LF or CR. */
export function withoutLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  if (end > 0 && bytes[end - 1] === LF) end--;
  if (end > 0 && bytes[end - 1] === CR) end--;
  return bytes.subarray(0, end);
}

async function* readChunks(path: string, source: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, {
    highWaterMark: READ_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreadable(source, cause);
  }
}

/** The error for a data file that cannot be opened or read. */
export function unreadable(source: string, cause: unknown): UsageError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const known = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : undefined;
  return new UsageError(`the data file ${source} ${known ?? 'cannot be read'}`, {
    where: source,
    hint: 'dataset.path is taken relative to the config file.',
    ...(known === undefined ? { cause } : {}),
  });
}

function refuseUtf16(start: Buffer, source: string): void {
  const mark = start.length >= 2 ? start.readUInt16BE(0) : 0;
  if (mark !== 0xfffe && mark !== 0xfeff) return;
  throw new UsageError('the data file is UTF-16, not UTF-8', {
    where: source,
    hint: 'Save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 in.csv > out.csv',
  });
}

interface LineSplitter {
  push(chunk: Buffer): FileLine[];
  end(): FileLine[];
}

/** Cuts chunks into lines; keeps at most {@link MAX_LINE_BYTES} of an unfinished one. */
function createLineSplitter(terminator: number): LineSplitter {
  let number = 1;
  let parts: Buffer[] = [];
  let kept = 0;
  let tooLong = false;
  const keep = (part: Buffer): void => {
    kept += part.length;
    if (kept > MAX_LINE_BYTES) {
      tooLong = true;
      parts = [];
    } else if (part.length > 0) parts.push(part);
  };
  const finish = (): FileLine => {
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const line = { number: number++, bytes, tooLong };
    parts = [];
    kept = 0;
    tooLong = false;
    return line;
  };
  return {
    push(chunk) {
      const lines: FileLine[] = [];
      let from = 0;
      for (let at = chunk.indexOf(terminator); at >= 0; at = chunk.indexOf(terminator, from)) {
        keep(chunk.subarray(from, at + 1));
        lines.push(finish());
        from = at + 1;
      }
      keep(chunk.subarray(from));
      return lines;
    },
    end: () => (kept > 0 ? [finish()] : []),
  };
}

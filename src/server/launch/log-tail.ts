import { closeSync, openSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** A launched server's output: all of it in a file, the last lines at hand. */
export interface ServerLog {
  /** A sink for one stream; streams share file and tail, line by line. */
  sink(): { write(chunk: Buffer): void; end(): void };
  /** The last lines, oldest first, without colours. */
  tail(): readonly string[];
  close(): void;
}

const TAIL_LINES = 40;
/** A line that never ends (a progress bar) is written out when it gets this long. */
const MAX_LINE_CHARACTERS = 16_384;

/**
 * @param file created, or continued when it exists
 * @param scrub blanks secrets out of a line before anything keeps it
 */
export function openServerLog(file: string, scrub: (text: string) => string): ServerLog {
  const descriptor = openSync(file, 'a', 0o600);
  const lines: string[] = [];
  let open = true;

  const keep = (raw: string): void => {
    const line = scrub(raw);
    if (open) writeSync(descriptor, `${line}\n`);
    const shown = stripVTControlCharacters(
      line.split('\r').findLast((part) => part.trim() !== '') ?? '',
    ).trimEnd();
    if (shown === '') return;
    lines.push(shown);
    if (lines.length > TAIL_LINES) lines.shift();
  };

  return {
    sink() {
      const decoder = new StringDecoder('utf8');
      let pending = '';
      const take = (text: string): void => {
        const parts = (pending + text).split('\n');
        pending = parts.pop()!;
        for (const part of parts) keep(part);
        if (pending.length > MAX_LINE_CHARACTERS) {
          keep(pending);
          pending = '';
        }
      };
      return {
        write: (chunk) => take(decoder.write(chunk)),
        end() {
          take(decoder.end());
          if (pending !== '') keep(pending);
          pending = '';
        },
      };
    },
    tail: () => lines,
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

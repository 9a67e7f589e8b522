import { HttpSyntaxError } from './http-head.ts';

/** Takes the framing of a chunked body apart. */
export interface ChunkedBody {
  /**
   * @returns what lies behind the body once it has ended, undefined while it goes on
   * @throws HttpSyntaxError when the framing is broken
   */
  feed(bytes: Buffer): Buffer | undefined;
}

/** What the next bytes are: a size line, a chunk's data, the line break behind it, or a trailer line. */
type Phase = 'size' | 'data' | 'dataEnd' | 'trailer';

const LONGEST_LINE = 65_536;

export function createChunkedBody(onBody: (part: Buffer) => void): ChunkedBody {
  let phase: Phase = 'size';
  let line = '';
  let remaining = 0;

  /** Takes a whole line; true at the empty one behind the last chunk. */
  const endLine = (text: string): boolean => {
    if (phase === 'trailer') return text === '';
    if (phase === 'dataEnd') {
      if (text !== '') throw new HttpSyntaxError('a chunk is longer than its announced size');
      phase = 'size';
      return false;
    }
    remaining = chunkSize(text);
    phase = remaining === 0 ? 'trailer' : 'data';
    return false;
  };

  const takeData = (bytes: Buffer): Buffer => {
    const part = bytes.subarray(0, remaining);
    onBody(part);
    remaining -= part.length;
    if (remaining === 0) phase = 'dataEnd';
    return bytes.subarray(part.length);
  };

  /** Takes up to a line break; undefined when the line goes on in the next bytes. */
  const takeLine = (bytes: Buffer): { rest: Buffer; ended: boolean } | undefined => {
    const at = bytes.indexOf(10);
    line += bytes.toString('latin1', 0, at < 0 ? bytes.length : at);
    if (line.length > LONGEST_LINE) throw new HttpSyntaxError('a line of the chunked body never ends');
    if (at < 0) return undefined;
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    line = '';
    return { rest: bytes.subarray(at + 1), ended: endLine(text) };
  };

  return {
    feed: (bytes) => {
      let rest = bytes;
      while (rest.length > 0) {
        if (phase === 'data') {
          rest = takeData(rest);
          continue;
        }
        const taken = takeLine(rest);
        if (taken === undefined) return undefined;
        rest = taken.rest;
        if (taken.ended) {
          phase = 'size';
          return rest;
        }
      }
      return undefined;
    },
  };
}

function chunkSize(text: string): number {
  const size = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(text)?.[1];
  if (size === undefined)
    throw new HttpSyntaxError(`a chunk has the size ${JSON.stringify(text.slice(0, 40))}`);
  return Number.parseInt(size, 16);
}

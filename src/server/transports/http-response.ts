import { type ChunkedBody, createChunkedBody } from './chunked-body.ts';
import { HttpSyntaxError, parseHead, type ResponseHead } from './http-head.ts';

export interface ResponseEvents {
  onHead(head: ResponseHead): void;
  /** A part of the body, valid during the call. */
  onBody(part: Buffer): void;
  onEnd(): void;
}

/** Where a reader stands between two chunks. */
type State = 'idle' | 'head' | 'fixed' | 'chunked' | 'untilClose';

const HEAD_END = Buffer.from('\r\n\r\n');
/** A longer block of headers is an attack or a mistake. */
const LONGEST_HEAD = 65_536;

/**
 * Reads the HTTP/1.1 responses of one connection, one after another, from chunks cut anywhere. Informational
 * (1xx) responses are skipped; bodies are passed on without being copied.
 */
export class ResponseReader {
  readonly #events: ResponseEvents;
  readonly #chunked: ChunkedBody;
  #state: State = 'idle';
  #pendingHead: Buffer | undefined;
  #remaining = 0;
  #ended = false;

  constructor(events: ResponseEvents) {
    this.#events = events;
    this.#chunked = createChunkedBody((part) => events.onBody(part));
  }

  /** @throws HttpSyntaxError when the bytes are no HTTP/1.1 response, or when bytes follow its end */
  feed(chunk: Buffer): void {
    this.#ended = false;
    let rest: Buffer | undefined = chunk;
    while (rest !== undefined && rest.length > 0) {
      // One request, one answer: whoever sends more has announced the wrong length.
      if (this.#ended) throw new HttpSyntaxError('bytes follow the end of the answer');
      rest = this.#state === 'idle' || this.#state === 'head' ? this.#takeHead(rest) : this.#takeBody(rest);
    }
    if (this.#ended) this.#events.onEnd();
  }

  /** The connection ended: `complete` when that ended the body as announced, else what was missing. */
  endOfStream(): 'idle' | 'complete' | 'noAnswer' | 'truncated' {
    const state = this.#state;
    if (state === 'idle') return 'idle';
    if (state === 'head') return 'noAnswer';
    if (state !== 'untilClose') return 'truncated';
    this.#state = 'idle';
    this.#events.onEnd();
    return 'complete';
  }

  /** @returns what follows the head, undefined while the head goes on */
  #takeHead(chunk: Buffer): Buffer | undefined {
    const bytes = this.#pendingHead === undefined ? chunk : Buffer.concat([this.#pendingHead, chunk]);
    const at = bytes.indexOf(HEAD_END);
    if (at < 0) {
      if (bytes.length > LONGEST_HEAD) throw new HttpSyntaxError('the headers never end');
      this.#state = 'head';
      this.#pendingHead = Buffer.from(bytes);
      return undefined;
    }
    this.#pendingHead = undefined;
    this.#state = 'idle';
    const head = parseHead(bytes.toString('latin1', 0, at));
    if (head.status >= 200) this.#startBody(head);
    return bytes.subarray(at + HEAD_END.length);
  }

  #startBody(head: ResponseHead): void {
    const bodiless = head.status === 204 || head.status === 304;
    this.#remaining = bodiless ? 0 : (head.contentLength ?? 0);
    if (bodiless) this.#state = 'fixed';
    else this.#state = head.chunked ? 'chunked' : head.contentLength === undefined ? 'untilClose' : 'fixed';
    this.#events.onHead(head);
    if (this.#state === 'fixed' && this.#remaining === 0) this.#end();
  }

  /** @returns what follows the body, undefined while the body goes on */
  #takeBody(chunk: Buffer): Buffer | undefined {
    if (this.#state === 'untilClose') {
      this.#events.onBody(chunk);
      return undefined;
    }
    if (this.#state === 'chunked') {
      const rest = this.#chunked.feed(chunk);
      if (rest !== undefined) this.#end();
      return rest;
    }
    const part = chunk.length <= this.#remaining ? chunk : chunk.subarray(0, this.#remaining);
    this.#remaining -= part.length;
    this.#events.onBody(part);
    if (this.#remaining > 0) return undefined;
    this.#end();
    return chunk.subarray(part.length);
  }

  #end(): void {
    this.#state = 'idle';
    this.#ended = true;
  }
}

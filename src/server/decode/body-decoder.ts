import type { BodySink } from '../transport.ts';
import type { DecodedReply, DecodeResult } from './decoded-reply.ts';
import { parseReply } from './json-reply.ts';
import { ReplyScanner, type ScanRegion } from './reply-scanner.ts';
import { createScanArena, type ScanArena } from './scan-arena.ts';

/** Decodes one body while it arrives: little is left to do at the last byte. */
export interface BodyDecoder extends BodySink {
  /** Ends the body; may be called once. The vectors are the caller's own. */
  finish(): DecodeResult;
  /** Gives the body up. */
  discard(): void;
}

/** Makes decoders that share one compiled scanner. */
export function createBodyDecoders(): { start(texts: number): BodyDecoder } {
  const scanner = new ReplyScanner();
  const arena = createScanArena(scanner);
  return { start: (texts) => new ScanningDecoder(scanner, arena, texts) };
}

class ScanningDecoder implements BodyDecoder {
  readonly #scanner: ReplyScanner;
  readonly #arena: ScanArena;
  readonly #texts: number;
  #region: ScanRegion | undefined;
  /** The body, where its length is not announced or the memory cannot hold it. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  #surprised = false;

  constructor(scanner: ReplyScanner, arena: ScanArena, texts: number) {
    this.#scanner = scanner;
    this.#arena = arena;
    this.#texts = texts;
  }

  begin(expectedBytes: number | undefined): void {
    if (expectedBytes !== undefined) this.#open(expectedBytes);
  }

  push(chunk: Uint8Array): void {
    const region = this.#region;
    if (region === undefined || this.#bytes + chunk.length > region.bodyBytes) {
      this.#chunks.push(Buffer.from(chunk));
      return;
    }
    this.#scanner.write(region, this.#bytes, chunk);
    this.#bytes += chunk.length;
    if (!this.#surprised) this.#surprised = this.#scanner.feed(region, this.#bytes, false) === 'surprise';
  }

  finish(): DecodeResult {
    const late = this.#chunks;
    if (this.#region === undefined) {
      this.#chunks = [];
      const body = Buffer.concat(late);
      this.#open(body.length);
      this.push(body);
    }
    const reply = this.#scan();
    const result: DecodeResult = reply === undefined ? parseReply(this.#text()) : { ok: true, reply };
    this.discard();
    return result;
  }

  discard(): void {
    if (this.#region !== undefined) this.#arena.release(this.#region);
    this.#region = undefined;
    this.#chunks = [];
  }

  #open(bytes: number): void {
    try {
      this.#region = this.#arena.acquire(bytes, this.#texts);
      this.#scanner.begin(this.#region);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }

  #scan(): DecodedReply | undefined {
    if (this.#region === undefined || this.#surprised || this.#chunks.length > 0) return undefined;
    if (this.#scanner.feed(this.#region, this.#bytes, true) !== 'done') return undefined;
    const reply = this.#scanner.reply(this.#region);
    return { ...reply, values: reply.values.slice() };
  }

  #text(): string {
    const scanned = this.#region === undefined ? [] : [this.#scanner.body(this.#region, this.#bytes)];
    return Buffer.concat([...scanned, ...this.#chunks]).toString('utf8');
  }
}

import { wasmModule } from '../../wasm/module.ts';
import type { DecodedReply } from './decoded-reply.ts';
import { promptTokensOf } from './json-reply.ts';

/** What `src/wasm/assembly/scan.ts` exports. */
interface ScanExports {
  freeMemory(): number;
  begin(state: number): void;
  feed(
    state: number,
    body: number,
    available: number,
    final: number,
    out: number,
    outFloats: number,
    table: number,
    rows: number,
  ): number;
}

/** Byte addresses of one scan's parts in the module's memory, and their capacities. */
export interface ScanRegion {
  readonly state: number;
  /** One row of 24 bytes per vector. */
  readonly table: number;
  readonly rows: number;
  /** Decoded values, float32. */
  readonly out: number;
  readonly outFloats: number;
  /** The body as it arrives; {@link BODY_PADDING} free bytes follow. */
  readonly body: number;
  readonly bodyBytes: number;
  /** First byte behind the region. */
  readonly end: number;
}

/** Where a scan stands; `surprise` is what only `JSON.parse` can judge. */
export type ScanProgress = 'more' | 'done' | 'surprise';

const PROGRESS: readonly ScanProgress[] = ['more', 'done', 'surprise'];
const STATE_BYTES = 48;
const ROW_BYTES = 24;
const BODY_PADDING = 64;
/** The vector unit writes up to this far behind the last value. */
const OUT_PADDING = 16;
const PAGE_BYTES = 65_536;
/** Pages that the compiled module allows: 4 GiB, reserved and not committed. */
const MOST_PAGES = 65_536;

const QUOTE = 0x22;

/** A memory that scanners of several threads can share. */
export function createScanMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
}

/** Lays a region out from `base` on; no part overlaps another, values are aligned. */
export function layoutRegion(base: number, bodyBytes: number, outFloats: number, rows: number): ScanRegion {
  const state = align(base);
  const table = state + STATE_BYTES;
  const out = align(table + rows * ROW_BYTES);
  const body = align(out + outFloats * 4 + OUT_PADDING);
  return { state, table, rows, out, outFloats, body, bodyBytes, end: align(body + bodyBytes + BODY_PADDING) };
}

function align(address: number): number {
  return (address + 63) & ~63;
}

/** Grows the memory until it holds the byte before `end`. @throws RangeError when it may not grow so far */
export function growTo(memory: WebAssembly.Memory, end: number): void {
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

/**
 * The compiled scanner over one memory. Scans are independent: their state lies in their regions, so one
 * scanner serves many of them, and they may be fed in any order.
 */
export class ReplyScanner {
  readonly memory: WebAssembly.Memory;
  /** First address that regions may use. */
  readonly freeMemory: number;
  readonly #exports: ScanExports;
  #bytes: Buffer;

  constructor(memory: WebAssembly.Memory = createScanMemory()) {
    this.memory = memory;
    this.#bytes = Buffer.from(memory.buffer);
    const exactNumber = (start: number, length: number): number =>
      Number(this.#view().toString('latin1', start, start + length));
    const instance = new WebAssembly.Instance(wasmModule('scan'), { env: { memory }, host: { exactNumber } });
    this.#exports = instance.exports as unknown as ScanExports;
    this.freeMemory = this.#exports.freeMemory();
  }

  begin(region: ScanRegion): void {
    this.#exports.begin(region.state);
  }

  /** Puts a part of the body behind the `at` bytes that are there. */
  write(region: ScanRegion, at: number, part: Uint8Array): void {
    if (part.length === 0) return;
    const start = region.body + at;
    // `set` copies into shared memory byte by byte unless both ends are aligned alike, at a twentieth of the speed
    // of memory; a fill that is as long as its pattern is one plain copy.
    this.#view().fill(part, start, start + part.length);
  }

  /** Scans as far as `available` bytes allow; `final` says that no more will come. */
  feed(region: ScanRegion, available: number, final: boolean): ScanProgress {
    const { state, body, out, outFloats, table, rows } = region;
    return PROGRESS[this.#exports.feed(state, body, available, final ? 1 : 0, out, outFloats, table, rows)]!;
  }

  /** The body's bytes, a view. */
  body(region: ScanRegion, bytes: number): Buffer {
    return this.#view().subarray(region.body, region.body + bytes);
  }

  /**
   * What a scan that is `done` found. The values are a view into the region, valid until it is used again.
   */
  reply(region: ScanRegion): DecodedReply {
    const { buffer } = this.memory;
    const state = new Uint32Array(buffer, region.state, STATE_BYTES / 4);
    const [, , vectors, floats, modelStart, modelEnd, usageStart, usageEnd, , encoding] = state;
    const rows = new Uint32Array(buffer, region.table, vectors! * (ROW_BYTES / 4));
    const squares = new Float64Array(buffer, region.table, vectors! * (ROW_BYTES / 8));
    return {
      values: new Float32Array(buffer, region.out, floats),
      lengths: Int32Array.from({ length: vectors! }, (_, i) => rows[i * 6 + 1]!),
      indices: Int32Array.from({ length: vectors! }, (_, i) => rows[i * 6 + 2]!),
      squares: Float64Array.from({ length: vectors! }, (_, i) => squares[i * 3 + 2]!),
      encoding: encoding === 2 ? 'base64' : 'float',
      ...this.#tail(region.body, [modelStart!, modelEnd!], [usageStart!, usageEnd!]),
    };
  }

  /** `model` and `usage.prompt_tokens`, whose places in the body the scan noted. */
  #tail(
    body: number,
    model: readonly [number, number],
    usage: readonly [number, number],
  ): Pick<DecodedReply, 'promptTokens' | 'servedModel'> {
    const bytes = this.#view();
    const tail: { promptTokens?: number; servedModel?: string } = {};
    if (usage[1] > 0) {
      const tokens = promptTokensOf(JSON.parse(bytes.toString('utf8', body + usage[0], body + usage[1])));
      if (tokens !== undefined) tail.promptTokens = tokens;
    }
    // The scan has refused escapes, so what stands between the quotes is the string.
    if (model[1] > 0 && bytes[body + model[0]] === QUOTE) {
      tail.servedModel = bytes.toString('utf8', body + model[0] + 1, body + model[1] - 1);
    }
    return tail;
  }

  /** All of the memory, also after it has grown. */
  #view(): Buffer {
    if (this.#bytes.buffer !== this.memory.buffer) this.#bytes = Buffer.from(this.memory.buffer);
    return this.#bytes;
  }
}

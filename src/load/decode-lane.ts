import { Worker } from 'node:worker_threads';
import { OUTCOMES, type Outcome } from '../core/outcome.ts';
import { checkVectors } from '../server/decode/check-vectors.ts';
import type { DecodeResult } from '../server/decode/decoded-reply.ts';
import { parseReply } from '../server/decode/json-reply.ts';
import {
  createScanMemory,
  growTo,
  layoutRegion,
  ReplyScanner,
  type ScanRegion,
} from '../server/decode/reply-scanner.ts';
import type { BodySink } from '../server/transport.ts';
import { moduleEntry } from '../threads/module-entry.ts';
import {
  CONTROL,
  createDecodeShares,
  type DecodeShares,
  FIELD,
  FIELDS,
  FIGURE,
  FIGURES,
  MOST_SLOTS,
} from './decode-slots.ts';

/** Why a body could not be used. */
export interface DecodeFailureNote {
  readonly kind: 'malformed' | 'badVector';
  readonly message: string;
}

/** What decoding found in one body. */
export interface DecodedBody {
  readonly outcome: Outcome;
  /** 0 when the server gave none. */
  readonly tokens: number;
  readonly base64: boolean;
  /** Time on the decoding thread; waiting for it is not included. */
  readonly decodeMs: number;
  readonly normMin: number;
  readonly normMax: number;
  /** N×D in the order of the texts, where they were asked for. */
  readonly values?: Float32Array;
  readonly message?: string;
}

export interface DecodeRequest {
  readonly texts: number;
  readonly dimensions: number;
  readonly keepValues: boolean;
  readonly onDecoded: (body: DecodedBody) => void;
}

/** Takes one answer's body; exactly one of `submit` and `discard` ends it. */
export interface LaneSink extends BodySink {
  /** The body is complete: hands it to the decoding thread. */
  submit(request: DecodeRequest): void;
  discard(): void;
}

/** Brings bodies to a decoding thread and what it found back, without messages. */
export interface DecodeLane {
  open(texts: number, dimensions: number): LaneSink;
  /** Bytes that wait to be decoded. */
  readonly backlogBytes: number;
  /** Reports what has been decoded since the last call. */
  collect(): void;
  /** Bodies handed over and not yet collected. */
  readonly pending: number;
  /** Hears the first failures in words. */
  onNote: (note: DecodeFailureNote) => void;
  /** Begins another trial: forgets the slots of the one before; nothing may be pending. */
  reset(): void;
  close(): Promise<void>;
}

/** Addresses must stay positive as 32-bit integers. */
const MOST_MEMORY = 0x7fff_0000;
const LEAST_CAPACITY = 4096;

interface Slot {
  readonly number: number;
  readonly region: ScanRegion;
}

interface Pending {
  readonly slot: Slot;
  readonly request: DecodeRequest;
  readonly bytes: number;
}

export function createDecodeLane(): DecodeLane {
  return new SharedDecodeLane();
}

class SharedDecodeLane implements DecodeLane {
  backlogBytes = 0;
  onNote: (note: DecodeFailureNote) => void = () => undefined;
  readonly scanner: ReplyScanner;
  readonly #shares: DecodeShares;
  readonly #worker: Worker;
  #free: Slot[] = [];
  /** Bodies in the order they were handed over; a ring as long as the shared one. */
  readonly #pending = new Array<Pending | undefined>(MOST_SLOTS);
  #collected = 0;
  #handedOver = 0;
  #slots = 0;
  #top: number;

  constructor() {
    const memory = createScanMemory();
    this.scanner = new ReplyScanner(memory);
    this.#top = this.scanner.freeMemory;
    this.#shares = createDecodeShares(memory);
    this.#worker = new Worker(moduleEntry(import.meta.url, './decode-worker'), { workerData: this.#shares });
    this.#worker.on('message', (note: DecodeFailureNote) => this.onNote(note));
  }

  get pending(): number {
    return this.#handedOver - this.#collected;
  }

  reset(): void {
    if (this.pending > 0) throw new Error('DecodeLane.reset: bodies are still pending');
    Atomics.add(this.#shares.control, CONTROL.trial, 1);
    this.#free = [];
    this.#slots = 0;
    this.#top = this.scanner.freeMemory;
  }

  open(texts: number, dimensions: number): LaneSink {
    return new SlotSink(this, texts, dimensions);
  }

  /** A slot for a body of `bytes`; undefined when there is no room left. */
  acquire(bytes: number, texts: number, dimensions: number): Slot | undefined {
    const fits = ({ region }: Slot): boolean =>
      region.bodyBytes >= bytes && region.rows >= texts && region.outFloats >= texts * dimensions;
    const at = this.#free.findLastIndex(fits);
    if (at >= 0) return this.#free.splice(at, 1)[0]!;
    if (this.#slots === MOST_SLOTS) return undefined;
    // Bodies of one cell differ by a few per cent; a quarter more room lets one slot serve them all.
    const capacity = Math.max(LEAST_CAPACITY, Math.ceil((bytes * 1.25) / LEAST_CAPACITY) * LEAST_CAPACITY);
    const region = layoutRegion(this.#top, capacity, texts * dimensions, texts);
    if (region.end > MOST_MEMORY) return undefined;
    growTo(this.#shares.memory, region.end);
    this.#top = region.end;
    const slot = { number: this.#slots++, region };
    this.#describe(slot);
    return slot;
  }

  release(slot: Slot): void {
    this.#free.push(slot);
  }

  handOver(slot: Slot, bytes: number, request: DecodeRequest): void {
    const { control, ring, slots } = this.#shares;
    const base = slot.number * FIELDS;
    slots[base + FIELD.bodyBytes] = bytes;
    slots[base + FIELD.texts] = request.texts;
    slots[base + FIELD.dimensions] = request.dimensions;
    this.#pending[this.#handedOver % MOST_SLOTS] = { slot, request, bytes };
    ring[this.#handedOver % MOST_SLOTS] = slot.number;
    this.#handedOver++;
    this.backlogBytes += bytes;
    Atomics.store(control, CONTROL.handedOver, this.#handedOver);
    if (Atomics.load(control, CONTROL.asleep) === 1) Atomics.notify(control, CONTROL.handedOver);
  }

  collect(): void {
    const decoded = Atomics.load(this.#shares.control, CONTROL.decoded);
    while (this.#collected < decoded) {
      const at = this.#collected++ % MOST_SLOTS;
      const { slot, request, bytes } = this.#pending[at]!;
      this.#pending[at] = undefined;
      this.backlogBytes -= bytes;
      const body = this.#found(slot, request);
      this.release(slot);
      request.onDecoded(body);
    }
  }

  async close(): Promise<void> {
    Atomics.store(this.#shares.control, CONTROL.stop, 1);
    Atomics.notify(this.#shares.control, CONTROL.handedOver);
    await this.#worker.terminate();
  }

  #describe({ number, region }: Slot): void {
    const { slots } = this.#shares;
    const base = number * FIELDS;
    slots[base + FIELD.state] = region.state;
    slots[base + FIELD.table] = region.table;
    slots[base + FIELD.rows] = region.rows;
    slots[base + FIELD.out] = region.out;
    slots[base + FIELD.outFloats] = region.outFloats;
    slots[base + FIELD.body] = region.body;
    slots[base + FIELD.capacity] = region.bodyBytes;
    slots[base + FIELD.end] = region.end;
  }

  #found({ number, region }: Slot, request: DecodeRequest): DecodedBody {
    const { slots, figures, memory } = this.#shares;
    const field = number * FIELDS;
    const figure = number * FIGURES;
    const outcome = OUTCOMES[slots[field + FIELD.outcome]!]!;
    const found = {
      outcome,
      tokens: slots[field + FIELD.tokens]!,
      base64: slots[field + FIELD.encoding] === 1,
      decodeMs: figures[figure + FIGURE.decodeMs]!,
      normMin: figures[figure + FIGURE.normMin]!,
      normMax: figures[figure + FIGURE.normMax]!,
    };
    if (!request.keepValues || outcome !== 'ok') return found;
    const values = new Float32Array(memory.buffer, region.out, request.texts * request.dimensions);
    return { ...found, values: values.slice() };
  }
}

class SlotSink implements LaneSink {
  readonly #lane: SharedDecodeLane;
  readonly #texts: number;
  readonly #dimensions: number;
  #slot: Slot | undefined;
  #bytes = 0;
  /** The body, where its length was not announced or there is no slot for it. */
  #chunks: Buffer[] | undefined;

  constructor(lane: SharedDecodeLane, texts: number, dimensions: number) {
    this.#lane = lane;
    this.#texts = texts;
    this.#dimensions = dimensions;
  }

  begin(expectedBytes: number | undefined): void {
    if (expectedBytes !== undefined) {
      this.#slot = this.#lane.acquire(expectedBytes, this.#texts, this.#dimensions);
    }
    if (this.#slot === undefined) this.#chunks = [];
  }

  push(chunk: Uint8Array): void {
    if (this.#slot === undefined) this.#chunks!.push(Buffer.from(chunk));
    else this.#lane.scanner.write(this.#slot.region, this.#bytes, chunk);
    this.#bytes += chunk.length;
  }

  submit(request: DecodeRequest): void {
    if (this.#slot === undefined) this.#moveToSlot();
    if (this.#slot === undefined) request.onDecoded(decodeHere(this.#chunks ?? [], request));
    else this.#lane.handOver(this.#slot, this.#bytes, request);
    this.#slot = undefined;
    this.#chunks = undefined;
  }

  discard(): void {
    if (this.#slot !== undefined) this.#lane.release(this.#slot);
    this.#slot = undefined;
    this.#chunks = undefined;
  }

  #moveToSlot(): void {
    const slot = this.#lane.acquire(this.#bytes, this.#texts, this.#dimensions);
    if (slot === undefined) return;
    let at = 0;
    for (const chunk of this.#chunks ?? []) {
      this.#lane.scanner.write(slot.region, at, chunk);
      at += chunk.length;
    }
    this.#slot = slot;
  }
}

/** The way out when there is no memory to share: slow, on this thread, and right. */
function decodeHere(chunks: readonly Buffer[], request: DecodeRequest): DecodedBody {
  return judgeReply(() => parseReply(Buffer.concat(chunks).toString('utf8')), request);
}

/** Decodes and checks on the calling thread. */
export function judgeReply(decode: () => DecodeResult, request: DecodeRequest): DecodedBody {
  const startMs = performance.now();
  const result = decode();
  const checked = result.ok ? checkVectors(result.reply, request.texts) : result;
  const decodeMs = performance.now() - startMs;
  const failed = { tokens: 0, base64: false, decodeMs, normMin: Number.NaN, normMax: Number.NaN };
  if (!result.ok) return { ...failed, outcome: result.kind, message: result.message };
  if ('ok' in checked) return { ...failed, outcome: checked.kind, message: checked.message };
  if (checked.dimensions !== request.dimensions) {
    const message = `vectors of ${checked.dimensions} dimensions came back, ${request.dimensions} were asked for`;
    return { ...failed, outcome: 'badVector', message };
  }
  return {
    outcome: 'ok',
    tokens: result.reply.promptTokens ?? 0,
    base64: result.reply.encoding === 'base64',
    decodeMs,
    normMin: checked.normMin,
    normMax: checked.normMax,
    ...(request.keepValues ? { values: checked.values } : {}),
  };
}

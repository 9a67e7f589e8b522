import type { Clock } from '../core/clock.ts';
import type { FailureKind } from '../core/outcome.ts';
import { readReply } from '../server/decode/json-reply.ts';
import type { EmbeddingFields, Exchange, PreparedRequest, Transport } from '../server/transport.ts';
import { type DecodedBody, type DecodeLane, judgeReply, type LaneSink } from './decode-lane.ts';
import { createInFlightMeter, type InFlightMeter } from './in-flight-meter.ts';
import { OUTCOME_CODES, SampleRecorder } from './sample-recorder.ts';
import { hashText } from './text-ledger.ts';
import type { TextStream } from './text-stream.ts';

export interface PumpOptions {
  readonly transport: Transport;
  /** Undefined for transports that parse the body themselves. */
  readonly lane: DecodeLane | undefined;
  readonly clock: Clock;
  /** Clock reading that the sample table counts from. */
  readonly originMs: number;
  readonly stream: TextStream;
  readonly fieldsOf: (prompts: readonly string[]) => EmbeddingFields;
  /** Width that every vector must have. */
  readonly dimensions: number;
  /** A request has ended, well or not; `failed` says that no answer of any kind came. */
  readonly onEnded: (failed: boolean) => void;
}

/** What the vectors of a trial looked like. */
export interface VectorFigures {
  checked: number;
  base64: number;
  normMin: number;
  normMax: number;
}

/** Vectors under load, to be compared with those of the same prompts alone. */
export interface Sentinel {
  readonly prompts: readonly string[];
  /** N×D in the order of the prompts. */
  readonly values: Float32Array;
}

/** A request's body, ready to be sent, with its texts. */
interface Loaded {
  readonly request: PreparedRequest;
  readonly prompts: readonly string[];
  /** Its vectors are kept. */
  readonly sentinel: boolean;
}

/** Bodies that may wait for the decoding thread before sending pauses. */
const MOST_BACKLOG_BYTES = 64 << 20;
/** The first request of a window is a sentinel, then every so many, and at most so many. */
const SENTINEL_EVERY = 20;
const MOST_SENTINELS = 8;

/**
 * Sends requests and writes down what becomes of them. When to send is the loop's business; the next request
 * lies ready before it is due, so that building it never delays it.
 */
export class RequestPump {
  readonly recorder = new SampleRecorder();
  readonly meter: InFlightMeter;
  readonly vectors: VectorFigures = { checked: 0, base64: 0, normMin: Number.POSITIVE_INFINITY, normMax: 0 };
  /** First message of every kind of failure. */
  readonly messages = new Map<FailureKind, string>();
  readonly sentinels: Sentinel[] = [];
  /** Rows in the order in which they were answered well. */
  #answered = new Uint32Array(4096);
  #answeredCount = 0;
  #hashes = new Uint32Array(8192);
  #hashCount = 0;
  #next: Loaded;
  #sentinelsChosen = 0;
  /** Row from which on the next request is a sentinel. */
  #sentinelFrom = Number.POSITIVE_INFINITY;
  readonly #options: PumpOptions;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.meter = createInFlightMeter(options.clock.nowMs);
    if (options.lane !== undefined) options.lane.onNote = ({ kind, message }) => this.#note(kind, message);
    this.#next = this.#load();
  }

  /** False while the decoding thread is too far behind: sending on would only fill memory. */
  get ready(): boolean {
    return (this.#options.lane?.backlogBytes ?? 0) < MOST_BACKLOG_BYTES;
  }

  get answered(): Uint32Array {
    return this.#answered.subarray(0, this.#answeredCount);
  }

  /** Hashes of the texts that were sent, two words each. */
  get textHashes(): Uint32Array {
    return this.#hashes.slice(0, this.#hashCount);
  }

  /** From here on the vectors of a few requests are kept. */
  wantSentinels(): void {
    this.#sentinelFrom = this.recorder.length;
  }

  /** @param intendedMs when it was due, from the origin; undefined in a closed loop: it is due when it is sent */
  send(intendedMs: number | undefined): void {
    const loaded = this.#next;
    const { request, prompts } = loaded;
    const row = this.recorder.add(intendedMs ?? Number.NaN, prompts.length);
    const sink = this.#options.lane?.open(prompts.length, this.#options.dimensions);
    this.meter.change(1);
    this.#options.transport.send(request, sink ?? NO_SINK, (exchange) => {
      this.#onEnd(row, loaded, exchange, sink);
    });
    this.#enterTexts(prompts);
    this.#next = this.#load();
  }

  /** Writes down a request that was due and never got its turn. */
  neverSent(intendedMs: number, outcome: 'timeout' | 'cancelled'): void {
    const row = this.recorder.add(intendedMs, this.#next.prompts.length);
    this.recorder.columns.outcome[row] = OUTCOME_CODES[outcome];
    this.#note(
      outcome,
      'due, and not sent within the time limit: as many requests as allowed were in flight',
    );
  }

  /** The prompts' vectors when nothing else is in flight, outside of the samples; undefined when that fails. */
  async sendAlone(prompts: readonly string[]): Promise<Float32Array | undefined> {
    const { transport, lane, fieldsOf } = this.#options;
    const sink = lane?.open(prompts.length, this.#options.dimensions);
    const request = transport.prepare(fieldsOf(prompts));
    const exchange = await new Promise<Exchange>((resolve) =>
      transport.send(request, sink ?? NO_SINK, resolve),
    );
    if (exchange.outcome !== 'ok') {
      sink?.discard();
      this.#note(exchange.outcome, exchange.message);
      return undefined;
    }
    return new Promise((resolve) => {
      this.#decode(exchange, sink, { prompts, sentinel: true }, (body) => {
        if (body.outcome !== 'ok') this.#note(body.outcome, body.message);
        resolve(body.values);
      });
    });
  }

  #load(): Loaded {
    const { transport, stream, fieldsOf } = this.#options;
    const sentinel = this.recorder.length >= this.#sentinelFrom && this.#sentinelsChosen < MOST_SENTINELS;
    if (sentinel) {
      this.#sentinelsChosen++;
      this.#sentinelFrom = this.recorder.length + SENTINEL_EVERY;
    }
    const prompts = stream.next();
    return { request: transport.prepare(fieldsOf(prompts)), prompts, sentinel };
  }

  #onEnd(row: number, loaded: Loaded, exchange: Exchange, sink: LaneSink | undefined): void {
    const { columns } = this.recorder;
    const { originMs } = this.#options;
    this.meter.change(-1);
    columns.sentMs[row] = exchange.sentMs - originMs;
    if (Number.isNaN(columns.intendedMs[row]!)) columns.intendedMs[row] = columns.sentMs[row]!;
    columns.headersMs[row] = exchange.headersMs - originMs;
    columns.lastByteMs[row] = exchange.lastByteMs - originMs;
    columns.bytes[row] = exchange.bodyBytes;
    columns.outcome[row] = OUTCOME_CODES[exchange.outcome];
    if (exchange.outcome === 'ok') {
      this.#markAnswered(row);
      this.#decode(exchange, sink, loaded, (body) => this.#onDecoded(row, loaded, body));
    } else {
      sink?.discard();
      this.#note(exchange.outcome, exchange.message);
    }
    this.#options.onEnded(exchange.status === undefined);
  }

  #decode(
    exchange: Exchange,
    sink: LaneSink | undefined,
    { prompts, sentinel }: Pick<Loaded, 'prompts' | 'sentinel'>,
    onDecoded: (body: DecodedBody) => void,
  ): void {
    const { dimensions } = this.#options;
    const request = { texts: prompts.length, dimensions, keepValues: sentinel, onDecoded };
    if (sink !== undefined) sink.submit(request);
    else onDecoded(judgeReply(() => readReply(exchange.parsed), request));
  }

  #onDecoded(row: number, { prompts }: Loaded, body: DecodedBody): void {
    const { columns } = this.recorder;
    columns.decodedMs[row] = columns.lastByteMs[row]! + body.decodeMs;
    columns.tokens[row] = body.tokens;
    columns.outcome[row] = OUTCOME_CODES[body.outcome];
    if (body.outcome !== 'ok') {
      this.#note(body.outcome, body.message);
      return;
    }
    const { vectors } = this;
    vectors.checked += columns.texts[row]!;
    if (body.base64) vectors.base64 += columns.texts[row]!;
    vectors.normMin = Math.min(vectors.normMin, body.normMin);
    vectors.normMax = Math.max(vectors.normMax, body.normMax);
    if (body.values !== undefined) this.sentinels.push({ prompts, values: body.values });
  }

  #note(kind: Exchange['outcome'], message: string | undefined): void {
    if (kind !== 'ok' && message !== undefined && !this.messages.has(kind)) this.messages.set(kind, message);
  }

  #markAnswered(row: number): void {
    if (this.#answeredCount === this.#answered.length) this.#answered = doubled(this.#answered);
    this.#answered[this.#answeredCount++] = row;
  }

  #enterTexts(prompts: readonly string[]): void {
    while (this.#hashCount + prompts.length * 2 > this.#hashes.length) this.#hashes = doubled(this.#hashes);
    for (const prompt of prompts) {
      hashText(prompt, this.#hashes, this.#hashCount);
      this.#hashCount += 2;
    }
  }
}

/** For transports that keep the body to themselves. */
const NO_SINK = { begin: () => undefined, push: () => undefined };

function doubled(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2);
  larger.set(words);
  return larger;
}

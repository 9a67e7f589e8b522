import type { Encoding } from '../core/axes.ts';
import type { Clock } from '../core/clock.ts';
import type { Outcome } from '../core/outcome.ts';

/** The JSON body of `POST /v1/embeddings`. */
export interface EmbeddingFields {
  readonly model: string;
  readonly input: readonly string[];
  readonly encoding_format: Encoding;
  readonly dimensions?: number;
  readonly [extra: string]: unknown;
}

/** A request made ready ahead of its due time, in the form its own transport sends. */
export interface PreparedRequest {
  readonly fields: EmbeddingFields;
  /** What goes over the wire; empty where the transport serialises by itself when it sends. */
  readonly bytes: Uint8Array;
}

/** Takes the body of a 200 answer as it arrives. Other answers never reach it. */
export interface BodySink {
  /** @param expectedBytes the announced length, when there is one */
  begin(expectedBytes: number | undefined): void;
  /** The chunk is only valid during the call. */
  push(chunk: Uint8Array): void;
}

/** How one request ended, with the transport's stamps. `ok` means status 200 and a complete body. */
export interface Exchange {
  readonly outcome: Outcome;
  readonly status?: number;
  /** What went wrong, in a sentence, without secrets. */
  readonly message?: string;
  /** Clock readings in milliseconds; NaN where the moment never came. */
  readonly sentMs: number;
  readonly headersMs: number;
  readonly lastByteMs: number;
  /** Bytes of the body that arrived. */
  readonly bodyBytes: number;
  /** The body as an object, from transports that parse it themselves and fill no sink. */
  readonly parsed?: unknown;
  /** When a transport that parses by itself had the object. */
  readonly parsedMs?: number;
}

/** Ends an exchange before its time; its outcome is then `cancelled`. */
export type CancelExchange = () => void;

export interface TransportOptions {
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** From sending to the last byte; later answers are time-outs. */
  readonly timeoutMs: number;
  /** Connections kept; requests beyond open further ones where the transport can, and wait where it cannot. */
  readonly connections: number;
  readonly clock: Clock;
  /** HTTP proxy for this URL, when there is one. */
  readonly proxyUrl?: string;
}

/**
 * How requests travel. A transport sends each request exactly once, never retries, and reports each one
 * exactly once.
 */
export interface Transport {
  /** Sockets opened so far, this transport's whole life. */
  readonly socketsOpened: number;
  /** Opens all connections before they are needed, so that no measured request pays for one. */
  open(): Promise<void>;
  prepare(fields: EmbeddingFields): PreparedRequest;
  /** `done` is called once, never before `send` returns. */
  send(request: PreparedRequest, sink: BodySink, done: (exchange: Exchange) => void): CancelExchange;
  /** Cancels what is in flight and closes every socket. */
  close(): Promise<void>;
}

/** The route that all transports post to. */
export function embeddingsUrl(baseUrl: string): URL {
  return new URL(`${baseUrl.replace(/\/+$/, '')}/embeddings`);
}

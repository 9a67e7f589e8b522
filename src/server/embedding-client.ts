import type { Encoding } from '../core/axes.ts';
import type { Clock } from '../core/clock.ts';
import type { FailureKind } from '../core/outcome.ts';
import { type BodyDecoder, createBodyDecoders } from './decode/body-decoder.ts';
import { checkVectors } from './decode/check-vectors.ts';
import type { DecodedReply } from './decode/decoded-reply.ts';
import type { EmbeddingFields, Exchange, Transport } from './transport.ts';
import { createWireTransport } from './transports/wire-transport.ts';

export interface EmbeddingRequest {
  /** The full prompts, instruction included. */
  readonly texts: readonly string[];
  /** Width to ask for; absent: the field is not sent and the server answers at its native width. */
  readonly dimensions?: number;
  readonly encoding: Encoding;
  /** Further fields of the request body. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Checked vectors in the order of the texts, or why there are none. */
export type EmbeddingReply =
  | {
      readonly ok: true;
      /** N×D, row-major, in the order of the request's texts. */
      readonly vectors: Float32Array;
      readonly count: number;
      readonly dimensions: number;
      /** `usage.prompt_tokens`, when the server gave it. */
      readonly promptTokens?: number;
      /** `model` as the server names it. */
      readonly servedModel?: string;
      readonly bodyBytes: number;
      /** What came back, which need not be what was asked for. */
      readonly encodingReturned: Encoding;
      /** `index` of every item in the order of the body. */
      readonly indices: Int32Array;
      /** Send → header block. */
      readonly headersMs: number;
      /** Send → last byte. */
      readonly serviceMs: number;
    }
  | {
      readonly ok: false;
      readonly kind: FailureKind;
      /** HTTP status, when an answer came. */
      readonly status?: number;
      /** What went wrong, without secrets. */
      readonly message: string;
    };

/** Asks a server for vectors. Sends every request exactly once; whoever wants retries writes them. */
export interface EmbeddingClient {
  /** Never rejects: failures are replies, an aborted signal gives `cancelled`. */
  embed(request: EmbeddingRequest, signal?: AbortSignal): Promise<EmbeddingReply>;
  close(): Promise<void>;
}

export interface EmbeddingClientOptions {
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Connections kept open; 16 by default. */
  readonly connections?: number;
  readonly clock: Clock;
  /** HTTP proxy for this URL, when there is one. */
  readonly proxyUrl?: string;
}

export function createEmbeddingClient(options: EmbeddingClientOptions): EmbeddingClient {
  const transport = createWireTransport({ ...options, connections: options.connections ?? 16 });
  const decoders = createBodyDecoders();
  return {
    embed: (request, signal) => {
      const decoder = decoders.start(request.texts.length);
      return embed(transport, decoder, fieldsOf(options.model, request), signal);
    },
    close: () => transport.close(),
  };
}

function fieldsOf(model: string, request: EmbeddingRequest): EmbeddingFields {
  return {
    model,
    input: request.texts,
    encoding_format: request.encoding,
    ...(request.dimensions === undefined ? {} : { dimensions: request.dimensions }),
    ...request.extra,
  };
}

async function embed(
  transport: Transport,
  decoder: BodyDecoder,
  fields: EmbeddingFields,
  signal: AbortSignal | undefined,
): Promise<EmbeddingReply> {
  if (signal?.aborted) return { ok: false, kind: 'cancelled', message: 'cancelled before it was sent' };
  const exchange = await new Promise<Exchange>((resolve) => {
    const cancel = transport.send(transport.prepare(fields), decoder, (ended) => {
      signal?.removeEventListener('abort', cancel);
      resolve(ended);
    });
    signal?.addEventListener('abort', cancel, { once: true });
  });
  const { outcome, status, message } = exchange;
  if (outcome !== 'ok') {
    decoder.discard();
    return {
      ok: false,
      kind: outcome,
      ...(status === undefined ? {} : { status }),
      message: message ?? outcome,
    };
  }
  const decoded = decoder.finish();
  if (!decoded.ok) return { ok: false, kind: decoded.kind, message: decoded.message, status: 200 };
  return checkedReply(decoded.reply, fields.input.length, exchange);
}

function checkedReply(reply: DecodedReply, texts: number, exchange: Exchange): EmbeddingReply {
  const checked = checkVectors(reply, texts);
  if ('ok' in checked) return { ok: false, kind: checked.kind, message: checked.message, status: 200 };
  return {
    ok: true,
    vectors: checked.values,
    count: texts,
    dimensions: checked.dimensions,
    ...(reply.promptTokens === undefined ? {} : { promptTokens: reply.promptTokens }),
    ...(reply.servedModel === undefined ? {} : { servedModel: reply.servedModel }),
    bodyBytes: exchange.bodyBytes,
    encodingReturned: reply.encoding,
    indices: reply.indices,
    headersMs: exchange.headersMs - exchange.sentMs,
    serviceMs: exchange.lastByteMs - exchange.sentMs,
  };
}

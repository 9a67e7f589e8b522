import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { CreateEmbeddingResponse, EmbeddingCreateParams } from 'openai/resources/embeddings';
import { Agent } from 'undici';
import type { Outcome } from '../../core/outcome.ts';
import type {
  CancelExchange,
  EmbeddingFields,
  Exchange,
  PreparedRequest,
  Transport,
  TransportOptions,
} from '../transport.ts';
import { errorMessage, redact, secretsOf } from './error-message.ts';
import { connectionFailure, outcomeOfStatus } from './failure.ts';
import { requestHeaders } from './request-headers.ts';

/** The moment of the SDK's own fetch that it shows, and what its errors leave out. */
interface Witness {
  headersMs: number;
  status: number | undefined;
  bodyBytes: number;
  errorText: string | undefined;
}

const WITNESS = Symbol('witness of one SDK call');
type WitnessedInit = RequestInit & { [WITNESS]?: Witness };

/**
 * The vendor's SDK as a user gets it: its serialising, its fetch and its JSON parsing, with retries off and the
 * encoding explicit (left to itself, version 6 asks for base64 and decodes whatever comes back). `sent` is the
 * call, `headers` the moment its fetch resolved; it hides the last byte, so that stamp is when the call
 * resolved, parsing included.
 */
export function createOpenaiTransport(options: TransportOptions): Transport {
  const secrets = secretsOf(options.apiKey, options.headers ?? {});
  const inFlight = new Set<CancelExchange>();
  // Node's own fetch on connections of our own: as fast, but counted, and closed at the end.
  const agent = new Agent();
  const connectedFetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> =>
    fetch(url, { ...init, dispatcher: agent } as unknown as RequestInit);
  let socketsOpened = 0;
  agent.on('connect', () => {
    socketsOpened++;
  });
  const client = new OpenAI({
    apiKey: options.apiKey ?? 'EMPTY',
    baseURL: options.baseUrl,
    maxRetries: 0,
    // The SDK's own timer ends at the headers; the one below ends at the last byte.
    timeout: options.timeoutMs + 60_000,
    defaultHeaders: requestHeaders(options),
    logLevel: 'off',
    fetch: (url, init) => witnessed(connectedFetch, url, init, options),
  });
  return {
    get socketsOpened() {
      return socketsOpened;
    },
    open: async () => {
      const greet = () => connectedFetch(`${options.baseUrl}/models`).then((it) => it.text());
      await Promise.allSettled(Array.from({ length: options.connections }, greet));
    },
    prepare: (fields: EmbeddingFields): PreparedRequest => ({ fields, bytes: new Uint8Array(0) }),
    send: (request, _sink, done) => {
      const call = startCall(client, request.fields, options, secrets, (exchange) => {
        inFlight.delete(call);
        done(exchange);
      });
      inFlight.add(call);
      return call;
    },
    close: async () => {
      for (const cancel of inFlight) cancel();
      await agent.destroy();
    },
  };
}

async function witnessed(
  connectedFetch: typeof fetch,
  url: string | URL | Request,
  init: WitnessedInit | undefined,
  options: TransportOptions,
): Promise<Response> {
  const response = await connectedFetch(url, init);
  const witness = init?.[WITNESS];
  if (witness === undefined) return response;
  witness.headersMs = options.clock.nowMs();
  witness.status = response.status;
  witness.bodyBytes = Number(response.headers.get('content-length') ?? 0);
  if (!response.ok) witness.errorText = await response.clone().text();
  return response;
}

function startCall(
  client: OpenAI,
  fields: EmbeddingFields,
  options: TransportOptions,
  secrets: readonly string[],
  done: (exchange: Exchange) => void,
): CancelExchange {
  const { clock, timeoutMs } = options;
  const controller = new AbortController();
  const witness: Witness = { headersMs: Number.NaN, status: undefined, bodyBytes: 0, errorText: undefined };
  const fetchOptions: object = { [WITNESS]: witness };
  let ended = false;
  const sentMs = clock.nowMs();
  const finish = (outcome: Outcome, lastByteMs: number, rest: Partial<Exchange> = {}): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    const status = witness.status === undefined ? {} : { status: witness.status };
    const { headersMs, bodyBytes } = witness;
    done({ outcome, ...status, sentMs, headersMs, lastByteMs, bodyBytes, ...rest });
  };
  const stop = (outcome: Outcome, message: string): void => {
    finish(outcome, Number.NaN, { message });
    controller.abort();
  };
  const timer = setTimeout(() => stop('timeout', `no complete answer within ${timeoutMs} ms`), timeoutMs);
  const body = fields as unknown as EmbeddingCreateParams;
  client.embeddings.create(body, { signal: controller.signal, fetchOptions }).then(
    (parsed: CreateEmbeddingResponse) => {
      const nowMs = clock.nowMs();
      finish('ok', nowMs, { parsed, parsedMs: nowMs });
    },
    (error: unknown) => {
      const { outcome, message } = failureOf(error, witness, secrets);
      finish(outcome, clock.nowMs(), { message });
    },
  );
  return () => stop('cancelled', 'cancelled');
}

function failureOf(
  error: unknown,
  witness: Witness,
  secrets: readonly string[],
): { outcome: Outcome; message: string } {
  const { status } = witness;
  if (error instanceof APIError && !(error instanceof APIConnectionError) && status !== undefined) {
    return {
      outcome: outcomeOfStatus(status),
      message: errorMessage(status, witness.errorText ?? error.message, secrets),
    };
  }
  if (error instanceof SyntaxError) {
    return { outcome: 'malformed', message: redact(`the body is not JSON: ${error.message}`, secrets) };
  }
  const cause = rootOf(error);
  const failure = connectionFailure(cause, status === undefined ? 'waiting' : 'body');
  return { outcome: failure.kind, message: redact(failure.message, secrets) };
}

/** The first error of a chain of causes: the SDK and fetch both wrap it. */
function rootOf(error: unknown): Error {
  let at = error instanceof Error ? error : new Error(String(error));
  while (at.cause instanceof Error) at = at.cause;
  return at;
}

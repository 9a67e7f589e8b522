import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { Outcome } from '../../core/outcome.ts';
import {
  type BodySink,
  type CancelExchange,
  type EmbeddingFields,
  type Exchange,
  embeddingsUrl,
  type PreparedRequest,
  type Transport,
  type TransportOptions,
} from '../transport.ts';
import { errorMessage, redact, secretsOf } from './error-message.ts';
import { connectionFailure, outcomeOfStatus } from './failure.ts';
import { requestHeaders } from './request-headers.ts';

/** Servers of the uvicorn family close idle sockets after 5 s; a socket is not trusted that long. */
const IDLE_MS = 4000;
/** Most of a failed answer's body that is kept for its message. */
const ERROR_BODY_BYTES = 65_536;

/**
 * undici's dispatcher below its request API: TLS, proxies, and the cross-check of the `wire` transport. With
 * all connections busy, further requests wait inside undici; they count as sent when they reach a socket.
 */
export function createUndiciTransport(options: TransportOptions): Transport {
  const url = embeddingsUrl(options.baseUrl);
  const headers = requestHeaders(options);
  const secrets = secretsOf(options.apiKey, options.headers ?? {});
  const dispatcher = createDispatcher(url, options);
  const inFlight = new Set<CancelExchange>();
  let socketsOpened = 0;
  dispatcher.on('connect', () => {
    socketsOpened++;
  });
  const transport: Transport = {
    get socketsOpened() {
      return socketsOpened;
    },
    open: async () => {
      const probes = Array.from({ length: options.connections }, () => openOne(dispatcher, url));
      await Promise.allSettled(probes);
    },
    prepare: (fields: EmbeddingFields): PreparedRequest => ({
      fields,
      bytes: Buffer.from(JSON.stringify(fields)),
    }),
    send: (request, sink, done) => {
      const { handler, stop } = trackExchange(sink, options, secrets, (exchange) => {
        inFlight.delete(cancel);
        done(exchange);
      });
      const cancel: CancelExchange = () => stop('cancelled', 'cancelled');
      inFlight.add(cancel);
      dispatcher.dispatch(
        { origin: url.origin, path: url.pathname + url.search, method: 'POST', headers, body: request.bytes },
        handler,
      );
      return cancel;
    },
    close: async () => {
      for (const cancel of inFlight) cancel();
      await dispatcher.destroy();
    },
  };
  return transport;
}

function createDispatcher(url: URL, options: TransportOptions): Dispatcher {
  const settings = {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: options.timeoutMs,
  };
  if (options.proxyUrl !== undefined) return new ProxyAgent({ uri: options.proxyUrl, ...settings });
  return new Pool(url.origin, settings);
}

/** Makes the pool open a connection, with the cheapest request there is; what it answers does not matter. */
function openOne(dispatcher: Dispatcher, url: URL): Promise<void> {
  return dispatcher
    .request({ origin: url.origin, path: url.pathname.replace(/embeddings$/, 'models'), method: 'GET' })
    .then(({ body }) => body.dump());
}

/** One request on its way through undici's callbacks. */
function trackExchange(
  sink: BodySink,
  options: TransportOptions,
  secrets: readonly string[],
  done: (exchange: Exchange) => void,
): { readonly handler: Dispatcher.DispatchHandler; stop(outcome: Outcome, message: string): void } {
  const { clock } = options;
  const errorBody: Buffer[] = [];
  let controller: Dispatcher.DispatchController | undefined;
  let ended = false;
  let status = 0;
  let bodyBytes = 0;
  let sentMs = Number.NaN;
  let headersMs = Number.NaN;
  const finish = (outcome: Outcome, lastByteMs: number, message?: string): void => {
    ended = true;
    clearTimeout(timer);
    const said = message === undefined ? {} : { message: redact(message, secrets) };
    const answered = status === 0 ? {} : { status };
    done({ outcome, ...answered, ...said, sentMs, headersMs, lastByteMs, bodyBytes });
  };
  const stop = (outcome: Outcome, message: string): void => {
    if (ended) return;
    finish(outcome, Number.NaN, message);
    controller?.abort(new Error(message));
  };
  const timer = setTimeout(
    () => stop('timeout', `no complete answer within ${options.timeoutMs} ms`),
    options.timeoutMs,
  );
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (its) => {
      controller = its;
      if (ended) its.abort(new Error('cancelled'));
      else sentMs = clock.nowMs();
    },
    onResponseStart: (_, its, headers) => {
      if (ended || its < 200) return;
      headersMs = clock.nowMs();
      status = its;
      const length = headers['content-length'];
      if (status === 200) sink.begin(typeof length === 'string' ? Number(length) : undefined);
    },
    onResponseData: (_, chunk) => {
      if (ended) return;
      bodyBytes += chunk.length;
      if (status === 200) sink.push(chunk);
      else if (bodyBytes <= ERROR_BODY_BYTES) errorBody.push(chunk);
    },
    onResponseEnd: () => {
      if (ended) return;
      const lastByteMs = clock.nowMs();
      if (status === 200) finish('ok', lastByteMs);
      else {
        const said = Buffer.concat(errorBody).toString('utf8');
        finish(outcomeOfStatus(status), lastByteMs, errorMessage(status, said, secrets));
      }
    },
    onResponseError: (_, error) => {
      if (ended) return;
      const progress = status !== 0 ? 'body' : Number.isNaN(sentMs) ? 'connecting' : 'waiting';
      const failure = connectionFailure(error, progress);
      finish(failure.kind, Number.NaN, failure.message);
    },
  };
  return { handler, stop };
}

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { UsageError } from '../../core/errors.ts';
import {
  type CancelExchange,
  type EmbeddingFields,
  embeddingsUrl,
  type PreparedRequest,
  type Transport,
  type TransportOptions,
} from '../transport.ts';
import { secretsOf } from './error-message.ts';
import { requestHeaders } from './request-headers.ts';
import { createUndiciTransport } from './undici-transport.ts';
import { type ConnectionHost, WireConnection } from './wire-connection.ts';

/** Servers of the uvicorn family close idle sockets after 5 s; a socket is not trusted that long. */
const IDLE_MS = 4000;
/** Large enough that a body of floats takes few system calls. */
const RECEIVE_BYTES = 1 << 20;

/**
 * The measuring default: HTTP/1.1 on plain keep-alive sockets that read into one reused buffer. Where that
 * cannot work, over TLS and through proxies, undici's dispatcher takes its place.
 *
 * @throws UsageError when a configured header cannot be sent
 */
export function createWireTransport(options: TransportOptions): Transport {
  const url = embeddingsUrl(options.baseUrl);
  if (url.protocol !== 'http:' || options.proxyUrl !== undefined) return createUndiciTransport(options);
  const head = requestHead(url, options);
  const idle: WireConnection[] = [];
  const all = new Set<WireConnection>();
  let socketsOpened = 0;

  const host: ConnectionHost = {
    options,
    url,
    secrets: secretsOf(options.apiKey, options.headers ?? {}),
    receiveBuffer: Buffer.allocUnsafeSlow(RECEIVE_BYTES),
    onFree: (connection) => void idle.push(connection),
    onGone: (connection) => {
      all.delete(connection);
      const at = idle.lastIndexOf(connection);
      if (at >= 0) idle.splice(at, 1);
    },
  };

  const dial = (): WireConnection => {
    const connection = new WireConnection(host);
    socketsOpened++;
    all.add(connection);
    return connection;
  };

  /** The connection used last, or a new one: those below it have been idle even longer. */
  const take = (): WireConnection => {
    const freshAfterMs = options.clock.nowMs() - IDLE_MS;
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      if (last.idleSinceMs > freshAfterMs) return last;
      last.abort('cancelled', 'idle for too long');
    }
    return dial();
  };

  return {
    get socketsOpened() {
      return socketsOpened;
    },
    open: async () => {
      const missing = Math.max(0, options.connections - all.size);
      const fresh = Array.from({ length: missing }, dial);
      await Promise.all(fresh.map((connection) => connection.opened));
      idle.push(...fresh.filter((connection) => all.has(connection)));
    },
    prepare: (fields) => prepare(head, fields),
    send: (request, sink, done): CancelExchange => {
      const connection = take();
      connection.send(request.bytes, sink, done);
      return () => connection.abort('cancelled', 'cancelled');
    },
    close: async () => {
      for (const connection of all) connection.abort('cancelled', 'cancelled');
    },
  };
}

function prepare(head: string, fields: EmbeddingFields): PreparedRequest {
  const body = JSON.stringify(fields);
  return { fields, bytes: Buffer.from(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`) };
}

/** Request line and headers up to the value of `content-length`, which comes last. */
function requestHead(url: URL, options: TransportOptions): string {
  const headers = requestHeaders(options);
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  const lines = Object.entries({ host: url.host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${url.pathname}${url.search} HTTP/1.1`, ...lines, 'content-length: '].join('\r\n');
}

function checkHeader(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new UsageError(`the header ${JSON.stringify(name)} cannot be sent`, {
      where: 'server.headers',
      hint: 'Header names are words, values are one line of Latin letters.',
      cause,
    });
  }
}

import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { Clock } from '../../core/clock.ts';
import { type NetworkFailureReason, networkFailureReason } from './network-failure.ts';

/** What came back, whatever its status. */
export interface HttpReply {
  readonly kind: 'reply';
  readonly status: number;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
  /** Time from handing over the request to its last byte. */
  readonly durationMs: number;
}

/** Nothing came back that is HTTP. */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly reason: NetworkFailureReason;
  readonly error: Error;
}

interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query under the root, or a full URL. */
  readonly path: string;
  /** JSON body. */
  readonly body?: unknown;
  /** Bearer key to send; default: the server's normal key. Null asks as a stranger, without any key. */
  readonly key?: string | null;
  readonly timeoutMs?: number;
  readonly accept?: string;
}

/** Untimed, unhurried HTTP to one server: administration and probing, never a measured request. */
export interface AdminHttp {
  /** URL without `/v1` and without a slash at its end. */
  readonly rootUrl: string;
  /** @throws the signal's reason when it aborts; every other failure is a value */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpReply | HttpFailure>;
  close(): Promise<void>;
}

export interface AdminHttpOptions {
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** HTTP proxy for this server, when there is one. */
  readonly proxyUrl?: string;
}

/** uvicorn closes idle connections after 5 s; a socket that is reused later is reset. */
const IDLE_TIMEOUT_MS = 4000;
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

export function createAdminHttp(options: AdminHttpOptions): AdminHttp {
  const rootUrl = rootUrlOf(options.baseUrl);
  const settings = { keepAliveTimeout: IDLE_TIMEOUT_MS, connectTimeout: Math.min(options.timeoutMs, 10_000) };
  const dispatcher =
    options.proxyUrl === undefined
      ? new Agent(settings)
      : new ProxyAgent({ ...settings, uri: options.proxyUrl });
  return {
    rootUrl,
    async send(request, signal) {
      signal?.throwIfAborted();
      const startedMs = options.clock.nowMs();
      try {
        return await exchange(dispatcher, rootUrl, options, request, startedMs, signal);
      } catch (thrown) {
        signal?.throwIfAborted();
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        return { kind: 'failure', reason: networkFailureReason(error), error };
      }
    },
    close: () => dispatcher.destroy(),
  };
}

async function exchange(
  dispatcher: Dispatcher,
  rootUrl: string,
  { apiKey, headers, timeoutMs: defaultTimeoutMs, clock }: AdminHttpOptions,
  { method, path, body, key = apiKey, timeoutMs = defaultTimeoutMs, accept }: HttpRequest,
  startedMs: number,
  signal: AbortSignal | undefined,
): Promise<HttpReply> {
  const url = new URL(/^https?:/.test(path) ? path : `${rootUrl}${path}`);
  const limit = AbortSignal.timeout(timeoutMs);
  const response = await dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: {
      accept: accept ?? 'application/json',
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...authorization(url, key),
      ...configuredHeaders(headers, key),
    },
    body: body === undefined ? null : JSON.stringify(body),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  });
  const text = await readText(response.body);
  return {
    kind: 'reply',
    status: response.statusCode,
    headers: flatHeaders(response.headers),
    text,
    json: parseJson(text),
    durationMs: clock.nowMs() - startedMs,
  };
}

/** The config's headers; a stranger's request goes without those that could stand in for a key. */
function configuredHeaders(
  headers: Readonly<Record<string, string>> | undefined,
  key: string | null | undefined,
): Record<string, string> {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(
    key === null ? entries.filter(([name]) => !/auth|key|token|cookie/.test(name)) : entries,
  );
}

/** The key as a bearer token; without one, the user and password of the URL. */
function authorization(url: URL, key: string | null | undefined): Record<string, string> {
  if (typeof key === 'string') return { authorization: `Bearer ${key}` };
  if (key === null || url.username === '') return {};
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) throw new Error(`the reply is larger than ${MAX_REPLY_BYTES / 2 ** 20} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function flatHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `http://host:30000/v1` → `http://host:30000`: administration routes lie beside `/v1`, not under it. */
function rootUrlOf(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/v\d+$/, '');
}

/** Whether a URL names this machine. */
export function isLoopback(url: string): boolean {
  const host = new URL(url).hostname;
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '0.0.0.0';
}

import type { ServerConfig } from '../../config/server-config.ts';
import type { Clock } from '../../core/clock.ts';
import { type Exposition, parseExposition } from '../metrics/exposition.ts';
import { type AdminHttp, createAdminHttp } from './admin-http.ts';
import { type FlushResult, flushUntilIdle } from './flush-cache.ts';
import { type ListedModel, type ModelInfo, readModelInfo, readModels } from './model-info.ts';
import { createRouteFinder, type FoundRoute } from './route-finder.ts';
import { readServerInfo, type ServerInfo } from './server-info.ts';
import { readServerLoad, type ServerLoad } from './server-load.ts';
import { readTokenCount, type TokenCount } from './token-count.ts';

/** A route's answer: where it was found, what it means, and its body as it came (unredacted). */
export interface AdminAnswer<T> {
  readonly path: string;
  readonly value: T;
  readonly raw: unknown;
}

type HealthState = 'ready' | 'loading' | 'absent' | 'unreachable';

/**
 * The side of a server that is not `/v1/embeddings`. Every route is optional: what a server does not offer, or
 * offers in an unknown form, is undefined. Nothing here belongs into a timed window, except {@link metrics}.
 */
export interface ServerAdmin {
  readonly http: AdminHttp;
  /** SGLang sends a request through the model for this and takes a second or more. */
  health(signal?: AbortSignal): Promise<{ readonly state: HealthState; readonly evidence: string }>;
  models(signal?: AbortSignal): Promise<AdminAnswer<readonly ListedModel[]> | undefined>;
  modelInfo(signal?: AbortSignal): Promise<AdminAnswer<ModelInfo> | undefined>;
  serverInfo(signal?: AbortSignal): Promise<AdminAnswer<ServerInfo> | undefined>;
  /** Version by a route of its own (vLLM, Ollama). */
  version(signal?: AbortSignal): Promise<AdminAnswer<unknown> | undefined>;
  metrics(signal?: AbortSignal): Promise<Exposition | undefined>;
  /** Texts running and waiting, by `/v1/loads` or its like. */
  load(signal?: AbortSignal): Promise<AdminAnswer<ServerLoad> | undefined>;
  tokenize(text: string, signal?: AbortSignal): Promise<AdminAnswer<TokenCount> | undefined>;
  /** Empties the prefix cache; goes on asking a busy server for `waitMs`. */
  flushCache(options: { readonly waitMs: number; readonly signal?: AbortSignal }): Promise<FlushResult>;
  /** Where reranking answers; found without ranking anything. */
  rerankPath(signal?: AbortSignal): Promise<string | undefined>;
  /** Path of the metrics endpoint, or the configured URL. */
  readonly metricsPath: string;
  close(): Promise<void>;
}

export interface ServerAdminOptions {
  readonly config: Pick<ServerConfig, 'apiKey' | 'adminApiKey' | 'headers' | 'metricsUrl' | 'model'>;
  /** URL up to and with `/v1`: the config's, or where the embedded server was started. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  /** HTTP proxy for this server, when there is one. */
  readonly proxyUrl?: string;
}

const TIMEOUT_MS = 10_000;
/** SGLang's `/health` waits up to 20 s for its own request. */
const HEALTH_TIMEOUT_MS = 25_000;
const METRICS_TIMEOUT_MS = 5000;
const METRICS_FORMAT = 'text/plain;version=0.0.4, */*;q=0.1';

export function createServerAdmin(options: ServerAdminOptions): ServerAdmin {
  const { config, baseUrl, clock, timeoutMs = TIMEOUT_MS } = options;
  const http = createAdminHttp({
    baseUrl,
    headers: config.headers,
    timeoutMs,
    clock,
    ...(config.apiKey === undefined ? {} : { apiKey: config.apiKey }),
    ...(options.proxyUrl === undefined ? {} : { proxyUrl: options.proxyUrl }),
  });
  const routes = createRouteFinder(http);
  const metricsPath = config.metricsUrl ?? '/metrics';
  const adminKey = config.adminApiKey ?? config.apiKey;

  return {
    http,
    metricsPath,
    health: (signal) => healthOf(http, signal),
    models: async (signal) => answer(await routes.find('models', { signal }), readModels),
    modelInfo: async (signal) => answer(await routes.find('modelInfo', { signal }), readModelInfo),
    serverInfo: async (signal) => answer(await routes.find('serverInfo', { signal }), readServerInfo),
    version: async (signal) => answer(await routes.find('version', { signal }), (json) => json),
    load: async (signal) => known(await routes.find('loads', { signal }), readServerLoad),
    async metrics(signal) {
      const request = { method: 'GET', path: metricsPath, timeoutMs: METRICS_TIMEOUT_MS } as const;
      const reply = await http.send({ ...request, accept: METRICS_FORMAT }, signal);
      return reply.kind === 'reply' && reply.status === 200 ? parseExposition(reply.text) : undefined;
    },
    async tokenize(text, signal) {
      // Each server reads its own field and drops the others.
      const body = { model: config.model, prompt: text, inputs: text, content: text };
      return known(await routes.find('tokenize', { body, signal }), readTokenCount);
    },
    flushCache: ({ waitMs, signal }) =>
      flushUntilIdle({
        send: () =>
          routes.send('flushCache', { ...(adminKey === undefined ? {} : { key: adminKey }), signal }),
        clock,
        waitMs,
        ...(signal === undefined ? {} : { signal }),
      }),
    rerankPath: async (signal) => (await routes.send('rerank', { body: {}, signal }))?.path,
    close: () => http.close(),
  };
}

async function healthOf(
  http: AdminHttp,
  signal: AbortSignal | undefined,
): Promise<{ state: HealthState; evidence: string }> {
  const reply = await http.send({ method: 'GET', path: '/health', timeoutMs: HEALTH_TIMEOUT_MS }, signal);
  if (reply.kind === 'failure') return { state: 'unreachable', evidence: reply.error.message };
  const evidence = `/health answers ${reply.status} after ${Math.round(reply.durationMs)} ms`;
  if (reply.status === 200) return { state: 'ready', evidence };
  if (reply.status === 503) return { state: 'loading', evidence };
  return { state: 'absent', evidence };
}

function answer<T>(found: FoundRoute | undefined, read: (json: unknown) => T): AdminAnswer<T> | undefined {
  return found === undefined
    ? undefined
    : { path: found.path, value: read(found.reply.json), raw: found.reply.json };
}

/** As {@link answer}, for routes whose body may be of an unknown form. */
function known<T>(
  found: FoundRoute | undefined,
  read: (json: unknown) => T | undefined,
): AdminAnswer<T> | undefined {
  const value = read(found?.reply.json);
  return found === undefined || value === undefined
    ? undefined
    : { path: found.path, value, raw: found.reply.json };
}

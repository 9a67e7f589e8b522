import type { Config } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import type { Finding, ServerBlock } from '../core/record/server-block.ts';
import { type MemoryWatch, openMemoryWatch } from '../memory/memory-watch.ts';
import { createEmbeddingClient, type EmbeddingClient } from '../server/embedding-client.ts';
import { createMetricsScraper, type MetricsScraper } from '../server/metrics/metrics-scraper.ts';
import type { ProbeNeeds } from '../server/probe/probe-check.ts';
import { probeNeeds } from '../server/probe/probe-needs.ts';
import { probeServer } from '../server/probe/probe-server.ts';
import { isLoopback } from '../server/sglang/admin-http.ts';
import { createServerAdmin, type ServerAdmin } from '../server/sglang/server-admin.ts';
import { openServer, type ServerSession } from './server-session.ts';

/** A server that answers, has been probed, and is watched. */
export interface ServerSide {
  readonly session: ServerSession;
  readonly client: EmbeddingClient;
  readonly admin: ServerAdmin;
  readonly block: ServerBlock;
  readonly memory: MemoryWatch;
  readonly scraper?: MetricsScraper;
  /** Closes every connection and stops a server that dimsweep started. */
  close(): Promise<void>;
}

interface OpenServerSideInput {
  readonly config: Config;
  readonly serverArgs: string | undefined;
  readonly logDirectory: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the server must be able to do; default: what the config's load pass asks. */
  readonly needs?: ProbeNeeds;
  /** A server that answers already and is stopped by whoever started it; default: the config's own is opened. */
  readonly session?: ServerSession;
  readonly onCheck?: (title: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Opens the config's server and finds out what it does.
 *
 * @throws ServerError when it cannot be used, with the mend; it is stopped again then
 */
export async function openServerSide(input: OpenServerSideInput): Promise<ServerSide> {
  const { config, clock, signal } = input;
  const session = input.session ?? (await openServer(input));
  const closers: (() => Promise<unknown>)[] = input.session === undefined ? [() => session.stop()] : [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const client = createEmbeddingClient({
      ...clientOptions(config, session, input.environment),
      clock,
      connections: config.quality === false ? 4 : config.quality.concurrency,
    });
    closers.push(() => client.close());
    const admin = createServerAdmin({
      config: config.server,
      baseUrl: session.baseUrl,
      clock,
      ...proxyFor(session.baseUrl, input.environment),
    });
    closers.push(() => admin.close());
    const probed = await probeServer(
      {
        config: config.server,
        baseUrl: session.baseUrl,
        kind: session.kind,
        client,
        admin,
        clock,
        needs: input.needs ?? probeNeeds(config),
        ...(input.onCheck === undefined ? {} : { onCheck: input.onCheck }),
      },
      signal,
    );
    const memory = await openMemoryWatch({ context: memoryContext(input, session, admin), clock, signal });
    closers.push(() => memory.close());
    const block = { ...probed, findings: [...probed.findings, ...worthTelling(memory.findings)] };
    return { session, client, admin, block, memory, ...scraperOf(block, admin, clock), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What clients of every kind need to reach the server. */
export function clientOptions(
  config: Config,
  session: Pick<ServerSession, 'baseUrl'>,
  environment: Readonly<Record<string, string | undefined>>,
) {
  const { model, apiKey, headers, timeoutSeconds } = config.server;
  return {
    baseUrl: session.baseUrl,
    model,
    headers,
    timeoutMs: timeoutSeconds * 1000,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...proxyFor(session.baseUrl, environment),
  };
}

/** The proxy that the environment names for a URL; none for this machine and for what `NO_PROXY` lists. */
function proxyFor(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly proxyUrl?: string } {
  const { protocol, hostname } = new URL(url);
  const scheme = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const proxyUrl = environment[scheme] ?? environment[scheme.toUpperCase()];
  if (proxyUrl === undefined || proxyUrl === '' || isLoopback(url)) return {};
  const exempt = (environment['no_proxy'] ?? environment['NO_PROXY'] ?? '')
    .split(',')
    .map((host) => host.trim());
  const isExempt = exempt.some(
    (host) =>
      host === '*' || host === hostname || (host !== '' && hostname.endsWith(`.${host.replace(/^\./, '')}`)),
  );
  return isExempt ? {} : { proxyUrl };
}

function memoryContext(
  { config, clock, environment }: OpenServerSideInput,
  session: ServerSession,
  admin: ServerAdmin,
) {
  const { dcgmUrl } = config.server;
  return {
    admin,
    clock,
    environment,
    local: session.kind !== 'remote' || isLoopback(session.baseUrl),
    ...(session.pid === undefined ? {} : { pid: session.pid }),
    ...(dcgmUrl === undefined ? {} : { dcgmUrl }),
  };
}

function worthTelling(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ verdict }) => verdict !== 'unknown');
}

function scraperOf(
  block: ServerBlock,
  admin: ServerAdmin,
  clock: Clock,
): { readonly scraper?: MetricsScraper } {
  if (block.capabilities.routes.metrics === undefined) return {};
  return { scraper: createMetricsScraper({ scrape: (signal) => admin.metrics(signal), clock }) };
}

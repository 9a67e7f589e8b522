import type { Config } from '../../config/config.ts';
import type { Clock } from '../../core/clock.ts';
import type { RerankCall } from '../../quality/tasks/rerank-scores.ts';
import { createRerankCall } from '../../server/rerank.ts';
import { createAdminHttp } from '../../server/sglang/admin-http.ts';
import { secretsOf } from '../../server/transports/error-message.ts';
import { clientOptions, type ServerSide } from '../server-side.ts';

/** The reranker of a run, if there is one to ask. */
export interface Reranker {
  readonly call?: RerankCall;
  close(): Promise<void>;
}

interface RerankerInput {
  readonly config: Config;
  readonly side: Pick<ServerSide, 'session' | 'admin' | 'block'>;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The server at `server.rerankBaseUrl` (SGLang serves a reranker and an embedding model in two processes), else the
 * embedding server itself where the probe found the route.
 */
export function openReranker({ config, side, clock, environment }: RerankerInput): Reranker {
  const { server, quality } = config;
  const entry = quality === false ? undefined : quality.tasks.find(isRerank);
  if (entry === undefined) return { close: () => Promise.resolve() };
  const instruct = typeof entry === 'string' ? undefined : entry.instruction;
  const settings = {
    model: server.rerankModel ?? server.model,
    secrets: secretsOf(server.apiKey, server.headers),
    ...(instruct === undefined ? {} : { instruct }),
  };
  if (server.rerankBaseUrl === undefined) {
    const offered = side.block.capabilities.routes.rerank !== undefined;
    return {
      ...(offered ? { call: createRerankCall({ ...settings, http: side.admin.http }) } : {}),
      close: () => Promise.resolve(),
    };
  }
  const http = createAdminHttp({
    ...clientOptions(config, { ...side.session, baseUrl: server.rerankBaseUrl }, environment),
    clock,
  });
  return { call: createRerankCall({ ...settings, http }), close: () => http.close() };
}

function isRerank(entry: Exclude<Config['quality'], false>['tasks'][number]): boolean {
  return (typeof entry === 'string' ? entry : entry.task) === 'rerank';
}

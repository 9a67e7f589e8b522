import type { EmbeddingService } from '../service/embedding-service.ts';
import { answerEmbeddings } from './embeddings-route.ts';
import { answerEncode } from './encode-route.ts';
import type { Route } from './exchange.ts';
import { answerFlush } from './flush-route.ts';
import { answerHealth, answerHealthGenerate } from './health-route.ts';
import { answerModelInfo, answerServerInfo, type ServerAddress } from './info-routes.ts';
import { answerLoads, answerOldLoad } from './loads-route.ts';
import { answerMetrics } from './metrics-route.ts';
import { answerModels } from './models-route.ts';
import { createNullBodies } from './null-bodies.ts';
import { answerRerank } from './rerank-route.ts';
import { answerDetokenize, answerTokenize } from './tokenize-routes.ts';

const GET = ['GET', 'HEAD'] as const;
const POST = ['POST'] as const;
const POST_PUT = ['POST', 'PUT'] as const;

/** Every route of the server, old and new names as its dialect has them. */
export function createRoutes(service: EmbeddingService, address: ServerAddress): readonly Route[] {
  const { entry, contract } = service;
  const nullBodies = entry.isNull === true ? createNullBodies(entry.nativeDimensions) : undefined;
  const modelInfo = (): ReturnType<Route['handle']> => answerModelInfo(service);
  const serverInfo = (): ReturnType<Route['handle']> => answerServerInfo(service, address);
  const common: readonly Route[] = [
    {
      methods: POST,
      path: '/v1/embeddings',
      access: 'normal',
      handle: (e) => answerEmbeddings(e, nullBodies),
    },
    { methods: POST_PUT, path: '/encode', access: 'normal', handle: answerEncode },
    { methods: POST_PUT, path: '/v1/rerank', access: 'normal', handle: answerRerank },
    { methods: POST, path: '/v1/tokenize', access: 'normal', handle: answerTokenize },
    { methods: POST, path: '/tokenize', access: 'normal', handle: answerTokenize },
    { methods: POST, path: '/v1/detokenize', access: 'normal', handle: answerDetokenize },
    { methods: POST, path: '/detokenize', access: 'normal', handle: answerDetokenize },
    { methods: GET, path: '/v1/models', takesSubpath: true, access: 'normal', handle: answerModels },
    { methods: GET, path: '/health', access: 'open', handle: answerHealth },
    { methods: GET, path: '/health_generate', access: 'open', handle: answerHealthGenerate },
    { methods: ['GET', 'POST'], path: '/flush_cache', access: 'admin', handle: answerFlush },
    { methods: GET, path: '/metrics', access: 'open', handle: () => answerMetrics(service) },
    { methods: GET, path: '/get_model_info', access: 'normal', handle: modelInfo },
    { methods: GET, path: '/get_server_info', access: 'normal', handle: serverInfo },
    { methods: GET, path: '/get_load', access: 'normal', handle: () => answerOldLoad(service) },
  ];
  if (contract.routeNames === 'old') return common;
  return [
    ...common,
    { methods: GET, path: '/model_info', access: 'normal', handle: modelInfo },
    { methods: GET, path: '/server_info', access: 'normal', handle: serverInfo },
    { methods: GET, path: '/v1/loads', access: 'normal', handle: () => answerLoads(service) },
  ];
}

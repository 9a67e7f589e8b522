import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmbeddingService } from '../service/embedding-service.ts';
import type { Reply } from './reply.ts';

/** One request on its way through the server. */
export interface Exchange {
  readonly service: EmbeddingService;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  /** When the request's head had arrived; `performance.now()`. */
  readonly arrivedMs: number;
  /** Aborts when the client leaves before its answer is complete, and when the server closes. */
  readonly signal: AbortSignal;
}

/** `sent`: the handler has written the answer itself, or there is nobody left to write to. */
export type Answer = Reply | 'sent';

export interface Route {
  readonly methods: readonly string[];
  readonly path: string;
  /** Paths below `path` belong to the route as well. */
  readonly takesSubpath?: boolean;
  /** `open`: never asks for a key. `admin`: the admin key, where there is one. */
  readonly access: 'open' | 'normal' | 'admin';
  handle(exchange: Exchange): Answer | Promise<Answer>;
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServerError, toError } from '../../core/errors.ts';
import type { EmbeddingService } from '../service/embedding-service.ts';
import { type Keys, refuseStranger } from './access.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { detailError, flatError, Refused } from './refused.ts';
import { createRoutes } from './route-table.ts';
import { sendReply } from './send-reply.ts';

/** uvicorn closes connections that were idle for so long. */
const KEEP_ALIVE_MS = 5000;

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly keys: Keys;
}

export interface ListeningServer {
  readonly port: number;
  /** Ends all connections, finished or not. */
  close(): Promise<void>;
}

/** @throws ServerError when the address is taken or not this machine's */
export async function listen(
  service: EmbeddingService,
  options: HttpServerOptions,
): Promise<ListeningServer> {
  const active = new Set<AbortController>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const port = await bind(server, options);
  const routes = createRoutes(service, { ...options, port });
  server.on('request', (request, response) => {
    void serve({ service, routes, keys: options.keys, active }, request, response);
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  return {
    port,
    close() {
      for (const leaving of active) leaving.abort(new Error('the server closes'));
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function bind(server: Server, { host, port }: HttpServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === 'EADDRINUSE';
      reject(
        new ServerError(
          isTaken
            ? `port ${port} on ${host} is taken`
            : `cannot listen on ${host}:${port} (${cause.message})`,
          {
            where: `${host}:${port}`,
            hint: isTaken
              ? 'Choose another port, or 0 for any that is free.'
              : 'Choose another host or port.',
            cause,
          },
        ),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

interface Front {
  readonly service: EmbeddingService;
  readonly routes: readonly Route[];
  readonly keys: Keys;
  /** One for every request that is being answered. */
  readonly active: Set<AbortController>;
}

async function serve(front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrivedMs = performance.now();
  const leaving = new AbortController();
  front.active.add(leaving);
  response.once('close', () => {
    front.active.delete(leaving);
    if (!response.writableFinished) leaving.abort(new Error('the client left'));
  });
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const exchange: Exchange = {
    service: front.service,
    request,
    response,
    path,
    query: new URLSearchParams(query),
    arrivedMs,
    signal: leaving.signal,
  };
  const answer = await answerRequest(front, exchange);
  if (answer === 'sent' || exchange.signal.aborted) return;
  await sendReply(exchange, answer);
}

async function answerRequest({ service, routes, keys }: Front, exchange: Exchange): Promise<Answer> {
  const { request, path } = exchange;
  const there = routes.filter((route) => matches(route, path));
  const route = there.find(({ methods }) => methods.includes(request.method ?? ''));
  const stranger = refuseStranger(service.contract, keys, request, path, route?.access ?? 'normal');
  if (stranger !== undefined) return drained(exchange, stranger);
  if (there.length === 0) return drained(exchange, detailError(404, 'Not Found'));
  if (route === undefined) return drained(exchange, detailError(405, 'Method Not Allowed'));
  try {
    return await route.handle(exchange);
  } catch (thrown) {
    if (exchange.signal.aborted) return 'sent';
    if (thrown instanceof Refused) return drained(exchange, thrown.reply);
    return flatError(500, 'InternalServerError', `Internal server error: ${toError(thrown).message}`);
  }
}

/** Lets an unread body pass by, so that the connection can be used again. */
function drained(exchange: Exchange, answer: Answer): Answer {
  exchange.request.resume();
  return answer;
}

function matches(route: Route, path: string): boolean {
  return path === route.path || (route.takesSubpath === true && path.startsWith(`${route.path}/`));
}

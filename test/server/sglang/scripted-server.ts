import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedReply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Service time. */
  readonly delayMs?: number;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers by `METHOD /path`; whatever is not in the table is 404 with FastAPI's body. */
export type Script = Readonly<Record<string, ScriptedReply | ((request: SeenRequest) => ScriptedReply)>>;

export interface ScriptedServer {
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly seen: SeenRequest[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real HTTP server on a free port that answers as a table says. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url!.split('?')[0]!;
      const met = {
        method: request.method!,
        path,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(met);
      const entry = script[`${met.method} ${path}`] ?? { status: 404, json: { detail: 'Not Found' } };
      const reply = typeof entry === 'function' ? entry(met) : entry;
      const body = reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json));
      const answer = () => {
        response.writeHead(reply.status ?? 200, {
          'content-type': reply.json === undefined ? 'text/plain' : 'application/json',
          ...reply.headers,
        });
        response.end(body);
      };
      if (reply.delayMs === undefined) answer();
      else setTimeout(answer, reply.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

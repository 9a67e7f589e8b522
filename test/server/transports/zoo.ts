import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** What one animal does with a complete request. */
type Behaviour = (socket: Socket, request: ZooRequest) => void;

export interface ZooRequest {
  readonly requestLine: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly model: string;
    readonly input: readonly string[];
    readonly encoding_format: string;
    /** What `parrot` answers. */
    readonly reply?: string;
  };
  /** How many requests this connection carried before. */
  readonly before: number;
}

export interface Zoo {
  readonly baseUrl: string;
  readonly requests: ZooRequest[];
  /** Connections accepted so far. */
  readonly connections: () => number;
  /** Connections open now. */
  readonly open: () => number;
  close(): Promise<void>;
}

/** A correct body for the texts: vector i is [length, i + 1, 0.25]. */
function replyBody(input: readonly string[], order?: readonly number[]): string {
  const items = (order ?? input.map((_, i) => i)).map((i) => ({
    object: 'embedding',
    embedding: [input[i]!.length, i + 1, 0.25],
    index: i,
  }));
  const usage = { prompt_tokens: input.length * 3, total_tokens: input.length * 3 };
  return JSON.stringify({ object: 'list', data: items, model: 'zoo', usage });
}

function ok(body: string, headers = ''): string {
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}content-length: ${length}\r\n\r\n${body}`;
}

function failure(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function chunked(body: string, size: number): string {
  let framed = '';
  for (let at = 0; at < body.length; at += size) {
    const part = body.slice(at, at + size);
    framed += `${part.length.toString(16)}\r\n${part}\r\n`;
  }
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${framed}0\r\n\r\n`;
}

/** Writes byte by byte, one turn of the event loop each, so that every cut of the stream occurs. */
function dribble(socket: Socket, text: string, at = 0): void {
  if (at >= text.length || socket.destroyed) return;
  socket.write(text[at]!, () => setImmediate(() => dribble(socket, text, at + 1)));
}

/** Animals by name; a request says in its `model` whom it wants to meet. */
const BEHAVIOURS = {
  good: (socket, { body }) => socket.write(ok(replyBody(body.input))),
  shuffled: (socket, { body }) =>
    socket.write(ok(replyBody(body.input, body.input.map((_, i) => i).reverse()))),
  chunked: (socket, { body }) => socket.write(chunked(replyBody(body.input), 7)),
  dribbled: (socket, { body }) => dribble(socket, ok(replyBody(body.input))),
  dribbledChunks: (socket, { body }) => dribble(socket, chunked(replyBody(body.input), 11)),
  continueFirst: (socket, { body }) => {
    socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(ok(replyBody(body.input)));
  },
  closeAfter: (socket, { body }) => socket.end(ok(replyBody(body.input), 'connection: close\r\n')),
  untilClose: (socket, { body }) =>
    socket.end(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${replyBody(body.input)}`,
    ),
  hang: () => undefined,
  hangInBody: (socket, { body }) => socket.write(ok(replyBody(body.input)).slice(0, -5)),
  resetAtOnce: (socket) => socket.resetAndDestroy(),
  resetInBody: (socket, { body }) =>
    socket.write(ok(replyBody(body.input)).slice(0, -5), () =>
      setTimeout(() => socket.resetAndDestroy(), 20),
    ),
  closeAtOnce: (socket) => socket.end(),
  truncated: (socket, { body }) => socket.end(ok(replyBody(body.input)).slice(0, -5)),
  truncatedChunks: (socket, { body }) => socket.end(chunked(replyBody(body.input), 16).slice(0, -30)),
  badRequest: (socket) =>
    socket.write(failure('400 Bad Request', '{"object":"error","message":"no dimensions here"}')),
  unauthorised: (socket, { headers }) =>
    socket.write(
      failure('401 Unauthorized', JSON.stringify({ error: `Unauthorized: ${headers['authorization']}` })),
    ),
  limited: (socket) => socket.write(failure('429 Too Many Requests', '{"error":{"message":"slow down"}}')),
  full: (socket) => socket.write(failure('503 Service Unavailable', '{"message":"queue full","type":"503"}')),
  broken: (socket) => socket.write(failure('500 Internal Server Error', '{"detail":"boom"}')),
  notHttp: (socket) => socket.write('220 mail.example ESMTP ready\r\n\r\n'),
  notJson: (socket) => socket.write(ok('{"data": [')),
  tooShortLength: (socket, { body }) => {
    const text = replyBody(body.input);
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
    socket.write(`${head}content-length: ${text.length - 4}\r\n\r\n${text}`);
  },
  parrot: (socket, { body }) => socket.write(ok(body.reply ?? '')),
  goodThenClose: (socket, { body }) => {
    socket.write(ok(replyBody(body.input)));
    setImmediate(() => socket.end());
  },
} satisfies Record<string, Behaviour>;

export type Animal = keyof typeof BEHAVIOURS;

/** Starts a server whose every answer is chosen by the request, on a free port of the loopback. */
export async function openZoo(): Promise<Zoo> {
  const requests: ZooRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    readRequests(socket, (request) => {
      if (request.requestLine.startsWith('GET')) {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      requests.push(request);
      BEHAVIOURS[request.body.model as Animal](socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    connections: () => connections,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function readRequests(socket: Socket, onRequest: (request: ZooRequest) => void): void {
  let pending = '';
  let before = 0;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    pending += text;
    for (;;) {
      const at = pending.indexOf('\r\n\r\n');
      if (at < 0) return;
      const [requestLine, ...lines] = pending.slice(0, at).split('\r\n');
      const headers = Object.fromEntries(
        lines.map((line) => [
          line.slice(0, line.indexOf(':')).toLowerCase(),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
      );
      const length = Number(headers['content-length'] ?? 0);
      const rest = Buffer.from(pending.slice(at + 4));
      if (rest.length < length) return;
      const body = length === 0 ? {} : JSON.parse(rest.toString('utf8', 0, length));
      pending = rest.toString('utf8', length);
      onRequest({ requestLine: requestLine!, headers, body, before: before++ });
    }
  });
}

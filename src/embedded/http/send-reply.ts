import { setTimeout as delay } from 'node:timers/promises';
import type { Transmission } from '../faults/fault.ts';
import type { Exchange } from './exchange.ts';
import type { Reply } from './reply.ts';

/** A reset that comes together with data looks like an ordinary end to many clients: they read first. */
const RESET_AFTER_MS = 20;

/** Writes an answer, in the way that a fault may have asked for. Never throws: the client may be gone. */
export async function sendReply(exchange: Exchange, reply: Reply): Promise<void> {
  const { response } = exchange;
  if (response.destroyed || response.writableEnded) return;
  const bytes = reply.body.reduce((sum, piece) => sum + piece.length, 0);
  if (reply.transmission === undefined) {
    writeHead(exchange, reply, bytes);
    writePieces(response, reply.body);
    response.end();
    return;
  }
  await transmit(exchange, reply, Buffer.concat(reply.body, bytes), reply.transmission);
}

async function transmit(exchange: Exchange, reply: Reply, body: Buffer, how: Transmission): Promise<void> {
  const { response, signal } = exchange;
  if (how.kind === 'dribble') {
    writeHead(exchange, reply, body.length);
    response.flushHeaders();
    const pieceBytes = Math.max(1, Math.ceil(body.length / how.pieces));
    for (let at = 0; at < body.length; at += pieceBytes) {
      const wasAborted = await delay(how.overMs / how.pieces, false, { signal }).catch(() => true);
      if (wasAborted) return;
      response.write(body.subarray(at, at + pieceBytes));
    }
    response.end();
    return;
  }
  const sent = body.subarray(0, Math.min(body.length - 1, Math.floor(body.length * how.share)));
  if (how.kind === 'shortened') {
    writeHead(exchange, reply, sent.length);
    response.end(sent);
    return;
  }
  writeHead(exchange, reply, body.length);
  const { socket } = response;
  response.write(sent, () => {
    if (socket === null) return;
    if (how.kind === 'reset') setTimeout(() => socket.resetAndDestroy(), RESET_AFTER_MS);
    else socket.end();
  });
}

function writeHead({ response, service }: Exchange, reply: Reply, bytes: number): void {
  // uvicorn names no idle limit, and neither does this server: clients must not count on a hint.
  response.removeHeader('connection');
  response.writeHead(reply.status, {
    server: service.contract.software === 'sglang' ? 'uvicorn' : 'dimsweep',
    'content-length': bytes,
    ...(reply.contentType === undefined ? {} : { 'content-type': reply.contentType }),
    ...reply.headers,
  });
}

/** All pieces in one system call, where the socket can take them. */
function writePieces(response: Exchange['response'], pieces: readonly Buffer[]): void {
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.uncork();
}

import { type AddressInfo, createServer, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { nullReply, shapeOfPath } from './null-reply.ts';

/** Entry of the null server's thread: answers at once, with bodies made beforehand. */
const HEAD_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
const answers = new Map<string, Buffer>();

const server = createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    pending = answerAll(socket, pending);
  });
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));

/** Answers every complete request; returns the bytes of one that is not. */
function answerAll(socket: Socket, bytes: Buffer): Buffer {
  let rest = bytes;
  for (;;) {
    const at = rest.indexOf(HEAD_END);
    if (at < 0) return rest;
    const head = rest.toString('latin1', 0, at);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const end = at + HEAD_END.length + length;
    if (rest.length < end) return rest;
    socket.write(answerTo(head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'))));
    rest = rest.subarray(end);
  }
}

function answerTo(path: string): Buffer {
  const known = answers.get(path);
  if (known !== undefined) return known;
  const shape = shapeOfPath(path);
  if (shape === undefined) return EMPTY;
  const body = nullReply(shape);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const answer = Buffer.from(head + body);
  answers.set(path, answer);
  return answer;
}

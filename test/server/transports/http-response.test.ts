import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HttpSyntaxError } from '../../../src/server/transports/http-head.ts';
import { ResponseReader } from '../../../src/server/transports/http-response.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Reads the pieces, and what the end of the connection adds. */
function read(pieces: readonly Buffer[]): { answers: Answer[]; ending: string } {
  const answers: Answer[] = [];
  let status = 0;
  let body = '';
  const reader = new ResponseReader({
    onHead: (head) => {
      status = head.status;
      body = '';
    },
    onBody: (part) => {
      body += part.toString('latin1');
    },
    onEnd: () => answers.push({ status, body }),
  });
  for (const piece of pieces) reader.feed(piece);
  return { answers, ending: reader.endOfStream() };
}

function framed(body: string, chunkSizes: readonly number[]): string {
  if (chunkSizes.length === 0) return `Content-Length:  ${body.length}\r\nServer: x\r\n\r\n${body}`;
  let text = 'transfer-encoding: Chunked\r\n\r\n';
  let at = 0;
  for (let i = 0; at < body.length; i++) {
    const part = body.slice(at, at + chunkSizes[i % chunkSizes.length]!);
    text += `${part.length.toString(16).toUpperCase()};ext="a;b"\r\n${part}\r\n`;
    at += part.length;
  }
  return `${text}0\r\nTrailer: yes\r\n\r\n`;
}

test('wherever the stream is cut, the same answers come out', () => {
  const body = fc.string({ unit: fc.constantFrom('\r', '\n', '0', 'a', '{', '"'), maxLength: 60 });
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 });
  const status = fc.constantFrom(200, 400, 503);
  const answers = fc.array(fc.record({ status, body, sizes }), { minLength: 1, maxLength: 3 });
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(answers, cuts, (sent, cut) => {
      const pieces = sent.flatMap((answer) => {
        const text = `HTTP/1.1 ${answer.status} Word\r\n${framed(answer.body, answer.sizes)}`;
        return cutUp(Buffer.from(text, 'latin1'), cut);
      });
      expect(read(pieces)).toEqual({
        answers: sent.map(({ status, body }) => ({ status, body })),
        ending: 'idle',
      });
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('an unframed body ends with the connection, any other is then truncated', () => {
  const unframed = Buffer.from('HTTP/1.0 200 OK\r\n\r\nabc');
  expect(read([unframed])).toEqual({ answers: [{ status: 200, body: 'abc' }], ending: 'complete' });
  expect(read([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nabc')]).ending).toBe('truncated');
  expect(
    read([Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n')]).ending,
  ).toBe('truncated');
  expect(read([Buffer.from('HTTP/1.1 200 OK\r\ncontent-')]).ending).toBe('noAnswer');
});

test.each([
  ['no status line', 'ICY 200 OK\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
  ['a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
  ['a compression that was declined', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n'],
  ['bytes behind the end', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab'],
  ['a chunk size that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
  ['a chunk that is longer than it says', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
  ['headers without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`],
])('%s is not HTTP', (_, text) => {
  expect(() => read([Buffer.from(text)])).toThrow(HttpSyntaxError);
});

function cutUp(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

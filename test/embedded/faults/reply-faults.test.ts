import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import type { EmbeddedServer } from '../../../src/embedded/embedded-server.ts';
import type { REPLY_FAULTS } from '../../../src/embedded/faults/reply-faults.ts';
import { createServers, embeddings } from '../served.ts';

const servers = createServers();
afterAll(() => servers.stop());

/** What arrives on a plain socket, until it ends or breaks. */
interface Raw {
  readonly announced: number;
  readonly body: string;
  readonly error: string | undefined;
  /** Pieces in which it came. */
  readonly chunks: number;
}

async function rawAnswer({ port }: EmbeddedServer): Promise<Raw> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const body = JSON.stringify({ input: ['a', 'b'], dimensions: 64 });
  socket.write(
    `POST /v1/embeddings HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  const pieces: Buffer[] = [];
  let error: string | undefined;
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.on('error', (thrown: NodeJS.ErrnoException) => {
    error = thrown.code;
  });
  await once(socket, 'close').catch(() => undefined);
  const text = Buffer.concat(pieces).toString('latin1');
  const head = text.slice(0, text.indexOf('\r\n\r\n'));
  return {
    announced: Number(/content-length: (\d+)/i.exec(head)![1]),
    body: text.slice(head.length + 4),
    error,
    chunks: pieces.length,
  };
}

const whole = async (): Promise<Raw> => rawAnswer(await servers.here());

const EFFECTS = {
  'reset-mid-body': {
    'resets the connection after its share': async () => {
      const { announced, body, error } = await rawAnswer(await servers.here(['reset-mid-body:share=0.25']));
      expect(error).toBe('ECONNRESET');
      expect(announced).toBe((await whole()).announced);
      expect(body.length).toBeLessThanOrEqual(Math.floor(announced * 0.25));
    },
  },
  'truncated-body': {
    'ends the connection before the promised length': async () => {
      const { announced, body, error } = await rawAnswer(await servers.here(['truncated-body']));
      expect(error).toBeUndefined();
      expect(body).toHaveLength(Math.floor(announced / 2));
    },
    'promises less, so that only the JSON is wrong': async () => {
      const server = await servers.here(['truncated-body:length=short,share=0.9']);
      const { announced, body } = await rawAnswer(server);
      expect(body).toHaveLength(announced);
      expect(announced).toBeLessThan((await whole()).announced);
      expect(await embeddings(server, { input: 'a' })).toMatchObject({ status: 200, json: undefined });
    },
    'is never whole': async () => {
      const { announced, body } = await rawAnswer(await servers.here(['truncated-body:share=1']));
      expect(body).toHaveLength(announced - 1);
    },
  },
  'slow-serialisation': {
    'sends the head at once and the body in pieces over its time': async () => {
      const server = await servers.here(['slow-serialisation:ms=200,pieces=5']);
      const startMs = performance.now();
      const raw = await rawAnswer(server);
      // Node's timers may fire up to a millisecond early, five times here.
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(195);
      expect(raw.chunks).toBeGreaterThan(2);
      expect(raw.body).toBe((await whole()).body);
    },
  },
  'wrong-usage': {
    'multiplies the tokens, or leaves usage out': async () => {
      const usage = async (fault: string) =>
        (await embeddings(await servers.here([fault]), { input: 'one two three' })).json.usage;
      expect(await usage('wrong-usage')).toMatchObject({ prompt_tokens: 6, total_tokens: 6 });
      expect(await usage('wrong-usage:factor=0')).toMatchObject({ prompt_tokens: 0, total_tokens: 0 });
      expect(await usage('wrong-usage:mode=missing')).toBeNull();
    },
  },
  leak: {
    'keeps memory for every request': async () => {
      const server = await servers.here(['leak:kib=4096']);
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 0; i < 16; i++) await embeddings(server, { input: 'a', dimensions: 2 });
      expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(48 * 2 ** 20);
    },
  },
} satisfies Record<keyof typeof REPLY_FAULTS, Record<string, () => Promise<void>>>;

describe.each(Object.entries(EFFECTS))('%s', (_, effects) => {
  test.each(Object.entries<() => Promise<void>>(effects))('%s', (__, effect) => effect());
});

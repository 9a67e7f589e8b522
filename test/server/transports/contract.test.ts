import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TRANSPORTS } from '../../../src/core/axes.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import { parseReply, readReply } from '../../../src/server/decode/json-reply.ts';
import type { Exchange, Transport, TransportOptions } from '../../../src/server/transport.ts';
import { TRANSPORT_TABLE } from '../../../src/server/transport-table.ts';
import { systemClock } from '../../../src/threads/system-clock.ts';
import { type Animal, openZoo, type Zoo } from './zoo.ts';

const KEY = 'sk-very-secret-key';
let zoo: Zoo;
const opened: Transport[] = [];

beforeAll(async () => {
  zoo = await openZoo();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((transport) => transport.close()));
});
afterAll(() => zoo.close());

describe.each(TRANSPORTS)('%s', (name) => {
  const create = (options: Partial<TransportOptions> = {}): Transport => {
    const transport = TRANSPORT_TABLE[name]({
      baseUrl: zoo.baseUrl,
      apiKey: KEY,
      timeoutMs: 5000,
      connections: 1,
      clock: systemClock,
      ...options,
    });
    opened.push(transport);
    return transport;
  };

  test.each([
    'good',
    'shuffled',
    'chunked',
    'dribbled',
    'dribbledChunks',
    'closeAfter',
    'untilClose',
  ] as const)('reads the whole answer of a server that is %s', async (animal) => {
    const { exchange, reply } = await visit(create(), animal, ['a', 'bcd']);
    expect(exchange.outcome).toBe('ok');
    expect(exchange.status).toBe(200);
    expect(reply).toMatchObject({ ok: true, reply: { promptTokens: 6, servedModel: 'zoo' } });
    if (!reply?.ok) return;
    const order = animal === 'shuffled' ? [1, 0] : [0, 1];
    expect([...reply.reply.indices]).toEqual(order);
    expect([...reply.reply.values]).toEqual(order.flatMap((i) => [i === 0 ? 1 : 3, i + 1, 0.25]));
  });

  test.each<[Animal, Outcome, RegExp]>([
    ['badRequest', 'http4xx', /HTTP 400: no dimensions here/],
    ['unauthorised', 'http4xx', /HTTP 401: Unauthorized: .*\*\*\*/],
    ['limited', 'http429', /HTTP 429: slow down/],
    ['full', 'http503', /HTTP 503: queue full/],
    ['broken', 'http5xx', /HTTP 500: boom/],
    ['resetAtOnce', 'reset', /closed before an answer/],
    ['closeAtOnce', 'reset', /closed before an answer/],
    ['resetInBody', 'reset', /in the middle of the body|before the answer was complete/],
    ['truncated', 'truncated', /before its announced length/],
    ['truncatedChunks', 'truncated', /before its announced length/],
    ['notHttp', 'malformed', /not an HTTP answer/],
  ])('a server that is %s gives the outcome %s', async (animal, outcome, message) => {
    const { exchange } = await visit(create(), animal, ['a']);
    expect(exchange).toMatchObject({ outcome });
    expect(exchange.message).toMatch(message);
    expect(exchange.message).not.toContain(KEY);
    expect(exchange.lastByteMs > 0).toBe(
      outcome.startsWith('http') || (name === 'openai' && exchange.lastByteMs > 0),
    );
  });

  // undici and fetch refuse an informational answer that was not asked for.
  test('an informational answer is skipped, or it is a failure in words', async () => {
    const { exchange, reply } = await visit(create(), 'continueFirst', ['a']);
    if (name === 'wire') {
      expect(exchange.outcome).toBe('ok');
      expect(reply?.ok).toBe(true);
    } else {
      // They end the connection then, which looks as if the server had.
      expect(exchange.outcome).toBe('reset');
      expect(exchange.message).not.toBe('');
    }
  });

  test('a body with the wrong announced length never passes for an answer', async () => {
    const { exchange, reply } = await visit(create(), 'tooShortLength', ['a']);
    expect(exchange.outcome === 'malformed' || reply?.ok === false).toBe(true);
  });

  test('a body that is not JSON is malformed', async () => {
    const { exchange, reply } = await visit(create(), 'notJson', ['a']);
    const kind = exchange.outcome === 'ok' && reply?.ok === false ? reply.kind : exchange.outcome;
    expect(kind).toBe('malformed');
  });

  test.each(['hang', 'hangInBody'] as const)(
    'a server that %ss is a time-out at the limit',
    async (animal) => {
      const before = systemClock.nowMs();
      const { exchange } = await visit(create({ timeoutMs: 150 }), animal, ['a']);
      expect(exchange.outcome).toBe('timeout');
      expect(exchange.message).toBe('no complete answer within 150 ms');
      expect(systemClock.nowMs() - before).toBeGreaterThanOrEqual(149);
    },
  );

  test('an unreachable server is refused, and nothing is tried twice', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { exchange } = await visit(create({ baseUrl: `http://127.0.0.1:${port}/v1` }), 'good', ['a']);
    expect(exchange.outcome).toBe('refused');
    expect(exchange.message).toContain('ECONNREFUSED');
  });

  test.each(['full', 'resetAtOnce', 'truncated'] as const)(
    'a request that %s is sent once: no hidden retry',
    async (animal) => {
      const before = zoo.requests.length;
      await visit(create(), animal, ['a']);
      expect(zoo.requests.length).toBe(before + 1);
    },
  );

  test('stamps are in order and a cancelled exchange is reported once', async () => {
    const transport = create();
    const { exchange } = await visit(transport, 'good', ['a']);
    expect(exchange.sentMs).toBeLessThanOrEqual(exchange.headersMs);
    expect(exchange.headersMs).toBeLessThanOrEqual(exchange.lastByteMs);
    expect(exchange.bodyBytes).toBeGreaterThan(100);
    const ends: Exchange[] = [];
    const request = transport.prepare({ model: 'hang', input: ['a'], encoding_format: 'float' });
    const sink = { begin: () => undefined, push: () => undefined };
    const cancel = transport.send(request, sink, (end) => ends.push(end));
    cancel();
    cancel();
    await transport.close();
    expect(ends.map((end) => end.outcome)).toEqual(['cancelled']);
  });

  test('one request after another travels over one connection', async () => {
    const transport = create();
    for (let i = 0; i < 5; i++) await visit(transport, 'good', ['a']);
    // fetch hands the body over before its socket is free again, so the SDK takes turns on two.
    const most = name === 'openai' ? 2 : 1;
    expect(transport.socketsOpened).toBeLessThanOrEqual(most);
    expect(zoo.requests.at(-1)?.before).toBeGreaterThanOrEqual(Math.floor(5 / most) - 1);
  });

  test('a connection that the server closed between requests is replaced', async () => {
    const transport = create();
    await visit(transport, 'goodThenClose', ['a']);
    await expect.poll(() => zoo.open()).toBe(0);
    const { exchange } = await visit(transport, 'good', ['a']);
    expect(exchange.outcome).toBe('ok');
    expect(transport.socketsOpened).toBe(2);
  });

  test('connections are opened ahead, and the requests then open none', async () => {
    const transport = create({ connections: 4 });
    await transport.open();
    const before = transport.socketsOpened;
    expect(before).toBe(4);
    await Promise.all(Array.from({ length: 4 }, () => visit(transport, 'good', ['a'])));
    if (name !== 'openai') expect(transport.socketsOpened).toBe(before);
  });

  test('the request carries key, headers and fields, and declines compression', async () => {
    const transport = create({ headers: { 'X-Tenant': 'blue' } });
    await visit(transport, 'good', ['snow ☃ "quoted"\n<b>'], {
      dimensions: 32,
      encoding_format: 'base64',
      user: 'u',
    });
    const request = zoo.requests.at(-1)!;
    expect(request.requestLine).toBe('POST /v1/embeddings HTTP/1.1');
    expect(request.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'x-tenant': 'blue',
      'content-type': 'application/json',
      'accept-encoding': 'identity',
    });
    expect(request.body).toEqual({
      model: 'good',
      input: ['snow ☃ "quoted"\n<b>'],
      encoding_format: 'base64',
      dimensions: 32,
      user: 'u',
    });
  });
});

interface Visit {
  readonly exchange: Exchange;
  readonly reply: ReturnType<typeof parseReply> | undefined;
}

async function visit(
  transport: Transport,
  animal: Animal,
  input: readonly string[],
  extra: Record<string, unknown> = {},
): Promise<Visit> {
  const chunks: Buffer[] = [];
  const sink = { begin: () => undefined, push: (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk)) };
  const request = transport.prepare({ model: animal, input, encoding_format: 'float', ...extra });
  const exchange = await new Promise<Exchange>((resolve) => transport.send(request, sink, resolve));
  const reply =
    exchange.outcome !== 'ok'
      ? undefined
      : exchange.parsed === undefined
        ? parseReply(Buffer.concat(chunks).toString('utf8'))
        : readReply(exchange.parsed);
  return { exchange, reply };
}

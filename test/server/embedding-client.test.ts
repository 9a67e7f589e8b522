import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createEmbeddingClient, type EmbeddingClient } from '../../src/server/embedding-client.ts';
import { systemClock } from '../../src/threads/system-clock.ts';
import { type Animal, openZoo, type Zoo } from './transports/zoo.ts';

let zoo: Zoo;
let client: EmbeddingClient | undefined;
beforeAll(async () => {
  zoo = await openZoo();
});
afterEach(() => client?.close());
afterAll(() => zoo.close());

function clientOf(model: Animal, timeoutMs = 5000): EmbeddingClient {
  client = createEmbeddingClient({
    baseUrl: zoo.baseUrl,
    model,
    apiKey: 'sk-secret-1',
    timeoutMs,
    clock: systemClock,
  });
  return client;
}

const item = (embedding: unknown, index: number) => ({ embedding, index });

test('vectors come back in the order of the texts, with what the server said about them', async () => {
  const reply = await clientOf('shuffled').embed({ texts: ['a', 'bb', 'ccc'], encoding: 'float' });
  expect(reply).toMatchObject({
    ok: true,
    count: 3,
    dimensions: 3,
    promptTokens: 9,
    servedModel: 'zoo',
    encodingReturned: 'float',
  });
  if (!reply.ok) return;
  expect([...reply.vectors]).toEqual([1, 1, 0.25, 2, 2, 0.25, 3, 3, 0.25]);
  expect([...reply.indices]).toEqual([2, 1, 0]);
  expect(reply.serviceMs).toBeGreaterThan(0);
});

test('the fields of the request are sent as asked', async () => {
  await clientOf('good').embed({
    texts: ['a'],
    dimensions: 64,
    encoding: 'base64',
    extra: { instruction: 'x' },
  });
  expect(zoo.requests.at(-1)?.body).toEqual({
    model: 'good',
    input: ['a'],
    encoding_format: 'base64',
    dimensions: 64,
    instruction: 'x',
  });
  await clientOf('good').embed({ texts: ['a'], encoding: 'float' });
  expect(zoo.requests.at(-1)?.body).not.toHaveProperty('dimensions');
});

test.each([
  ['too few vectors', [item([1, 2], 0)], /1 vectors came back for 2 texts/],
  ['vectors of two lengths', [item([1, 2], 0), item([1], 1)], /vector 1 has 1 dimensions, the first one 2/],
  ['empty vectors', [item([], 0), item([], 1)], /vector 0 is empty/],
  ['an all-zero vector', [item([1, 2], 0), item([0, -0], 1)], /vector 1 is all zero/],
  ['an index twice', [item([1, 2], 1), item([3, 4], 1)], /index 1 of vector 1/],
  ['an index out of range', [item([1, 2], 0), item([3, 4], 2)], /index 2 of vector 1/],
  [
    'values beyond float32',
    [item([1, 2], 0), item([1e39, 1], 1)],
    /vector 1 holds a value that is not finite/,
  ],
  ['NaN bytes', [item('AADAfw==', 0), item('AADAfw==', 1)], /vector 0 holds a value that is not finite/],
  ['two encodings', [item([1], 0), item('AACAPw==', 1)], /vector 1 is base64 where the others are float/],
])('%s are a bad vector', async (_, data, message) => {
  const extra = { reply: JSON.stringify({ data }) };
  const reply = await clientOf('parrot').embed({ texts: ['a', 'b'], encoding: 'float', extra });
  expect(reply).toMatchObject({ ok: false, kind: 'badVector', status: 200 });
  expect(reply.ok ? '' : reply.message).toMatch(message);
});

test('base64 that came unasked is decoded and named', async () => {
  const reply = await clientOf('parrot').embed({
    texts: ['a'],
    encoding: 'float',
    extra: { reply: JSON.stringify({ data: [item('AACAPwAAAMA=', 0)] }) },
  });
  expect(reply).toMatchObject({ ok: true, encodingReturned: 'base64', dimensions: 2 });
  expect(reply.ok && [...reply.vectors]).toEqual([1, -2]);
});

test('failures are replies by kind, without the key', async () => {
  const reply = await clientOf('unauthorised').embed({ texts: ['a'], encoding: 'float' });
  expect(reply).toEqual({
    ok: false,
    kind: 'http4xx',
    status: 401,
    message: 'HTTP 401: Unauthorized: Bearer ***',
  });
  expect(await clientOf('notJson').embed({ texts: ['a'], encoding: 'float' })).toMatchObject({
    kind: 'malformed',
  });
});

test('an aborted signal cancels the request and frees the connection', async () => {
  const controller = new AbortController();
  const pending = clientOf('hang').embed({ texts: ['a'], encoding: 'float' }, controller.signal);
  controller.abort();
  expect(await pending).toMatchObject({ ok: false, kind: 'cancelled' });
  const again = await client!.embed({ texts: ['a'], encoding: 'float' }, controller.signal);
  expect(again).toMatchObject({ ok: false, kind: 'cancelled' });
});

test('many requests at once each get their own vectors', async () => {
  const one = clientOf('dribbled');
  const replies = await Promise.all(
    Array.from({ length: 24 }, (_, i) => one.embed({ texts: ['x'.repeat(i + 1)], encoding: 'float' })),
  );
  expect(replies.map((reply) => reply.ok && reply.vectors[0])).toEqual(
    Array.from({ length: 24 }, (_, i) => i + 1),
  );
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedServer } from '../../src/embedded/start.ts';
import { cosine } from '../../src/server/probe/vector-agreement.ts';
import { createServers, embeddings, norm, post, vectorsOf } from './served.ts';

const TEXTS = [
  'The battery lasts two days and the screen is bright even in the sun.',
  'Refund refused twice.',
  '快递很快，但是包装破了，客服也没有回应。',
  'A quiet room with a view of the harbour; breakfast was late.',
];
const servers = createServers();
let server: StartedServer;
beforeAll(async () => {
  server = await servers.start({ threads: 2 });
});
afterAll(() => servers.stop());

const vectors = async (body: Record<string, unknown>): Promise<Float32Array[]> =>
  vectorsOf(await embeddings(server, body));

describe('the answer', () => {
  test('has SGLang’s shape, with the served model’s name and the tokens of all texts', async () => {
    const { status, headers, json } = await embeddings(server, { input: TEXTS.slice(0, 2) });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(json).toEqual({
      object: 'list',
      data: [0, 1].map((index) => ({ object: 'embedding', index, embedding: expect.any(Array) })),
      model: 'use-lite-hash-2560',
      usage: {
        prompt_tokens: expect.any(Number),
        total_tokens: json.usage.prompt_tokens,
        completion_tokens: 0,
        prompt_tokens_details: null,
        reasoning_tokens: 0,
      },
    });
    const counted = await post(server, '/v1/tokenize', { prompt: TEXTS.slice(0, 2) });
    expect(json.usage.prompt_tokens).toBe(counted.json.count[0] + counted.json.count[1]);
  });

  test('keeps the connection, without naming an idle limit', async () => {
    const { headers } = await embeddings(server, { input: 'a' });
    expect(headers.get('keep-alive')).toBeNull();
    expect(Number(headers.get('content-length'))).toBeGreaterThan(0);
  });

  test('one text and a list of one text are the same', async () => {
    const [alone] = await vectors({ input: TEXTS[0] });
    expect(await vectors({ input: [TEXTS[0]] })).toEqual([alone]);
  });
});

describe('fields of the request', () => {
  test.each([
    ['unknown fields', { instruction: 'Classify the sentiment', input_type: 'query', prompt_name: 'x' }],
    ['null where a field has a default of null', { dimensions: null, user: null, rid: null, priority: null }],
    ['user, priority, lora_path', { user: 'me', priority: 3, lora_path: 'some/adapter' }],
    ['one rid for all', { rid: 'request-1' }],
    ['a rid for each', { rid: ['one', 'two'] }],
    ['another model’s name', { model: 'somebody/else' }],
    ['a number as text, as pydantic reads it', { dimensions: '2560' }],
  ])('%s change nothing', async (_, fields) => {
    const input = TEXTS.slice(0, 2);
    expect(await vectors({ input, ...fields })).toEqual(await vectors({ input }));
  });

  test('a request without a model is answered', async () => {
    expect((await post(server, '/v1/embeddings', { input: 'a' })).status).toBe(200);
  });

  test('token ids stand for one text, lists of them for several', async () => {
    const { json } = await post(server, '/v1/tokenize', { prompt: TEXTS.slice(0, 2) });
    const [first, second] = json.tokens as [number[], number[]];
    const flat = await embeddings(server, { input: first });
    expect(flat.json.data).toHaveLength(1);
    expect(flat.json.usage.prompt_tokens).toBe(first.length);
    const both = vectorsOf(await embeddings(server, { input: [first, second] }));
    expect(both).toHaveLength(2);
    expect(both[0]).toEqual(vectorsOf(flat)[0]);
    const texts = await vectors({ input: TEXTS.slice(0, 2) });
    for (const [i, vector] of both.entries()) expect(cosine(vector, texts[i]!)).toBeGreaterThan(0.999);
  });

  test('objects with a text are read as texts', async () => {
    const [plain] = await vectors({ input: TEXTS[1] });
    expect(await vectors({ input: [{ text: TEXTS[1] }] })).toEqual([plain]);
  });

  test('a media type may have parameters', async () => {
    const answer = await embeddings(
      server,
      { input: 'a' },
      { 'content-type': 'application/json; charset=utf-8' },
    );
    expect(answer.status).toBe(200);
  });
});

describe('vectors', () => {
  test.each([1, 31, 32, 100, 512, 513, 1536, 2560])(
    'at %i dimensions are the full ones, cut and normalised',
    async (dimensions) => {
      const full = await vectors({ input: TEXTS });
      const short = await vectors({ input: TEXTS, dimensions });
      for (const [i, vector] of short.entries()) {
        expect(vector).toHaveLength(dimensions);
        expect(Math.abs(norm(vector) - 1)).toBeLessThan(1e-5);
        expect(cosine(vector, full[i]!.subarray(0, dimensions))).toBeGreaterThan(1 - 1e-9);
      }
    },
  );

  test.each([32, 2560])('as base64 are the same bits as float at %i dimensions', async (dimensions) => {
    const body = { input: TEXTS, dimensions };
    const base64 = await embeddings(server, { ...body, encoding_format: 'base64' });
    expect(base64.json.data[0].embedding).toHaveLength(Math.ceil((dimensions * 4) / 3) * 4);
    expect(vectorsOf(base64)).toEqual(await vectors({ ...body, encoding_format: 'float' }));
  });

  test('of a text alone, in a batch, at another place and under load are the same bits', async () => {
    const alone: Float32Array[] = [];
    for (const text of TEXTS) alone.push(...(await vectors({ input: text })));
    expect(await vectors({ input: TEXTS })).toEqual(alone);
    expect(await vectors({ input: TEXTS.toReversed() })).toEqual(alone.toReversed());
    const filler = Array.from({ length: 40 }, (_, i) => `${'filler '.repeat(i % 7)}number ${i}`);
    const crowd = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        vectors({ input: [...filler.slice(i, i + (i % 5)), ...TEXTS, ...filler.slice(0, i)] }),
      ),
    );
    for (const [i, rows] of crowd.entries()) expect(rows.slice(i % 5, (i % 5) + TEXTS.length)).toEqual(alone);
  });

  test('of a text that is as long as the context allows come back, one token more is refused', async () => {
    const { json } = await post(server, '/v1/tokenize', { prompt: 'parcel '.repeat(8190) });
    const tokens = json.tokens as number[];
    const longest = await embeddings(server, { input: tokens.slice(0, 8191), dimensions: 8 });
    expect(longest.json.usage.prompt_tokens).toBe(8191);
    const beyond = await embeddings(server, { input: [...tokens, ...tokens].slice(0, 8192) });
    expect(beyond.status).toBe(400);
    expect(beyond.json).toMatchObject({ object: 'error', type: 'BadRequestError', code: 400, param: null });
    expect(beyond.json.message).toContain('context length (8192 tokens)');
  });
});

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedServer } from '../../src/embedded/embedded-server.ts';
import { parseExposition } from '../../src/server/metrics/exposition.ts';
import { cosine } from '../../src/server/probe/vector-agreement.ts';
import { ask, createServers, embeddings, norm, post, vectorsOf } from './served.ts';

const MODEL = 'hash-ngram-2560';
const servers = createServers();
let server: EmbeddedServer;
beforeAll(async () => {
  server = await servers.here([], { model: MODEL });
});
afterAll(() => servers.stop());

describe('health', () => {
  test.each(['GET', 'HEAD'])('answers %s at once, with an empty body', async (method) => {
    expect(await ask(server, '/health', { method })).toMatchObject({ status: 200, text: '' });
  });

  test('the generating kind takes a second, as SGLang looks once a second', async () => {
    const startMs = performance.now();
    expect((await ask(server, '/health_generate')).status).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(1000);
  });
});

describe('what the server says about itself', () => {
  test('/v1/models lists one model, which has a page of its own', async () => {
    const { json } = await ask(server, '/v1/models');
    expect(json).toEqual({
      object: 'list',
      data: [
        {
          id: MODEL,
          object: 'model',
          created: expect.any(Number),
          owned_by: 'dimsweep',
          root: MODEL,
          parent: null,
          max_model_len: 8192,
        },
      ],
    });
    expect((await ask(server, `/v1/models/${MODEL}`)).json).toEqual(json.data[0]);
  });

  test.each(['/model_info', '/get_model_info'])('%s says what the model can do', async (path) => {
    const { json } = await ask(server, path);
    expect(json).toMatchObject({
      model_path: MODEL,
      is_generation: false,
      embedding: {
        supports_dimensions: true,
        matryoshka_dimensions: null,
        enabled: true,
        cache: { radix_cache_disabled: true },
      },
    });
  });

  test.each(['/server_info', '/get_server_info'])('%s says how it was started', async (path) => {
    const { json } = await ask(server, path);
    expect(json).toMatchObject({
      model_path: MODEL,
      port: server.port,
      is_embedding: true,
      disable_radix_cache: true,
      allow_auto_truncate: false,
      enable_metrics: true,
      max_req_input_len: 8191,
      status: 'ready',
      internal_states: [{ memory_usage: { weight: 0, kvcache: 0 }, num_running_reqs: 0 }],
    });
    expect(json).not.toHaveProperty('api_key');
  });

  test('/v1/loads and its old form count texts that run and wait', async () => {
    expect((await ask(server, '/v1/loads')).json).toMatchObject({
      dp_rank_count: 1,
      loads: [{ dp_rank: 0, num_running_reqs: 0, num_waiting_reqs: 0 }],
      aggregate: { total_reqs: 0 },
    });
    expect((await ask(server, '/get_load')).json).toMatchObject([{ dp_rank: 0, num_reqs: 0 }]);
  });
});

describe('/flush_cache', () => {
  test.each(['GET', 'POST'])('answers %s when nothing runs', async (method) => {
    expect(await ask(server, '/flush_cache', { method })).toMatchObject({ status: 200 });
  });

  test('refuses while something runs, and waits for it when it is asked to', async () => {
    const slow = await servers.here(['service:ms=300']);
    const running = embeddings(slow, { input: 'a' });
    while ((await ask(slow, '/flush_cache')).status === 200);
    expect((await ask(slow, '/flush_cache?timeout=0')).status).toBe(400);
    expect((await ask(slow, '/flush_cache?timeout=5')).status).toBe(200);
    expect((await running).status).toBe(200);
    expect((await ask(slow, '/flush_cache?timeout=-1')).status).toBe(400);
    expect((await ask(slow, '/flush_cache?timeout=soon')).status).toBe(400);
  });
});

describe('/metrics', () => {
  const scrape = async () => parseExposition((await ask(server, '/metrics')).text);
  const figureOf = ({ samples }: Awaited<ReturnType<typeof scrape>>, name: string): number | undefined =>
    samples.find((sample) => sample.name === name)?.value;

  test('is an exposition in which every line can be read and every family has a type', async () => {
    const { text, headers } = await ask(server, '/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(parseExposition(text).samples).toHaveLength(lines.length);
    const typed = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name!));
    for (const line of lines) {
      const name = /^[^ {]+/.exec(line)![0];
      expect(typed).toContain(typed.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''));
    }
  });

  test('counts texts and tokens, times included', async () => {
    const before = await scrape();
    const { json } = await embeddings(server, { input: ['one text', 'and another'] });
    const after = await scrape();
    const grown = (name: string): number => figureOf(after, name)! - figureOf(before, name)!;
    expect(grown('sglang:num_requests_total')).toBe(2);
    expect(grown('sglang:prompt_tokens_total')).toBe(json.usage.prompt_tokens);
    expect(grown('sglang:uncached_prompt_tokens_histogram_sum')).toBe(json.usage.prompt_tokens);
    expect(grown('sglang:e2e_request_latency_seconds_count')).toBe(2);
    expect(grown('sglang:e2e_request_latency_seconds_sum')).toBeGreaterThan(0);
    expect(grown('sglang:num_aborted_requests_total')).toBe(0);
    expect(grown('dimsweep:forward_texts_total')).toBe(2);
    expect(grown('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(figureOf(after, 'process_start_time_seconds')! * 1000).toBeLessThan(Date.now());
  });

  test('has cumulative buckets that end at the count', async () => {
    const { samples } = await scrape();
    const name = 'sglang:e2e_request_latency_seconds';
    const buckets = samples.filter((sample) => sample.name === `${name}_bucket`).map(({ value }) => value);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toBe(samples.find((sample) => sample.name === `${name}_count`)?.value);
  });

  test('has no series of cached tokens before the first hit', async () => {
    expect(figureOf(await scrape(), 'sglang:cached_tokens_total')).toBeUndefined();
    const caching = await servers.here(['prefix-cache:tokenMs=0']);
    for (let i = 0; i < 2; i++) await embeddings(caching, { input: 'the same five words here' });
    const { samples } = parseExposition((await ask(caching, '/metrics')).text);
    const cached = samples.find(({ name }) => name === 'sglang:cached_tokens_total');
    expect(cached?.value).toBe(4);
    expect(cached?.labels.get('cache_source')).toBe('device');
  });

  test('counts a text as given up when its client leaves', async () => {
    const stuck = await servers.here([], { model: 'use-lite-512' });
    const leaving = new AbortController();
    const texts = Array.from({ length: 256 }, (_, i) =>
      `A long sentence about nothing, number ${i}. `.repeat(8),
    );
    const asked = fetch(`${stuck.baseUrl}/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: texts }),
      signal: leaving.signal,
    });
    const load = async () => (await ask(stuck, '/v1/loads')).json.aggregate.total_reqs as number;
    while ((await load()) === 0);
    leaving.abort();
    await expect(asked).rejects.toThrow('aborted');
    while ((await load()) > 0);
    const { samples } = parseExposition((await ask(stuck, '/metrics')).text);
    expect(samples.find(({ name }) => name === 'sglang:num_aborted_requests_total')?.value).toBe(256);
  });
});

describe('tokens', () => {
  test.each(['/v1/tokenize', '/tokenize'])('%s gives ids and their number', async (path) => {
    const one = await post(server, path, { prompt: 'Great product.' });
    expect(one.json).toEqual({
      tokens: expect.any(Array),
      count: one.json.tokens.length,
      max_model_len: 8192,
    });
    const two = await post(server, path, { prompt: ['Great product.', ''] });
    expect(two.json).toMatchObject({ tokens: [one.json.tokens, []], count: [one.json.count, 0] });
    expect((await post(server, path, { prompt: 3 })).status).toBe(400);
  });

  test.each(['/v1/detokenize', '/detokenize'])('%s gives the text back', async (path) => {
    const { json } = await post(server, '/v1/tokenize', { prompt: 'Great product, works well.' });
    expect((await post(server, path, { tokens: json.tokens })).json).toEqual({
      text: 'Great product, works well.',
    });
    expect((await post(server, path, { tokens: [json.tokens, [99_999]] })).json.text[1]).toBe('\uFFFD');
    expect((await post(server, path, { tokens: 'x' })).status).toBe(400);
  });
});

describe('/encode', () => {
  test('answers with a bare object for one text and a bare list for several', async () => {
    const one = await post(server, '/encode', { text: 'a short text', dimensions: 64 });
    const { embedding, meta_info } = one.json;
    expect(embedding).toHaveLength(64);
    expect(norm(Float32Array.from(embedding))).toBeCloseTo(1, 5);
    expect(meta_info).toMatchObject({ prompt_tokens: expect.any(Number), cached_tokens: 0 });
    const list = await post(server, '/encode', { text: ['a short text'], dimensions: 64 });
    expect(list.json[0].embedding).toEqual(embedding);
  });

  test('takes token ids, and tells the cached tokens of each text', async () => {
    const caching = await servers.here(['prefix-cache:tokenMs=0']);
    const ids = [5, 6, 7, 8];
    await post(caching, '/encode', { input_ids: ids });
    const again = await post(caching, '/encode', { input_ids: [ids, [5, 6, 99]] });
    expect(again.json.map((item: { meta_info: object }) => item.meta_info)).toMatchObject([
      { prompt_tokens: 4, cached_tokens: 3 },
      { prompt_tokens: 3, cached_tokens: 2 },
    ]);
  });

  test('gives the vectors of /v1/embeddings', async () => {
    const [vector] = vectorsOf(await embeddings(server, { input: 'the same text' }));
    const { json } = await post(server, '/encode', { text: 'the same text' });
    expect(cosine(Float32Array.from(json.embedding), vector!)).toBeGreaterThan(1 - 1e-9);
  });
});

describe('/v1/rerank', () => {
  const query = 'battery life of the phone';
  const documents = ['The soup was cold.', 'The phone battery lasts for days.', 'Phone batteries.'];

  test('answers with a bare list, best first, each with its place in the request', async () => {
    const { json } = await post(server, '/v1/rerank', { query, documents });
    expect(json.map((item: { index: number }) => item.index)).toHaveLength(3);
    expect(json[0].document).toBe(documents[json[0].index]);
    expect(json[0].index).not.toBe(0);
    const scores = json.map((item: { score: number }) => item.score);
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => b - a));
  });

  test('knows top_n, return_documents and instruct', async () => {
    const top = await post(server, '/v1/rerank', { query, documents, top_n: 1, return_documents: false });
    expect(top.json).toEqual([{ score: expect.any(Number), index: expect.any(Number) }]);
    const instructed = await post(server, '/v1/rerank', { query, documents, instruct: 'Find soup' });
    expect(instructed.json).not.toEqual((await post(server, '/v1/rerank', { query, documents })).json);
  });

  test.each([
    ['a blank query', { query: ' ', documents }],
    ['no query', { documents }],
    ['no documents', { query, documents: [] }],
    ['a blank document', { query, documents: ['a', ''] }],
    ['a number among the documents', { query, documents: ['a', 3] }],
    ['top_n 0', { query, documents, top_n: 0 }],
  ])('refuses %s', async (_, body) => {
    const { status, json } = await post(server, '/v1/rerank', body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ object: 'error', code: 400 });
  });
});

test('the server listens on the loopback alone', () => {
  const hexPort = server.port.toString(16).toUpperCase().padStart(4, '0');
  const listening = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'latin1')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .flatMap(([, local, , state]) => (local?.endsWith(`:${hexPort}`) && state === '0A' ? [local] : [])),
  );
  expect(listening).toEqual([`0100007F:${hexPort}`]);
});

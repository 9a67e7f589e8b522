import { afterAll, describe, expect, test } from 'vitest';
import type { EmbeddedServer } from '../../../src/embedded/embedded-server.ts';
import type { CONTRACT_FAULTS } from '../../../src/embedded/faults/contract-faults.ts';
import { parseExposition } from '../../../src/server/metrics/exposition.ts';
import { ask, createServers, embeddings, norm, post, vectorsOf } from '../served.ts';

const servers = createServers();
afterAll(() => servers.stop());

const INPUT = ['one text', 'another text that is longer'];

/** A text of `words` tokens of the null model that no other text shares a prefix with. */
const textOf = (mark: string, words: number): string => `${mark}${` ${mark}x`.repeat(words - 1)}`;

async function cachedTokens(server: EmbeddedServer): Promise<number> {
  const { samples } = parseExposition((await ask(server, '/metrics')).text);
  return samples.find(({ name }) => name === 'sglang:cached_tokens_total')?.value ?? 0;
}

async function timed(server: EmbeddedServer, input: string | string[]): Promise<number> {
  const startMs = performance.now();
  expect((await embeddings(server, { input, dimensions: 8 })).status).toBe(200);
  return performance.now() - startMs;
}

const EFFECTS = {
  'ignore-dimensions': {
    'gives full vectors with status 200': async () => {
      const server = await servers.here(['ignore-dimensions']);
      for (const dimensions of [1, 32, 99_999]) {
        const answer = await embeddings(server, { input: INPUT, dimensions });
        expect(answer.status).toBe(200);
        expect(vectorsOf(answer)).toEqual(vectorsOf(await embeddings(server, { input: INPUT })));
      }
    },
  },
  'no-renormalise': {
    'cuts and leaves it at that': async () => {
      const server = await servers.here(['no-renormalise'], { model: 'hash-ngram-2560' });
      const full = vectorsOf(await embeddings(server, { input: INPUT }));
      const short = vectorsOf(await embeddings(server, { input: INPUT, dimensions: 512 }));
      expect(short).toEqual(full.map((vector) => vector.slice(0, 512)));
      for (const vector of short) expect(norm(vector)).toBeLessThan(0.9);
      for (const vector of full) expect(norm(vector)).toBeCloseTo(1, 5);
    },
  },
  'ignore-encoding': {
    'gives floats for anything': async () => {
      const server = await servers.here(['ignore-encoding']);
      for (const encoding_format of ['base64', 'int8']) {
        const { json } = await embeddings(server, { input: 'a', encoding_format });
        expect(Array.isArray(json.data[0].embedding)).toBe(true);
      }
    },
  },
  'auto-truncate': {
    'cuts the tail, without a word in the answer': async () => {
      const server = await servers.here(['auto-truncate']);
      const long = textOf('w', 40_000);
      const { status, json } = await embeddings(server, { input: long, dimensions: 8 });
      expect(status).toBe(200);
      expect(json.usage.prompt_tokens).toBe(32_767);
      expect((await ask(server, '/server_info')).json.allow_auto_truncate).toBe(true);
      const { tokens } = (await post(server, '/v1/tokenize', { prompt: long })).json as { tokens: number[] };
      const cut = await embeddings(server, { input: tokens.slice(0, 32_767), dimensions: 8 });
      expect(cut.json.data).toEqual(json.data);
    },
  },
  'prefix-cache': {
    'makes new tokens cost time, tells of every one it knew': async () => {
      const server = await servers.here(['prefix-cache:tokenMs=2']);
      const text = textOf('cold', 50);
      expect(await timed(server, text)).toBeGreaterThanOrEqual(100);
      expect(await cachedTokens(server)).toBe(0);
      await timed(server, text);
      expect(await cachedTokens(server)).toBe(49);
      expect((await ask(server, '/server_info')).json.disable_radix_cache).toBe(false);
      expect((await ask(server, '/v1/loads')).json.loads[0].num_used_tokens).toBe(50);
    },
    'knows the front of a text that it has seen with another end': async () => {
      const server = await servers.here(['prefix-cache:tokenMs=0']);
      await embeddings(server, { input: 'Instruct: find the soup' });
      await embeddings(server, { input: 'Instruct: find the tea' });
      expect(await cachedTokens(server)).toBe(3);
    },
    'forgets when it is flushed': async () => {
      const server = await servers.here(['prefix-cache:tokenMs=0']);
      await embeddings(server, { input: INPUT[0] });
      expect((await ask(server, '/flush_cache')).status).toBe(200);
      await embeddings(server, { input: INPUT[0] });
      expect(await cachedTokens(server)).toBe(0);
    },
    'changes no vector': async () => {
      const server = await servers.here(['prefix-cache:tokenMs=0'], { model: 'hash-ngram-2560' });
      const first = vectorsOf(await embeddings(server, { input: INPUT }));
      const mixed = vectorsOf(await embeddings(server, { input: ['new', INPUT[1], 'newer', INPUT[0]] }));
      expect([mixed[3], mixed[1]]).toEqual(first);
    },
  },
  'prefix-cache-silent': {
    'costs the same and says that there is none': async () => {
      const server = await servers.here(['prefix-cache-silent:tokenMs=2']);
      const text = textOf('cold', 50);
      expect(await timed(server, text)).toBeGreaterThanOrEqual(100);
      const { json } = await post(server, '/encode', { text });
      expect(json.meta_info.cached_tokens).toBe(0);
      expect(await cachedTokens(server)).toBe(0);
      expect((await ask(server, '/server_info')).json.disable_radix_cache).toBe(true);
      expect((await ask(server, '/model_info')).json.embedding.cache.radix_cache_disabled).toBe(true);
      const { samples } = parseExposition((await ask(server, '/metrics')).text);
      const sum = (name: string) => samples.find((sample) => sample.name === name)!.value;
      expect(sum('sglang:uncached_prompt_tokens_histogram_sum')).toBe(sum('sglang:prompt_tokens_total'));
    },
  },
  'no-metrics': {
    'answers 404': async () => {
      const server = await servers.here(['no-metrics']);
      expect(await ask(server, '/metrics')).toMatchObject({ status: 404, json: { detail: 'Not Found' } });
      expect((await ask(server, '/server_info')).json.enable_metrics).toBe(false);
    },
  },
} satisfies Record<keyof typeof CONTRACT_FAULTS, Record<string, () => Promise<void>>>;

describe.each(Object.entries(EFFECTS))('%s', (_, effects) => {
  test.each(Object.entries<() => Promise<void>>(effects))('%s', (__, effect) => effect());
});

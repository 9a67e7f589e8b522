import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DIALECTS } from '../../src/embedded/dialects.ts';
import type { EmbeddedServer } from '../../src/embedded/embedded-server.ts';
import { ask, createServers, embeddings, post } from './served.ts';

type DialectName = keyof typeof DIALECTS;

const servers = createServers();
const running = {} as Record<DialectName, EmbeddedServer>;
beforeAll(async () => {
  for (const name of Object.keys(DIALECTS) as DialectName[]) running[name] = await servers.here([name]);
});
afterAll(() => servers.stop());

/** Asks every version the same; answers in their order, oldest first. */
async function inEveryVersion<T>(question: (server: EmbeddedServer) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const name of ['sglang-old', 'sglang-2025-10', 'sglang-2026-09'] as const) {
    answers.push(await question(running[name]));
  }
  return answers;
}
const statusesOf = (path: string): Promise<number[]> =>
  inEveryVersion(async (server) => (await ask(server, path)).status);
const width = async (server: EmbeddedServer, dimensions: number): Promise<number> =>
  (await embeddings(server, { input: 'a', dimensions })).json.data[0].embedding.length;

describe('POST /v1/embeddings', () => {
  test('dimensions are honoured since October 2025', async () => {
    expect(await inEveryVersion((server) => width(server, 32))).toEqual([2560, 32, 32]);
  });

  test('what the dimensions may be is not looked at where they are ignored', async () => {
    const statuses = await inEveryVersion(
      async (server) => (await embeddings(server, { input: 'a', dimensions: 9999 })).status,
    );
    expect(statuses).toEqual([200, 400, 400]);
  });

  test('base64 is honoured since the summer of 2026, and other encodings refused since then', async () => {
    const types = await inEveryVersion(async (server) => {
      const { json } = await embeddings(server, { input: 'a', encoding_format: 'base64' });
      return typeof json.data[0].embedding;
    });
    expect(types).toEqual(['object', 'object', 'string']);
    const statuses = await inEveryVersion(
      async (server) => (await embeddings(server, { input: 'a', encoding_format: 'int8' })).status,
    );
    expect(statuses).toEqual([200, 200, 400]);
  });

  test('one rid for several inputs fails in the conversion of old versions, with 500', async () => {
    const answers = await inEveryVersion((server) => embeddings(server, { input: ['a', 'b'], rid: 'one' }));
    expect(answers.map(({ status }) => status)).toEqual([500, 200, 200]);
    expect(answers[0]!.json).toMatchObject({
      object: 'error',
      type: 'InternalServerError',
      message: expect.stringMatching(/^Internal server error: /),
    });
  });

  test('usage tells of reasoning tokens since October 2025', async () => {
    const usages = await inEveryVersion(
      async (server) => (await embeddings(server, { input: 'a' })).json.usage,
    );
    expect(usages.map((usage) => 'reasoning_tokens' in usage)).toEqual([false, true, true]);
    for (const usage of usages) {
      expect(usage).toMatchObject({ completion_tokens: 0, prompt_tokens_details: null });
    }
  });
});

describe('routes', () => {
  test.each(['/get_model_info', '/get_server_info', '/get_load'])('%s is there in all', async (path) => {
    expect(await statusesOf(path)).toEqual([200, 200, 200]);
  });

  test.each(['/model_info', '/server_info', '/v1/loads'])('%s is new', async (path) => {
    expect(await statusesOf(path)).toEqual([404, 404, 200]);
  });

  test('the model’s embedding capabilities are told since the summer of 2026', async () => {
    const infos = await inEveryVersion(async (server) => (await ask(server, '/get_model_info')).json);
    expect(infos.map((info) => 'embedding' in info)).toEqual([false, false, true]);
    for (const info of infos) expect(info).toMatchObject({ is_generation: false, model_path: 'null-2560' });
  });

  test('every version names itself', async () => {
    const versions = await inEveryVersion(
      async (server) => (await ask(server, '/get_server_info')).json.version,
    );
    expect(versions).toEqual(['0.5.2', '0.5.4', '0.5.19']);
    const [first] = await inEveryVersion((server) => ask(server, '/v1/models'));
    expect(first!.headers.get('server')).toBe('uvicorn');
    expect(first!.json.data[0].owned_by).toBe('sglang');
  });

  test('/health takes a second where a token is computed for it', async () => {
    const startMs = performance.now();
    const [old] = await Promise.all([ask(running['sglang-old'], '/health')]);
    expect(old.status).toBe(200);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(1000);
  });

  test('/flush_cache waits, and says other words when it fails, in new versions only', async () => {
    const failed: { status: number; text: string }[] = [];
    for (const name of ['sglang-old', 'sglang-2026-09']) {
      const server = await servers.here([name, 'service:ms=400']);
      const running = embeddings(server, { input: 'a' });
      while ((await ask(server, '/flush_cache')).status === 200);
      failed.push(await ask(server, '/flush_cache'));
      await running;
    }
    expect(failed.map(({ status }) => status)).toEqual([400, 400]);
    expect(failed[0]!.text).toMatch(/^Cache flushed/);
    expect(failed[1]!.text).toBe('Flush cache failed.\n');
  });

  test('/metrics has new series and labels in new versions', async () => {
    const pages = await inEveryVersion(async (server) => (await ask(server, '/metrics')).text);
    expect(pages.map((page) => page.includes('sglang:uncached_prompt_tokens_histogram'))).toEqual([
      false,
      false,
      true,
    ]);
    expect(pages.map((page) => page.includes('engine_type="'))).toEqual([false, false, true]);
    for (const page of pages) expect(page).toContain('sglang:prompt_tokens_total{');
  });

  test('rerank knows its options since October 2025', async () => {
    const counts = await inEveryVersion(async (server) => {
      const body = { query: 'a', documents: ['a', 'b', 'c'], top_n: 1, return_documents: false };
      const { json } = await post(server, '/v1/rerank', body);
      return [json.length, 'document' in json[0]];
    });
    expect(counts).toEqual([
      [3, true],
      [1, false],
      [1, false],
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { createServerAdmin, type ServerAdmin } from '../../../src/server/sglang/server-admin.ts';
import { systemClock } from '../../../src/threads/system-clock.ts';
import { type Script, startScriptedServer } from './scripted-server.ts';

async function withServer(
  script: Script,
  body: (admin: ServerAdmin, server: Awaited<ReturnType<typeof startScriptedServer>>) => Promise<void>,
  keys: { apiKey?: string; adminApiKey?: string; headers?: Record<string, string> } = {},
) {
  await using server = await startScriptedServer(script);
  const admin = createServerAdmin({
    config: { headers: {}, model: 'm', ...keys },
    baseUrl: server.baseUrl,
    clock: systemClock,
  });
  try {
    await body(admin, server);
  } finally {
    await admin.close();
  }
}

describe('routes by their new and old names', () => {
  test('takes the new name and asks no further', () =>
    withServer(
      { 'GET /model_info': { json: { model_path: 'Qwen/Qwen3-Embedding-4B', is_generation: false } } },
      async (admin, server) => {
        expect(await admin.modelInfo()).toMatchObject({
          path: '/model_info',
          value: { modelPath: 'Qwen/Qwen3-Embedding-4B', isGeneration: false },
        });
        expect(server.seen.map((request) => request.path)).toEqual(['/model_info']);
      },
    ));

  test('falls back to the old names, and remembers them', () =>
    withServer(
      {
        'GET /get_model_info': { json: { is_generation: true } },
        'GET /get_server_info': { json: { version: '0.4.6', disable_radix_cache: false } },
      },
      async (admin, server) => {
        expect((await admin.modelInfo())?.path).toBe('/get_model_info');
        expect((await admin.serverInfo())?.value).toEqual({ version: '0.4.6', disableRadixCache: false });
        server.seen.length = 0;
        await admin.modelInfo();
        expect(server.seen.map((request) => request.path)).toEqual(['/get_model_info']);
      },
    ));

  test('a page that is not JSON is no answer', () =>
    withServer({ 'GET /model_info': { text: '<html>welcome</html>' } }, async (admin) => {
      expect(await admin.modelInfo()).toBeUndefined();
    }));

  test('everything is optional', () =>
    withServer({}, async (admin) => {
      expect(await admin.models()).toBeUndefined();
      expect(await admin.serverInfo()).toBeUndefined();
      expect(await admin.metrics()).toBeUndefined();
      expect(await admin.load()).toBeUndefined();
      expect(await admin.tokenize('text')).toBeUndefined();
      expect(await admin.flushCache({ waitMs: 0 })).toEqual({ state: 'absent' });
      expect(await admin.rerankPath()).toBeUndefined();
      expect((await admin.health()).state).toBe('absent');
    }));

  test('survives a server that is not there', async () => {
    const gone = await startScriptedServer({});
    await gone[Symbol.asyncDispose]();
    const admin = createServerAdmin({
      config: { headers: {}, model: 'm' },
      baseUrl: gone.baseUrl,
      clock: systemClock,
    });
    expect((await admin.health()).state).toBe('unreachable');
    expect(await admin.serverInfo()).toBeUndefined();
    expect(await admin.flushCache({ waitMs: 0 })).toMatchObject({ state: 'failed' });
    await admin.close();
  });
});

test('reads the newest SGLang answers', () =>
  withServer(
    {
      'GET /model_info': {
        json: {
          model_path: 'Qwen/Qwen3-Embedding-4B',
          is_generation: false,
          weight_version: 'default',
          embedding: {
            family: 'explicit_decoder_embedding',
            pooling: 'model_defined',
            supports_dimensions: true,
            matryoshka_dimensions: [32, 64, 'x'],
            cache: { radix_cache_disabled: true },
          },
        },
      },
      'GET /server_info': {
        json: {
          version: '0.5.19',
          disable_radix_cache: true,
          max_req_input_len: 32762,
          context_length: null,
          internal_states: [{ effective_max_running_requests_per_dp: 256 }],
        },
      },
      'GET /v1/models': { json: { data: [{ id: 'q', owned_by: 'sglang', max_model_len: 32768 }, 'broken'] } },
      'GET /v1/loads': {
        json: { loads: [{ num_running_reqs: 3, num_waiting_reqs: 1 }, { num_running_reqs: 2 }] },
      },
    },
    async (admin) => {
      expect((await admin.modelInfo())?.value).toEqual({
        modelPath: 'Qwen/Qwen3-Embedding-4B',
        isGeneration: false,
        weightVersion: 'default',
        supportsDimensions: true,
        matryoshkaDimensions: [32, 64],
        radixCacheDisabled: true,
      });
      expect((await admin.serverInfo())?.value).toEqual({
        version: '0.5.19',
        disableRadixCache: true,
        maxRequestInputTokens: 32762,
        effectiveMaxRunningRequests: 256,
      });
      expect((await admin.models())?.value).toEqual([{ id: 'q', ownedBy: 'sglang', maxModelLength: 32768 }]);
      expect((await admin.load())?.value).toEqual({ running: 5, waiting: 1 });
    },
  ));

test('reads the old load route, where waiting texts are counted among all', () =>
  withServer(
    { 'GET /get_load': { json: [{ dp_rank: 0, num_reqs: 9, num_waiting_reqs: 4, num_tokens: 800 }] } },
    async (admin) => expect((await admin.load())?.value).toEqual({ running: 5, waiting: 4 }),
  ));

test.each([
  [
    'SGLang and vLLM',
    { tokens: [1, 2, 3], count: 3, max_model_len: 32768 },
    { count: 3, maxModelLength: 32768 },
  ],
  ['llama.cpp', { tokens: [1, 2, 3, 4] }, { count: 4 }],
  ['Text Embeddings Inference', [[{ id: 101 }, { id: 102 }]], { count: 2 }],
])('counts tokens as %s answers', (_, json, value) =>
  withServer({ 'POST /tokenize': { json } }, async (admin, server) => {
    expect((await admin.tokenize('two words'))?.value).toEqual(value);
    expect(JSON.parse(server.seen.at(-1)!.body)).toMatchObject({ prompt: 'two words', inputs: 'two words' });
  }),
);

describe('flushCache', () => {
  test('asks again until the server is idle', () => {
    const statuses = [400, 400, 200];
    return withServer(
      { 'POST /flush_cache': () => ({ status: statuses.shift()!, text: 'Cache flushed.' }) },
      async (admin) => {
        expect(await admin.flushCache({ waitMs: 5000 })).toEqual({
          state: 'flushed',
          path: '/flush_cache',
          attempts: 3,
        });
      },
    );
  });

  test('gives up on a server that stays busy, and never reads the text as success', () =>
    withServer({ 'POST /flush_cache': { status: 400, text: 'Cache flushed.' } }, async (admin) => {
      expect(await admin.flushCache({ waitMs: 600 })).toEqual({
        state: 'busy',
        path: '/flush_cache',
        attempts: 2,
      });
    }));

  test('sends the admin key where there is one, and the normal key elsewhere', () =>
    withServer(
      {
        'POST /flush_cache': ({ headers }) => ({
          status: headers.authorization === 'Bearer admin' ? 200 : 401,
        }),
        'GET /server_info': { json: {} },
      },
      async (admin, server) => {
        expect((await admin.flushCache({ waitMs: 0 })).state).toBe('flushed');
        await admin.serverInfo();
        expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer normal');
      },
      { apiKey: 'normal', adminApiKey: 'admin' },
    ));

  test('says when the admin key is wanted', () =>
    withServer(
      { 'POST /flush_cache': { status: 401, json: { error: 'Unauthorized' } } },
      async (admin) =>
        expect(await admin.flushCache({ waitMs: 0 })).toEqual({
          state: 'unauthorised',
          path: '/flush_cache',
          status: 401,
        }),
      { apiKey: 'normal' },
    ));

  test('stops when it is told to', () =>
    withServer({ 'POST /flush_cache': { status: 400 } }, async (admin, server) => {
      const stop = new AbortController();
      const flushing = admin.flushCache({ waitMs: 60_000, signal: stop.signal });
      while (server.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
      stop.abort(new Error('stopped'));
      await expect(flushing).rejects.toThrow('stopped');
    }));
});

test('a stranger’s request carries neither the key nor headers that stand in for one', () =>
  withServer(
    { 'GET /v1/models': { json: { data: [] } } },
    async (admin, server) => {
      await admin.http.send({ method: 'GET', path: '/v1/models' });
      expect(server.seen.at(-1)?.headers).toMatchObject({ authorization: 'Bearer k', 'x-api-key': 'also' });
      await admin.http.send({ method: 'GET', path: '/v1/models', key: null });
      const { headers } = server.seen.at(-1)!;
      expect(headers.authorization).toBeUndefined();
      expect(headers['x-api-key']).toBeUndefined();
      expect(headers['x-team']).toBe('search');
    },
    { apiKey: 'k', headers: { 'X-API-Key': 'also', 'X-Team': 'search' } },
  ));

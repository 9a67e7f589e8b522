import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedServer } from '../../src/embedded/embedded-server.ts';
import { type Answer, ask, createServers } from './served.ts';

const KEY = 'sk-normal';
const ADMIN = 'sk-of-the-admin';
const NORMAL_ROUTES = ['/v1/models', '/model_info', '/server_info', '/v1/loads', '/no-such-route'];
const OPEN_ROUTES = ['/health', '/metrics'];

const servers = createServers();
afterAll(() => servers.stop());

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const get = (server: EmbeddedServer, path: string, headers = {}): Promise<Answer> =>
  ask(server, path, { headers });

describe('a server with a key', () => {
  let server: EmbeddedServer;
  beforeAll(async () => {
    server = await servers.here([], { keys: { apiKey: KEY } });
  });

  test.each([...NORMAL_ROUTES, '/flush_cache'])('%s asks for it', async (path) => {
    for (const headers of [{}, bearer('sk-wrong'), bearer(''), { authorization: KEY }]) {
      expect(await get(server, path, headers)).toMatchObject({
        status: 401,
        json: { error: 'Unauthorized' },
      });
    }
    expect((await get(server, path, bearer(KEY))).status).not.toBe(401);
    expect((await get(server, path, { 'x-api-key': KEY })).status).not.toBe(401);
  });

  test('embeddings ask for it before they look at the body', async () => {
    const strange = await ask(server, '/v1/embeddings', { method: 'POST', body: 'no JSON' });
    expect(strange).toMatchObject({ status: 401, json: { error: 'Unauthorized' } });
  });

  test.each(OPEN_ROUTES)('%s is open', async (path) => {
    expect((await get(server, path)).status).toBe(200);
  });

  test('OPTIONS is open', async () => {
    expect((await ask(server, '/v1/embeddings', { method: 'OPTIONS' })).status).toBe(405);
  });

  test('the key itself stands in /server_info, as in SGLang: whoever keeps that must blank it out', async () => {
    expect((await get(server, '/server_info', bearer(KEY))).json).toMatchObject({ api_key: KEY });
  });
});

describe('a server with an admin key', () => {
  test('keeps its admin routes from the normal key', async () => {
    const server = await servers.here([], { keys: { apiKey: KEY, adminApiKey: ADMIN } });
    expect((await get(server, '/flush_cache', bearer(KEY))).status).toBe(401);
    expect((await get(server, '/flush_cache')).status).toBe(401);
    expect((await get(server, '/flush_cache', bearer(ADMIN))).status).toBe(200);
    expect((await get(server, '/v1/models', bearer(KEY))).status).toBe(200);
    expect((await get(server, '/v1/models', bearer(ADMIN))).status).toBe(401);
  });

  test('never tells it', async () => {
    const server = await servers.here([], { keys: { apiKey: KEY, adminApiKey: ADMIN } });
    const { text, json } = await get(server, '/server_info', bearer(KEY));
    expect(json).toHaveProperty('admin_api_key');
    expect(text).not.toContain(ADMIN);
  });

  test('alone leaves the other routes open', async () => {
    const server = await servers.here([], { keys: { adminApiKey: ADMIN } });
    expect((await get(server, '/v1/models')).status).toBe(200);
    expect((await get(server, '/flush_cache')).status).toBe(401);
  });
});

test('old SGLang has one key for everything and does not know x-api-key', async () => {
  const server = await servers.here(['sglang-old'], { keys: { apiKey: KEY, adminApiKey: ADMIN } });
  expect((await get(server, '/flush_cache', bearer(KEY))).status).toBe(200);
  expect((await get(server, '/flush_cache', bearer(ADMIN))).status).toBe(401);
  expect((await get(server, '/v1/models', { 'x-api-key': KEY })).status).toBe(401);
});

test('without keys everything is open', async () => {
  const server = await servers.here();
  for (const path of ['/v1/models', '/flush_cache']) expect((await get(server, path)).status).toBe(200);
});

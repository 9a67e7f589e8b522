import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { cacheOver } from '../../src/cache/embedding-cache.ts';
import { openEmbeddingCache } from '../../src/cache/open-cache.ts';
import { openRedisStore } from '../../src/cache/redis-store.ts';
import { keyOf, listeningHooks, vectorOf } from './cache-fixture.ts';
import { type RedisProcess, startRedis, whyNoRedis } from './redis-server.ts';

const noRedis = whyNoRedis();
const suite = noRedis === undefined ? describe : describe.skip;
const started: RedisProcess[] = [];

async function start(...settings: string[]): Promise<RedisProcess> {
  const server = await startRedis(...settings);
  started.push(server);
  return server;
}

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

const entry = (n: number, dimensions = 64) => ({ key: keyOf(n), vector: vectorOf(n, dimensions) });

suite(`a cache in Redis${noRedis === undefined ? '' : ` [skipped: ${noRedis}]`}`, () => {
  it('gone in the middle of a run means misses, one sentence, and no more connections', async () => {
    const server = await start();
    const { said, hooks } = listeningHooks();
    const cache = await openEmbeddingCache({ url: server.url }, hooks);
    await cache.setMany([entry(0)]);
    expect(await cache.getMany([keyOf(0)])).toEqual([vectorOf(0)]);
    await server.stop('SIGKILL');
    for (let i = 0; i < 5; i++) {
      expect(await cache.getMany([keyOf(0), keyOf(1)])).toEqual([undefined, undefined]);
      await cache.setMany([entry(1)]);
    }
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^The embedding cache failed; the run goes on without it: Redis at redis:\/\/127.0.0.1:\d+ cannot be used \(.+\)\.$/,
    );
    expect(cache.stats()).toMatchObject({ hits: 1, misses: 10, written: 1 });
    await expect(cache.size()).rejects.toThrow('cannot be used');
    await cache.close();
  });

  it('gone while vectors are kept is said once as well', async () => {
    const server = await start();
    const { said, hooks } = listeningHooks();
    const cache = await openEmbeddingCache({ url: server.url }, hooks);
    await server.stop();
    await cache.setMany([entry(0)]);
    expect(await cache.getMany([keyOf(0)])).toEqual([undefined]);
    expect(said).toEqual([expect.stringContaining('The embedding cache failed; the run goes on without it')]);
    await cache.close();
  });

  it('that stops answering is given up after one time limit', async () => {
    const server = await start();
    const { said, hooks } = listeningHooks();
    const cache = cacheOver(await openRedisStore(server.url, 300), hooks);
    server.child.kill('SIGSTOP');
    for (let i = 0; i < 5; i++) expect(await cache.getMany([keyOf(0)])).toEqual([undefined]);
    expect(said).toHaveLength(1);
    server.child.kill('SIGCONT');
    await cache.close();
  });

  it('that is full takes no more, and still gives', async () => {
    const server = await start('--maxmemory', '3mb', '--maxmemory-policy', 'noeviction');
    const { said, hooks } = listeningHooks();
    const cache = await openEmbeddingCache({ url: server.url }, hooks);
    for (let i = 0; i < 400; i++) await cache.setMany([entry(i, 2560)]);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('takes no more vectors; the run goes on without adding any');
    expect(await cache.getMany([keyOf(0)])).toEqual([vectorOf(0, 2560)]);
    await cache.close();
  });

  it('shares its database with others and touches nothing of theirs', async () => {
    const server = await start();
    const other = new Redis(server.url);
    await other.set('theirs', 'value');
    const cache = await openEmbeddingCache({ url: server.url }, listeningHooks().hooks);
    await cache.setMany([entry(0), entry(1)]);
    expect(await cache.size()).toMatchObject({ entries: 2 });
    expect(await cache.clear()).toBe(2);
    expect(await other.keys('*')).toEqual(['theirs']);
    await cache.close();
    other.disconnect();
  });

  it('never shows the password, whether it fits or not', async () => {
    const server = await start('--requirepass', 'geheim');
    const { said, hooks } = listeningHooks();
    const fitting = await openEmbeddingCache({ url: `redis://:geheim@127.0.0.1:${server.port}/2` }, hooks);
    expect(fitting.kind).toBe('redis');
    expect(fitting.location).toBe(`redis://127.0.0.1:${server.port}/2`);
    await fitting.close();
    const wrong = [`redis://user:geheim2@127.0.0.1:${server.port}`, `redis://127.0.0.1:${server.port}`];
    for (const url of wrong) {
      const cache = await openEmbeddingCache({ url }, hooks);
      expect(cache.kind).toBe('none');
    }
    expect(said).toHaveLength(2);
    expect(said.join()).toMatch(/NOAUTH|WRONGPASS/);
    expect(said.join()).not.toContain('geheim');
  });

  it('that cannot be reached means no cache, with a sentence', async () => {
    const server = await start();
    await server.stop();
    const { said, hooks } = listeningHooks();
    const cache = await openEmbeddingCache({ url: server.url }, hooks);
    expect(cache.kind).toBe('none');
    expect(said).toEqual([
      `The run goes on without an embedding cache: Redis at redis://127.0.0.1:${server.port} cannot be used (connect ECONNREFUSED 127.0.0.1:${server.port}).`,
    ]);
  });
});

describe('a cache.url', () => {
  it('that is none of Redis is refused without being repeated', async () => {
    for (const url of ['http://user:geheim@host', 'geheim', 'redis://', '']) {
      await expect(openEmbeddingCache({ url }, listeningHooks().hooks)).rejects.toThrow(
        expect.objectContaining({
          name: 'UsageError',
          message: 'cache.url is not the URL of a Redis server',
          hint: expect.not.stringContaining('geheim'),
        }),
      );
    }
  });

  it('takes no password behind a question mark, where it would be shown', async () => {
    const opening = openEmbeddingCache({ url: 'redis://host?password=geheim' }, listeningHooks().hooks);
    await expect(opening).rejects.toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: 'cache.url has options behind a question mark, which are not taken',
      }),
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CacheEntry, cacheOver } from '../../src/cache/embedding-cache.ts';
import { openLmdbStore } from '../../src/cache/lmdb-store.ts';
import { openNoStore } from '../../src/cache/no-store.ts';
import { openRedisStore } from '../../src/cache/redis-store.ts';
import type { StoreKind, VectorStore } from '../../src/cache/vector-store.ts';
import { cacheFolder, keyOf, listeningHooks, vectorOf } from './cache-fixture.ts';
import { type RedisProcess, startRedis, whyNoRedis } from './redis-server.ts';

const noRedis = whyNoRedis();
let redis: RedisProcess | undefined;
let database = 0;

beforeAll(async () => {
  if (noRedis === undefined) redis = await startRedis();
});
afterAll(() => redis?.stop());

/** Kind → how a test gets a place of its own, which can be opened more than once. */
const PLACES: Record<Exclude<StoreKind, 'none'>, () => () => Promise<VectorStore>> = {
  lmdb: () => {
    const folder = cacheFolder();
    return () => openLmdbStore(folder, failOnWarning);
  },
  redis: () => {
    const url = `${redis!.url}/${database++}`;
    return () => openRedisStore(url);
  },
};

function failOnWarning(message: string): void {
  throw new Error(message);
}

const entries = (from: number, to: number, dimensions = 64): CacheEntry[] =>
  Array.from({ length: to - from }, (_, i) => ({
    key: keyOf(from + i),
    vector: vectorOf(from + i, dimensions),
    latencyMs: 2.5,
  }));

describe.each(Object.keys(PLACES) as (keyof typeof PLACES)[])('the %s store', (kind) => {
  const reason = kind === 'redis' ? noRedis : undefined;
  const test = reason === undefined ? it : it.skip;
  const suffix = reason === undefined ? '' : ` [skipped: ${reason}]`;

  async function withCache<T>(work: (cache: ReturnType<typeof cacheOver>) => Promise<T>): Promise<T> {
    const cache = cacheOver(await PLACES[kind]()(), { ...listeningHooks().hooks, warn: failOnWarning });
    try {
      return await work(cache);
    } finally {
      await cache.close();
    }
  }

  test(`gives vectors back bit for bit, in the order of the keys, and counts${suffix}`, async () => {
    await withCache(async (cache) => {
      expect(cache.kind).toBe(kind);
      await cache.setMany(entries(0, 5, 2560));
      const special = Float32Array.of(-0, 1e-45, 3.4028234663852886e38, -1);
      await cache.setMany([{ key: keyOf(99), vector: special }]);
      const found = await cache.getMany([keyOf(3), keyOf(7), keyOf(0), keyOf(3), keyOf(99)]);
      expect(found).toEqual([vectorOf(3, 2560), undefined, vectorOf(0, 2560), vectorOf(3, 2560), special]);
      expect(Object.is(found[4]![0], -0)).toBe(true);
      expect(cache.stats()).toEqual({ hits: 4, misses: 1, damaged: 0, written: 6, savedMs: 7.5 });
      expect(await cache.getMany([])).toEqual([]);
    });
  });

  test(`replaces what a key had and takes batches of any size${suffix}`, async () => {
    await withCache(async (cache) => {
      await cache.setMany([]);
      await cache.setMany(entries(0, 1000));
      await cache.setMany([{ key: keyOf(1), vector: vectorOf(4711) }]);
      const found = await cache.getMany(entries(0, 1000).map(({ key }) => key));
      expect(found.every((vector) => vector !== undefined)).toBe(true);
      expect(found[1]).toEqual(vectorOf(4711));
      expect(found[999]).toEqual(vectorOf(999));
    });
  });

  test(`gives each caller a vector of its own${suffix}`, async () => {
    await withCache(async (cache) => {
      await cache.setMany(entries(0, 2));
      const [first] = await cache.getMany([keyOf(0)]);
      first!.fill(7);
      expect(await cache.getMany([keyOf(0)])).toEqual([vectorOf(0)]);
    });
  });

  test(`keeps no vector that is not finite${suffix}`, async () => {
    await withCache(async (cache) => {
      await cache.setMany([
        { key: keyOf(0), vector: Float32Array.of(1, Number.NaN) },
        { key: keyOf(1), vector: Float32Array.of(Number.POSITIVE_INFINITY) },
        { key: keyOf(2), vector: new Float32Array(0) },
        { key: keyOf(3), vector: vectorOf(3) },
      ]);
      expect(await cache.size()).toMatchObject({ entries: 1 });
    });
  });

  test(`says how much it holds, and clears it${suffix}`, async () => {
    await withCache(async (cache) => {
      expect((await cache.size()).entries).toBe(0);
      await cache.setMany(entries(0, 300));
      const { entries: count, bytes } = await cache.size();
      expect(count).toBe(300);
      expect(bytes).toBeGreaterThanOrEqual(300 * 64 * 4);
      expect(await cache.clear()).toBe(300);
      expect((await cache.size()).entries).toBe(0);
      expect(await cache.getMany([keyOf(0)])).toEqual([undefined]);
      await cache.setMany(entries(0, 1));
      expect(await cache.getMany([keyOf(0)])).toEqual([vectorOf(0)]);
    });
  });

  test(`keeps its vectors for the next run${suffix}`, async () => {
    const open = PLACES[kind]();
    const { hooks } = listeningHooks();
    const first = cacheOver(await open(), hooks);
    await first.setMany(entries(0, 3));
    await first.close();
    const second = cacheOver(await open(), hooks);
    expect(await second.getMany([keyOf(2)])).toEqual([vectorOf(2)]);
    await second.close();
  });

  test(`takes a damaged, foreign or moved entry for a miss, and says so once${suffix}`, async () => {
    const store = await PLACES[kind]()();
    const { said, hooks } = listeningHooks();
    const cache = cacheOver(store, hooks);
    await cache.setMany(entries(0, 2));
    const [whole] = await store.read([keyOf(0)]);
    const altered = (change: (bytes: Buffer) => Uint8Array): Uint8Array => change(Buffer.from(whole!));
    const flipped = (offset: number) =>
      altered((bytes) => {
        bytes[offset]! ^= 1;
        return bytes;
      });
    const broken = [
      altered((bytes) => bytes.subarray(0, 20)),
      altered((bytes) => bytes.subarray(0, bytes.length - 4)),
      altered((bytes) => Buffer.concat([bytes, Buffer.alloc(4)])),
      Buffer.from('somebody else'),
      Buffer.alloc(0),
      ...[0, 4, 8, 12, 16, 24, 32, 32 + 255].map(flipped),
      // A whole and valid entry, but of another text.
      altered((bytes) => bytes),
    ];
    await store.write(broken.map((value, i) => ({ key: keyOf(100 + i), value })));
    expect(await cache.getMany(broken.map((_, i) => keyOf(100 + i)))).toEqual(broken.map(() => undefined));
    expect(await cache.getMany([keyOf(1)])).toEqual([vectorOf(1)]);
    expect(cache.stats()).toMatchObject({ hits: 1, misses: broken.length, damaged: broken.length });
    expect(said).toEqual([
      `The embedding cache (${store.location}) holds damaged entries; they are embedded again.`,
    ]);
    await cache.close();
  });
});

describe('no store', () => {
  it('keeps nothing and counts misses', async () => {
    const { said, hooks } = listeningHooks();
    const cache = cacheOver(await openNoStore(), hooks);
    await cache.setMany(entries(0, 1));
    expect(await cache.getMany([keyOf(0)])).toEqual([undefined]);
    expect(cache.stats()).toEqual({ hits: 0, misses: 1, damaged: 0, written: 0, savedMs: 0 });
    expect(await cache.size()).toEqual({ entries: 0, bytes: 0 });
    expect(await cache.clear()).toBe(0);
    await cache.close();
    expect(said).toEqual([]);
  });
});

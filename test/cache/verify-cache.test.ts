import { describe, expect, it } from 'vitest';
import { cacheOver } from '../../src/cache/embedding-cache.ts';
import { openLmdbStore } from '../../src/cache/lmdb-store.ts';
import { verifyCache } from '../../src/cache/verify-cache.ts';
import { createRandom } from '../../src/core/random.ts';
import { cacheFolder, keyOf, listeningHooks, vectorOf } from './cache-fixture.ts';

const items = (count: number) => Array.from({ length: count }, (_, i) => ({ key: keyOf(i), input: i }));

/** A cache of the first `count` vectors. */
async function filledCache(count: number) {
  const cache = cacheOver(await openLmdbStore(cacheFolder(), () => undefined), listeningHooks().hooks);
  await cache.setMany(items(count).map(({ key, input }) => ({ key, vector: vectorOf(input) })));
  return cache;
}

describe('verifying a cache', () => {
  it('finds no drift where there is none, and asks for no more than the sample', async () => {
    const cache = await filledCache(100);
    const asked: number[] = [];
    const drift = await verifyCache({
      cache,
      items: items(100),
      sample: 40,
      batchSize: 16,
      random: createRandom(1),
      embed: async (inputs) => {
        asked.push(...inputs);
        return inputs.map((input) => vectorOf(input));
      },
    });
    expect(drift).toMatchObject({
      checked: 40,
      missing: 0,
      failed: 0,
      identical: 40,
      changed: 0,
      changedShare: 0,
    });
    expect(drift.cosineMin).toBeCloseTo(1, 6);
    expect(new Set(asked).size).toBe(40);
    expect(asked).not.toEqual([...asked].sort((a, b) => a - b));
    await cache.close();
  });

  it('tells rounding from a changed model, and counts what is missing or failed', async () => {
    const cache = await filledCache(90);
    const drift = await verifyCache({
      cache,
      items: items(100),
      sample: 1000,
      random: createRandom(1),
      embed: async (inputs) =>
        inputs.map((input) => {
          if (input < 10) return undefined;
          if (input < 20) return vectorOf(input + 1000);
          if (input < 30) return vectorOf(input).map((value) => value * 1.0001 + 1e-6);
          if (input === 30) return vectorOf(input, 32);
          return vectorOf(input);
        }),
    });
    expect(drift).toMatchObject({
      checked: 80,
      missing: 10,
      failed: 10,
      identical: 59,
      changed: 11,
      changedShare: 11 / 80,
    });
    expect(drift.cosineMin).toBeLessThan(0.5);
    await cache.close();
  });

  it('says nothing about a cache that has none of the items', async () => {
    const cache = await filledCache(0);
    const drift = await verifyCache({
      cache,
      items: items(3),
      sample: 10,
      random: createRandom(1),
      embed: async () => {
        throw new Error('nothing to ask for');
      },
    });
    expect(drift).toEqual({ checked: 0, missing: 3, failed: 0, identical: 0, changed: 0 });
    await cache.close();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CacheKeyParts, cacheKey } from '../../src/cache/cache-key.ts';
import { cacheOver } from '../../src/cache/embedding-cache.ts';
import { openLmdbStore } from '../../src/cache/lmdb-store.ts';
import { cacheFolder, listeningHooks, PARTS, vectorOf } from './cache-fixture.ts';

fc.configureGlobal({ seed: 42 });

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'a', 'a b', '\u0000', '\ud800', '\ufffd'),
);
const parts: fc.Arbitrary<CacheKeyParts> = fc.record({
  model: text,
  fingerprint: text,
  instruction: fc.option(text),
  template: text,
  role: text,
  text,
  encoding: fc.constantFrom('float' as const, 'base64' as const),
  dimensions: fc.integer({ min: 1, max: 4096 }),
});

describe('cache keys', () => {
  it('are equal for equal parts and different for any other', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const equal = (Object.keys(a) as (keyof CacheKeyParts)[]).every((part) => a[part] === b[part]);
        expect(cacheKey(a) === cacheKey(b)).toBe(equal);
        expect(cacheKey(a)).toBe(cacheKey(Object.fromEntries(Object.entries(a).reverse()) as typeof a));
      }),
    );
  });

  it('change with every single part', () => {
    const others: CacheKeyParts = {
      model: 'x',
      fingerprint: 'x',
      instruction: 'x',
      template: 'x',
      role: 'x',
      text: 'x',
      encoding: 'base64',
      dimensions: 1,
    };
    const keys = (Object.keys(others) as (keyof CacheKeyParts)[]).map((part) =>
      cacheKey({ ...PARTS, [part]: others[part] }),
    );
    expect(new Set([cacheKey(PARTS), ...keys]).size).toBe(9);
  });

  it('keep apart what a string cannot: half a surrogate pair is not a replacement character', () => {
    expect(cacheKey({ ...PARTS, text: '\ud800' })).not.toBe(cacheKey({ ...PARTS, text: '\ufffd' }));
  });

  it('stay as they are, or a new version throws away what users have cached', () => {
    expect(cacheKey(PARTS)).toMatchInlineSnapshot(
      `"7a9675b15f06ad35abf6b7cdcf8c641a005072d52778179d3a90ab4b1c74e829"`,
    );
  });

  it('never let two instructions share a vector, in a sweep over one cache', async () => {
    const cache = cacheOver(await openLmdbStore(cacheFolder(), () => undefined), listeningHooks().hooks);
    const instructions = [null, '', 'Classify the sentiment', 'Classify the sentiment '];
    const texts = ['good', 'bad', 'Classify the sentiment good'];
    const asked = instructions.flatMap((instruction) => texts.map((t) => ({ instruction, text: t })));
    const keys = asked.map((ask) => cacheKey({ ...PARTS, ...ask }));
    for (const [i, key] of keys.entries()) {
      expect(await cache.getMany([key])).toEqual([undefined]);
      await cache.setMany([{ key, vector: vectorOf(i) }]);
    }
    expect(await cache.getMany(keys)).toEqual(keys.map((_, i) => vectorOf(i)));
    await cache.close();
  });
});

import { expect, test } from 'vitest';
import { canonicalJson, contentHash } from '../../src/core/content-hash.ts';
import { nearestName } from '../../src/core/nearest-name.ts';
import { createRandom, shuffled } from '../../src/core/random.ts';

test('equal seeds give equal sequences, other seeds and streams do not', () => {
  const draw = (seed: number, stream?: string) => {
    const random = createRandom(seed, stream);
    return Array.from({ length: 5 }, () => random.next());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
});

test('draws are uniform: chi-square over 64 bins stays below its 99.9 % point', () => {
  const random = createRandom(42, 'uniform');
  const bins = new Int32Array(64);
  const n = 64_000;
  for (let i = 0; i < n; i++) bins[random.integer(64)]!++;
  const chiSquare = bins.reduce((sum, count) => sum + (count - n / 64) ** 2 / (n / 64), 0);
  expect(chiSquare).toBeLessThan(103.4);
});

test('a shuffle keeps every item and leaves its input alone', () => {
  const items = Object.freeze([1, 2, 3, 4, 5, 6, 7, 8]);
  const result = shuffled(items, createRandom(3));
  expect(result).not.toEqual(items);
  expect([...result].sort()).toEqual([...items]);
});

test('canonical JSON does not depend on key order and refuses what JSON cannot carry', () => {
  expect(canonicalJson({ b: 1, a: [{ d: null, c: undefined }] })).toBe('{"a":[{"d":null}],"b":1}');
  expect(contentHash({ a: 1, b: 2 })).toBe(contentHash({ b: 2, a: 1 }));
  expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
});

test('a near name is suggested, a far one is not', () => {
  expect(nearestName('dimension', ['dimensions', 'dtype'])).toBe('dimensions');
  expect(nearestName('xyz', ['dimensions', 'dtype'])).toBeUndefined();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classCounts } from '../../src/dataset/dataset.ts';
import { largestRemainder, stratifiedSample } from '../../src/dataset/stratified-sample.ts';
import { tableOf } from './table.ts';

const label = fc.constantFrom('a', 'b', 'c', null);
const rows = fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 120 });
const dataset = (labels: readonly (readonly (string | null)[])[]) =>
  tableOf(
    labels.map((_, i) => `text ${i}`),
    { x: labels.map((l) => l[0]!), y: labels.map((l) => l[1]!) },
  );
const countOf = (labels: readonly string[]) => {
  const sizes = new Map<string, number>();
  for (const key of labels) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  return sizes;
};

test('a sample has the asked size, old order, unchanged rows, and shares close to exact', () => {
  fc.assert(
    fc.property(rows, fc.nat({ max: 130 }), fc.nat(), (labels, limit, seed) => {
      const all = dataset(labels);
      const size = Math.max(1, limit);
      const sample = stratifiedSample(all, size, seed);
      expect(sample.ids).toHaveLength(Math.min(size, labels.length));
      const positions = sample.ids.map((id) => all.ids.indexOf(id));
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      expect(new Set(positions).size).toBe(positions.length);
      const share = sample.ids.length / labels.length;
      const deviations = (key: (row: number) => string) => {
        const drawn = countOf(positions.map(key));
        return [...countOf(labels.map((_, row) => key(row)))].map(([stratum, count]) =>
          Math.abs((drawn.get(stratum) ?? 0) - count * share),
        );
      };
      expect(Math.max(...deviations((row) => String(labels[row]![0])))).toBeLessThan(1);
      // a class's own share is rounded before its combinations' shares are
      expect(Math.max(...deviations((row) => JSON.stringify(labels[row])))).toBeLessThan(2);
      expect(stratifiedSample(all, size, seed).hash).toBe(sample.hash);
    }),
    { seed: 3 },
  );
});

test('a hundred combinations of one row each do not push a small class out', () => {
  const all = tableOf(
    Array.from({ length: 300 }, (_, i) => `t${i}`),
    {
      mood: Array.from({ length: 300 }, (_, i) => (i % 5 === 0 ? 'neutral' : 'clear')),
      topic: Array.from({ length: 300 }, (_, i) => (i % 5 === 0 ? `only ${i}` : `topic ${i % 50}`)),
    },
  );
  const sample = stratifiedSample(all, 100, 1);
  expect(Object.fromEntries(classCounts(sample, 'mood'))).toEqual({ clear: 80, neutral: 20 });
});

test('every row is drawn equally often, however small its combination of labels', () => {
  const topics = ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'c', 'd', 'd'];
  const all = tableOf(
    topics.map((_, i) => `t${i}`),
    { mood: topics.map(() => 'x'), topic: topics },
  );
  const drawn = new Int32Array(10);
  for (let seed = 0; seed < 2000; seed++) {
    for (const id of stratifiedSample(all, 3, seed).ids) drawn[Number(id)]!++;
  }
  const chiSquare = drawn.reduce((sum, count) => sum + (count - 600) ** 2 / 600, 0);
  expect(chiSquare).toBeLessThan(27.9); // 99.9 % point for 9 degrees of freedom
});

test('every row of a stratum is drawn equally often', () => {
  const all = tableOf(
    Array.from({ length: 10 }, (_, i) => `t${i}`),
    { x: new Array(10).fill('a') },
  );
  const drawn = new Int32Array(10);
  for (let seed = 0; seed < 2000; seed++) {
    for (const id of stratifiedSample(all, 3, seed).ids) drawn[Number(id)]!++;
  }
  const chiSquare = drawn.reduce((sum, count) => sum + (count - 600) ** 2 / 600, 0);
  expect(chiSquare).toBeLessThan(27.9); // 99.9 % point for 9 degrees of freedom
});

test('without labels the sample is a plain one; at or above the rows nothing changes', () => {
  const all = tableOf(['a', 'b', 'c'], {});
  expect(stratifiedSample(all, 2, 1).ids).toHaveLength(2);
  expect(stratifiedSample(all, 3, 1)).toBe(all);
});

test('largest remainders, worked by hand', () => {
  // 10 seats over 47, 16, 15.8, 12, 6.1, 3.1 (thousand): 5, 2, 1, 1, 1, 0 (Hamilton)
  expect(largestRemainder([47000, 16000, 15800, 12000, 6100, 3100], 10)).toEqual([5, 2, 1, 1, 1, 0]);
  expect(largestRemainder([1, 1, 1], 2)).toEqual([1, 1, 0]);
  expect(largestRemainder([5, 3], 8)).toEqual([5, 3]);
  expect(largestRemainder([0, 0], 0)).toEqual([0, 0]);
});

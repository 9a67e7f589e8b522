import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { distributionOf, empiricalCdf, nearestRank, relativeHalfWidth } from '../../src/load/distribution.ts';
import { selectRanks } from '../../src/load/select-ranks.ts';
import { quantileWithInterval } from '../../src/stats/quantile.ts';
import { sortedSample } from '../../src/stats/sorted-sample.ts';

test('selected ranks are those of a full sort, also among many ties', () => {
  const values = fc.oneof(
    fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 300 }),
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 300 }),
  );
  fc.assert(
    fc.property(values, fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), (numbers, wanted) => {
      const ranks = [...new Set(wanted.map((rank) => rank % numbers.length))].sort((a, b) => a - b);
      const selected = Float64Array.from(numbers);
      selectRanks(selected, ranks);
      const sorted = Float64Array.from(numbers).sort();
      expect(ranks.map((rank) => selected[rank]! + 0)).toEqual(ranks.map((rank) => sorted[rank]! + 0));
      expect(selected.sort()).toEqual(sorted);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('percentiles and their intervals are those of the statistics floor', () => {
  const random = createRandom(3);
  const values = Float64Array.from({ length: 5000 }, () => -Math.log1p(-random.next()) * 20);
  const sample = sortedSample(values);
  const found = distributionOf(values.slice());
  expect(found.n).toBe(5000);
  for (const [name, p] of [
    ['p50', 0.5],
    ['p90', 0.9],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const) {
    const expected = quantileWithInterval(sample, p);
    expect(found[name]).toBe(expected.value);
    expect(found.intervals?.[name]).toEqual([expected.low, expected.high]);
  }
  expect(found.min).toBe(sample[0]);
  expect(found.max).toBe(sample.at(-1));
  expect(found.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 5000, 9);
});

// Least n for a finite two-sided 95 % interval: p50 6, p90 29, p95 59, p99 299.
test.each([
  [5, []],
  [6, ['p50']],
  [28, ['p50']],
  [29, ['p50', 'p90']],
  [59, ['p50', 'p90', 'p95']],
  [298, ['p50', 'p90', 'p95']],
  [299, ['p50', 'p90', 'p95', 'p99']],
])('%d values carry the percentiles %j and no other', (n, names) => {
  const found = distributionOf(Float64Array.from({ length: n }, (_, i) => i));
  expect(Object.keys(found).filter((key) => /^p\d/.test(key))).toEqual(names);
  expect(Object.keys(found.intervals ?? {})).toEqual(names);
});

test('nothing measured is nothing claimed', () => {
  expect(distributionOf(new Float64Array(0))).toEqual({ n: 0 });
  expect(empiricalCdf(new Float64Array(0))).toEqual([]);
  expect(relativeHalfWidth(new Float64Array(5), 0.5)).toBeUndefined();
});

test('the curve of the distribution runs from the least to the largest value in 101 steps', () => {
  const curve = empiricalCdf(Float64Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000));
  expect(curve).toHaveLength(101);
  expect([curve[0], curve[50], curve[100]]).toEqual([0, 499, 999]);
});

test('the nearest rank is not fooled by binary fractions', () => {
  expect(nearestRank(100, 0.95)).toBe(94);
  expect(nearestRank(20, 0.95)).toBe(18);
  expect(nearestRank(1, 0.99)).toBe(0);
});

test('time-outs at the limit and a queue behind them are selected from, however many', () => {
  // Half of the values equal, the others falling: each pivot splits off next to nothing.
  const n = 200_000;
  const values = Float64Array.from({ length: n }, (_, i) => (i < n / 2 ? 300 : 300 + (n - i)));
  const ranks = [nearestRank(n, 0.5), nearestRank(n, 0.9), n - 2];
  selectRanks(values, ranks);
  expect(ranks.map((rank) => values[rank])).toEqual([300, 300 + n * 0.4, 300 + n / 2 - 1]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestRankQuantile, quantileWithInterval } from '../../src/stats/quantile.ts';
import { leastSampleForQuantile, quantileRanks } from '../../src/stats/quantile-ranks.ts';
import { sortedSample } from '../../src/stats/sorted-sample.ts';
import { readStatsReference } from '../reference/stats-reference.ts';

fc.configureGlobal({ seed: 42 });

const reference = readStatsReference();

describe('nearest-rank quantile', () => {
  const sample = sortedSample(Object.freeze(reference.quantiles.sample));
  test.each(reference.quantiles.quantiles)('%d is what NumPy calls inverted_cdf', (p, expected) => {
    expect(nearestRankQuantile(sample, p)).toBe(expected);
  });
  test('takes the rank that was meant where the product is not exact in binary', () => {
    const hundred = sortedSample(Array.from({ length: 100 }, (_, i) => i + 1));
    for (let percent = 1; percent <= 100; percent++) {
      expect(nearestRankQuantile(hundred, percent / 100)).toBe(percent);
    }
  });
  test('is always one of the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (values, p) => {
          expect(values.some((value) => Object.is(value, nearestRankQuantile(sortedSample(values), p)))).toBe(
            true,
          );
        },
      ),
    );
  });
  test('refuses shares outside (0, 1] and samples that are not finite', () => {
    expect(() => nearestRankQuantile(sample, 0)).toThrow(RangeError);
    expect(() => nearestRankQuantile(sample, 95)).toThrow(RangeError);
    expect(() => sortedSample([1, Number.NaN])).toThrow(/NaN/);
    expect(nearestRankQuantile(sortedSample([]), 0.5)).toBeNaN();
  });
});

describe('order-statistic interval', () => {
  test.each(reference.quantileRanks)('n %d, p %d: the narrowest ranks that cover', (n, p, expected) => {
    const ranks = quantileRanks(n, p);
    if (expected === null) expect(ranks).toBeUndefined();
    else {
      expect([ranks?.lower, ranks?.upper]).toEqual(expected.slice(0, 2));
      expect(ranks?.coverage).toBeCloseTo(expected[2], 10);
    }
  });
  test.each([
    [0.5, 6],
    [0.9, 29],
    [0.95, 59],
    [0.99, 299],
    [0.999, 2995],
  ])('the %d quantile has a finite 95 %% interval from %d values on', (p, least) => {
    expect(leastSampleForQuantile(p)).toBe(least);
    expect(quantileRanks(least, p)).toBeDefined();
    expect(quantileRanks(least - 1, p)).toBeUndefined();
  });
  test('a sample that is too small keeps the value and shows no bounds', () => {
    const few = sortedSample([3, 1, 2]);
    expect(quantileWithInterval(few, 0.95)).toEqual({ value: 3, n: 3 });
  });
  test('bounds enclose the value', () => {
    const sample = sortedSample(reference.quantiles.sample);
    const { value, low, high } = quantileWithInterval(sample, 0.95);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  });
  test('a million samples are ranked without a million terms', () => {
    const ranks = quantileRanks(1_000_000, 0.99);
    expect(ranks?.lower).toBeGreaterThan(989_700);
    expect(ranks?.upper).toBeLessThan(990_300);
    expect(ranks?.coverage).toBeGreaterThanOrEqual(0.95);
  });
});

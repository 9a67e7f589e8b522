import { describe, expect, test } from 'vitest';
import { binomialCdf, binomialPmf, logChoose } from '../../src/stats/binomial-distribution.ts';
import { chiSquaredCdf, chiSquaredQuantile } from '../../src/stats/chi-squared-distribution.ts';
import { normalCdf, normalQuantile } from '../../src/stats/normal-distribution.ts';
import { tCdf, tQuantile, tTwoSidedP } from '../../src/stats/t-distribution.ts';
import { readStatsReference } from '../reference/stats-reference.ts';

const { distributions } = readStatsReference();

/** Relative agreement, so that far tails count as well. */
function expectRelative(actual: number, expected: number, tolerance: number): void {
  if (expected === 0) expect(Math.abs(actual)).toBeLessThanOrEqual(tolerance);
  else expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(tolerance);
}

describe('against SciPy', () => {
  test.each(distributions.normalCdf)('normal distribution function at %d', (z, expected) => {
    expectRelative(normalCdf(z!), expected!, 1e-12);
  });
  test.each(distributions.normalQuantile)('normal quantile at %d', (p, expected) => {
    expectRelative(normalQuantile(p!), expected!, 1e-14);
  });
  test.each(distributions.tCdf)('Student t at %d with %d degrees of freedom', (t, df, expected, twoSided) => {
    expectRelative(tCdf(t!, df!), expected!, 1e-9);
    expectRelative(tTwoSidedP(t!, df!), twoSided!, 1e-9);
  });
  test.each(distributions.tQuantile)(
    'Student t quantile at %d with %d degrees of freedom',
    (p, df, expected) => {
      expectRelative(tQuantile(p!, df!), expected!, 1e-10);
    },
  );
  test.each(distributions.chiSquaredCdf)(
    'chi-squared at %d with %d degrees of freedom',
    (x, df, expected) => {
      expectRelative(chiSquaredCdf(x!, df!), expected!, 1e-11);
    },
  );
  test.each(distributions.chiSquaredQuantile)(
    'chi-squared quantile at %d with %d degrees of freedom',
    (p, df, expected) => {
      expectRelative(chiSquaredQuantile(p!, df!), expected!, 1e-10);
    },
  );
  test.each(distributions.binomial)('binomial %d of %d at %d', (k, n, p, pmf, cdf) => {
    expectRelative(binomialPmf(k!, n!, p!), pmf!, 1e-10);
    expectRelative(binomialCdf(k!, n!, p!), cdf!, 1e-10);
  });
});

describe('ends and edges', () => {
  test('the normal quantile reaches infinity at 0 and 1 and refuses what is no probability', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normalQuantile(1.2)).toBeNaN();
    expect(normalCdf(Number.NaN)).toBeNaN();
    expect(normalCdf(50)).toBe(1);
  });
  test('an infinite t has p 0, an undefined one none', () => {
    expect(tTwoSidedP(Number.POSITIVE_INFINITY, 4)).toBe(0);
    expect(tTwoSidedP(Number.NaN, 4)).toBeNaN();
    expect(() => tTwoSidedP(1, 0)).toThrow(RangeError);
  });
  test('chi-squared is 0 below 0 and refuses what it has no answer for', () => {
    expect(chiSquaredCdf(-1, 4)).toBe(0);
    expect(() => chiSquaredCdf(1, 0)).toThrow(RangeError);
    expect(() => chiSquaredQuantile(1, 4)).toThrow(RangeError);
  });
  test('a binomial with p 0 or 1 has all its mass at one end', () => {
    expect(binomialPmf(0, 9, 0)).toBe(1);
    expect(binomialPmf(9, 9, 1)).toBe(1);
    expect(binomialCdf(-1, 9, 0.5)).toBe(0);
    expect(binomialCdf(9, 9, 0.5)).toBe(1);
    expect(logChoose(4, 5)).toBe(Number.NEGATIVE_INFINITY);
  });
});

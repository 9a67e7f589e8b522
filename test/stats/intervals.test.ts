import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { bootstrapInterval, drawStatistics } from '../../src/stats/bootstrap.ts';
import { correctedResampledT } from '../../src/stats/corrected-resampled-t.ts';
import { mean, median, pearsonCorrelation, sampleSd, sum } from '../../src/stats/moments.ts';
import { meanStatistic } from '../../src/stats/paired-bootstrap.ts';
import { wilsonInterval } from '../../src/stats/wilson-interval.ts';
import { readFixtures } from '../reference/golden.ts';
import { readStatsReference } from '../reference/stats-reference.ts';

const reference = readStatsReference();

describe('Wilson interval', () => {
  test.each(reference.proportions)('%d of %d at %d', (successes, n, level, low, high) => {
    const interval = wilsonInterval(successes!, n!, level!);
    expect(interval.low).toBeCloseTo(low!, 12);
    expect(interval.high).toBeCloseTo(high!, 12);
  });
  test('the worked example of 534 in 600', () => {
    const [low, high] = readFixtures().stats.wilson_534_600;
    expect(wilsonInterval(534, 600).low).toBeCloseTo(low, 12);
    expect(wilsonInterval(534, 600).high).toBeCloseTo(high, 12);
  });
  test('no items, no knowledge; and what is no proportion is refused', () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1, level: 0.95 });
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });
});

describe('bootstrap interval', () => {
  const { values, bca, percentile } = reference.bootstrap;
  const statistic = meanStatistic(values);
  test.each([
    ['percentile', percentile],
    ['bca', bca],
  ] as const)('%s bounds meet SciPy within the noise of 20,000 resamples', (method, expected) => {
    const interval = bootstrapInterval(values.length, statistic, {
      resamples: 20_000,
      random: createRandom(5),
      method,
    });
    const noise = 0.03 * (expected[1] - expected[0]);
    expect(Math.abs(interval.low - expected[0])).toBeLessThan(noise);
    expect(Math.abs(interval.high - expected[1])).toBeLessThan(noise);
    expect(interval.value).toBeCloseTo(mean(values), 12);
  });
  test('one seed, one answer; the skewed sample moves the BCa bounds up', () => {
    const run = (method: 'percentile' | 'bca') =>
      bootstrapInterval(values.length, statistic, { resamples: 2000, random: createRandom(9), method });
    expect(run('percentile')).toEqual(run('percentile'));
    expect(run('bca').high).toBeGreaterThan(run('percentile').high);
  });
  test('statistics drawn together see the same resamples', () => {
    const [once, twice] = drawStatistics(
      values.length,
      [statistic, meanStatistic(values.map((x) => 2 * x))],
      {
        resamples: 50,
        random: createRandom(1),
      },
    );
    twice!.forEach((value, r) => {
      expect(value).toBeCloseTo(2 * once![r]!, 12);
    });
  });
  test('whole groups are drawn: fully dependent items widen the interval', () => {
    const items = Array.from({ length: 200 }, (_, i) => Number(Math.floor(i / 20) % 2 === 0));
    const groups = items.map((_, i) => Math.floor(i / 20));
    const options = { resamples: 2000, random: createRandom(3) };
    const alone = bootstrapInterval(200, meanStatistic(items), options);
    const grouped = bootstrapInterval(200, meanStatistic(items), { ...options, groups });
    // ten groups instead of 200 items: √20 times as wide
    expect((grouped.high - grouped.low) / (alone.high - alone.low)).toBeGreaterThan(3.5);
    expect((grouped.high - grouped.low) / (alone.high - alone.low)).toBeLessThan(5.5);
  });
  test('a constant sample has a point for an interval', () => {
    for (const method of ['percentile', 'bca'] as const) {
      const options = { resamples: 200, random: createRandom(2), method };
      expect(bootstrapInterval(9, meanStatistic(new Array(9).fill(4)), options)).toMatchObject({
        low: 4,
        high: 4,
      });
    }
  });
  test('a statistic that is undefined on most resamples has no interval', () => {
    const options = { resamples: 100, random: createRandom(2) };
    expect(() => bootstrapInterval(5, () => Number.NaN, options)).toThrow(/0 of 100 resamples/);
    expect(() => bootstrapInterval(0, () => 1, options)).toThrow(RangeError);
  });
});

describe('corrected resampled t', () => {
  test('is the formula of Nadeau and Bengio, wider than the plain t by the overlap of training sets', () => {
    const d = Object.freeze([0.02, -0.01, 0.03, 0.01, 0.0]);
    const result = correctedResampledT(d, 1 / 4);
    expect(result.t).toBeCloseTo(mean(d) / Math.sqrt((1 / 5 + 1 / 4) * sampleSd(d) ** 2), 12);
    expect(result.df).toBe(4);
    // two-sided p of t = 0.9428 with 4 degrees of freedom, from SciPy
    expect(result.p).toBeCloseTo(0.3991, 3);
    expect(result.low).toBeLessThan(0);
  });
  test('equal differences leave no doubt, too few of them no test', () => {
    expect(correctedResampledT([0.01, 0.01, 0.01], 0.25).p).toBe(0);
    expect(correctedResampledT([0, 0], 0.25)).toMatchObject({ p: 1, low: 0, high: 0 });
    expect(() => correctedResampledT([0.1], 0.25)).toThrow(RangeError);
  });
});

describe('moments', () => {
  test('typed and frozen samples are read as they are', () => {
    const values = Object.freeze([4, 1, 3, 2]);
    expect(sum(values)).toBe(10);
    expect(median(values)).toBe(2.5);
    expect(values).toEqual([4, 1, 3, 2]);
    expect(mean(Float64Array.of(1, 2))).toBe(1.5);
  });
  test('what cannot be computed is NaN, not 0', () => {
    expect(mean([])).toBeNaN();
    expect(median([])).toBeNaN();
    expect(sampleSd([1])).toBeNaN();
    expect(pearsonCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(pearsonCorrelation([1], [1])).toBeNaN();
  });
});

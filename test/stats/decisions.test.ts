import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { batchMeansInterval } from '../../src/stats/batch-means-interval.ts';
import { detectSegments } from '../../src/stats/change-points.ts';
import { nonInferiority, ruleOfThree } from '../../src/stats/non-inferiority.ts';
import {
  detectablePairedDifference,
  detectableShift,
  pairedSampleSize,
  unpairedSampleSize,
} from '../../src/stats/power.ts';
import { segmentCosts } from '../../src/stats/segment-costs.ts';
import { mserTruncation } from '../../src/stats/steady-state.ts';
import { slopeTest } from '../../src/stats/trend.ts';
import { readStatsReference } from '../reference/stats-reference.ts';

const reference = readStatsReference();

describe('non-inferiority', () => {
  const base = { difference: -0.005, standardError: 0.006, n: 900, margin: 0.0267 };
  test('holds, fails, or cannot be told', () => {
    expect(nonInferiority({ ...base, low: -0.015, high: 0.005 })).toEqual({ verdict: 'holds' });
    expect(nonInferiority({ ...base, low: -0.06, high: -0.03 })).toEqual({ verdict: 'fails' });
    expect(nonInferiority({ ...base, low: -0.03, high: 0.005 }).verdict).toBe('inconclusive');
  });
  test('520 paired items show no loss beyond 3 % of 0.89 at 6 % discordance: what is missing is said', () => {
    const n = 120;
    const standardError = Math.sqrt(0.06 / n);
    const result = nonInferiority({
      difference: 0,
      low: -1.645 * standardError,
      high: 1.645 * standardError,
      standardError,
      n,
      margin: 0.03 * 0.89,
    });
    expect(result).toEqual({ verdict: 'inconclusive', furtherItems: 521 - n });
  });
  test('a loss that sits on the margin is decided by no number of items', () => {
    const result = nonInferiority({
      difference: -0.02,
      low: -0.03,
      high: -0.01,
      standardError: 0.006,
      n: 100,
      margin: 0.02,
    });
    expect(result).toEqual({ verdict: 'inconclusive' });
    expect(() => nonInferiority({ ...base, low: 0, high: 0, margin: 0 })).toThrow(RangeError);
  });
  test('ten equal answers prove little', () => {
    expect(ruleOfThree(10)).toBeCloseTo(0.3, 12);
    expect(ruleOfThree(600)).toBeCloseTo(0.005, 12);
  });
});

describe('power', () => {
  test.each([
    [0.01, 0.04, 3138],
    [0.01, 0.06, 4707],
    [0.01, 0.1, 7847],
    [0.02, 0.04, 783],
    [0.02, 0.06, 1175],
    [0.02, 0.1, 1960],
    [0.03, 0.04, 347],
    [0.03, 0.06, 521],
    [0.03, 0.1, 870],
  ])('a difference of %d at a discordance of %d needs %d paired items', (difference, discordance, n) => {
    expect(pairedSampleSize(difference, discordance)).toBe(n);
    expect(detectablePairedDifference(n, discordance)).toBeLessThanOrEqual(difference + 1e-6);
    expect(detectablePairedDifference(n - 1, discordance)).toBeGreaterThan(difference - 1e-4);
  });
  test.each([
    [0.88, 15976],
    [0.87, 4144],
    [0.86, 1907],
  ])('0.89 against %d needs %d items a side without pairing', (other, n) => {
    expect(unpairedSampleSize(0.89, other)).toBe(n);
  });
  test('a handful of items cannot even show the whole discordance', () => {
    expect(detectablePairedDifference(3, 0.06)).toBe(0.06);
    expect(unpairedSampleSize(0.5, 0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(() => pairedSampleSize(0.1, 0.05)).toThrow(RangeError);
  });
  test('four times the trials halve the shift that shows', () => {
    expect(detectableShift(2, 5, 5) / detectableShift(2, 20, 20)).toBeCloseTo(2, 12);
  });
});

describe('steady state', () => {
  test.each(reference.truncations)('MSER cuts where the remaining error is least ($warmup)', (one) => {
    expect(mserTruncation(Object.freeze(one.series))).toEqual({ warmup: one.warmup, settled: one.settled });
  });
  test('a short series tells nothing, a constant one is settled from the start', () => {
    expect(mserTruncation([1, 2, 3])).toEqual({ warmup: 0, settled: false });
    expect(mserTruncation(new Float64Array(100).fill(7))).toEqual({ warmup: 0, settled: true });
  });
  test('batch means see through correlation that fools a plain interval', () => {
    const random = createRandom(3);
    let state = 0;
    const series = Float64Array.from({ length: 20_000 }, () => {
      state = 0.9 * state + random.next() - 0.5;
      return 50 + state;
    });
    const estimate = batchMeansInterval(series)!;
    const plainHalf = (1.96 * Math.sqrt(1 / 12 / (1 - 0.81))) / Math.sqrt(20_000);
    expect(estimate.low).toBeLessThan(50);
    expect(estimate.high).toBeGreaterThan(50);
    expect((estimate.high - estimate.low) / 2).toBeGreaterThan(2.5 * plainHalf);
    expect(Math.abs(estimate.lag1)).toBeLessThan(0.5);
    expect(batchMeansInterval([1, 2, 3])).toBeUndefined();
  });
  test.each(reference.trends)(
    'slope, p and bounds as SciPy gives them ($slope)',
    ({ x, y, slope, p, low, high }) => {
      const trend = slopeTest(Object.freeze(y), Object.freeze(x))!;
      expect(trend.slope).toBeCloseTo(slope, 12);
      expect(trend.p).toBeCloseTo(p, 10);
      // nine digits are what SciPy 1.10 gives of the t quantile
      expect(trend.low).toBeCloseTo(low, 8);
      expect(trend.high).toBeCloseTo(high, 8);
    },
  );
  test('a constant has no trend; two points have none to test', () => {
    expect(slopeTest([5, 5, 5, 5])).toMatchObject({ slope: 0, p: 1, relativeDrift: 0 });
    expect(slopeTest([5, 6])).toBeUndefined();
    expect(slopeTest([1, 2, 3], [0, 0, 0])).toBeUndefined();
  });
  test('relative drift is the change over the window', () => {
    expect(slopeTest([10, 11, 12])!.relativeDrift).toBeCloseTo(2 / 11, 12);
  });
});

describe('change points', () => {
  test.each(reference.steps)(
    'the best of all segmentations ($from_)',
    ({ values, widths, weighted, from_, levels }) => {
      const segments = detectSegments(Object.freeze(values), weighted ? { intervalWidths: widths } : {});
      expect(segments.map((segment) => segment.from)).toEqual(from_);
      expect(segments.map((segment) => segment.level)).toEqual(levels);
    },
  );
  test('costs of every stretch equal the sum of weighted distances to the weighted median', () => {
    const random = createRandom(5);
    const values = Float64Array.from({ length: 40 }, () => random.integer(12));
    const weights = Float64Array.from({ length: 40 }, () => 0.2 + random.next());
    const costs = segmentCosts(values, weights);
    for (let from = 0; from < 40; from++) {
      for (let to = from; to < 40; to++) {
        const stretch = Array.from(values.subarray(from, to + 1));
        const cost = (centre: number) =>
          stretch.reduce((total, value, i) => total + weights[from + i]! * Math.abs(value - centre), 0);
        expect(costs.cost(from, to)).toBeCloseTo(Math.min(...stretch.map(cost)), 10);
      }
    }
  });
  test('missing values belong to no side', () => {
    const values = [10, 10.1, Number.NaN, 9.9, 10, 20, Number.NaN, 20.1, 19.9, 20];
    expect(detectSegments(values)).toEqual([
      { from: 0, to: 4, level: 10 },
      { from: 5, to: 9, level: 20 },
    ]);
  });
  test('one odd run is an outlier, not a step', () => {
    const values = [10, 10.1, 9.9, 10, 10.2, 31, 10, 9.9, 10.1, 10, 10.1, 9.9];
    expect(detectSegments(values)).toHaveLength(1);
  });
  test('a deterministic metric that repeats to the last digit shows its step', () => {
    const values = [0.89, 0.89, 0.89, 0.89, 0.87, 0.87, 0.87];
    expect(detectSegments(values).map((segment) => segment.from)).toEqual([0, 4]);
    expect(detectSegments([0.89, 0.89, 0.89])).toHaveLength(1);
  });
  test('a doubtful value weighs less than its neighbours', () => {
    const values = [10, 10.2, 9.8, 10.1, 14, 13.8, 10, 10.1, 9.9, 10.2];
    const widths = [1, 1, 1, 1, 40, 40, 1, 1, 1, 1];
    expect(detectSegments(values, { penalty: 2 }).length).toBeGreaterThan(1);
    expect(detectSegments(values, { penalty: 2, intervalWidths: widths })).toHaveLength(1);
  });
  test('nothing gives nothing, and an endless history is refused', () => {
    expect(detectSegments([])).toEqual([]);
    expect(detectSegments([Number.NaN])).toEqual([]);
    expect(() => detectSegments(new Float64Array(5000).fill(1))).toThrow(/too long/);
  });
});

import { expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { createTimetable, type OpenArrivals } from '../../src/load/arrivals.ts';

const draw = (
  arrivals: OpenArrivals,
  rate: number,
  seconds: number,
  burstiness = 1,
  seed = 1,
): Float64Array => createTimetable({ arrivals, rate, seconds, burstiness, random: createRandom(seed) });

function gapsOf(due: Float64Array): Float64Array {
  return due.slice(1).map((at, i) => at - due[i]!);
}

function meanAndVariation(values: Float64Array): { mean: number; variation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variation: Math.sqrt(variance) / mean };
}

test('constant arrivals stand on an absolute grid, without an accumulated error', () => {
  const due = draw('constant', 300, 60);
  expect(due).toHaveLength(18_000);
  for (const i of [0, 1, 7, 17_999]) expect(due[i]).toBe((i / 300) * 1000);
});

test.each(['poisson', 'gamma'] as const)(
  '%s arrivals hold the rate exactly in every ten seconds',
  (arrivals) => {
    const due = draw(arrivals, 100, 40, 0.5);
    for (let from = 0; from < 40_000; from += 10_000) {
      expect(due.filter((at) => at >= from && at < from + 10_000)).toHaveLength(1000);
    }
    expect(gapsOf(due).every((gap) => gap >= 0)).toBe(true);
  },
);

// The coefficient of variation of an interval is 1 for exponential and 1/√shape for gamma intervals.
test.each<[OpenArrivals, number, number]>([
  ['poisson', 1, 1],
  ['gamma', 0.25, 2],
  ['gamma', 1, 1],
  ['gamma', 16, 0.25],
])('%s arrivals of burstiness %d vary by their theory', (arrivals, burstiness, expected) => {
  const { mean, variation } = meanAndVariation(gapsOf(draw(arrivals, 1000, 60, burstiness)));
  expect(mean).toBeCloseTo(1, 2);
  expect(variation / expected).toBeGreaterThan(0.95);
  expect(variation / expected).toBeLessThan(1.05);
});

test('Poisson counts per second vary like a Poisson process, not like a grid', () => {
  const due = draw('poisson', 50, 400);
  const counts = new Float64Array(400);
  for (const at of due) counts[Math.floor(at / 1000)]! += 1;
  const { mean, variation } = meanAndVariation(counts);
  expect(mean).toBeCloseTo(50, 5);
  // Given ten seconds' total, a second's count is binomial with p = 0.1: variance 0.9 of Poisson's.
  const theory = Math.sqrt(0.9 / 50);
  expect(Math.abs(variation / theory - 1)).toBeLessThan(0.12);
});

test('equal seeds give equal timetables, other seeds others', () => {
  expect(draw('poisson', 100, 5)).toEqual(draw('poisson', 100, 5));
  expect(draw('poisson', 100, 5, 1, 2)).not.toEqual(draw('poisson', 100, 5));
});

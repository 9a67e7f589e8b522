import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { hodgesLehmannShift } from '../../src/stats/hodges-lehmann.ts';
import { mannWhitney } from '../../src/stats/mann-whitney.ts';
import { discordantP, mcNemar } from '../../src/stats/mcnemar.ts';
import { midranks } from '../../src/stats/midranks.ts';
import { benjaminiHochberg, holm } from '../../src/stats/multiplicity.ts';
import { countStatistic, meanStatistic, pairedBootstrap } from '../../src/stats/paired-bootstrap.ts';
import { signFlipTest } from '../../src/stats/sign-flip-test.ts';
import { readFixtures } from '../reference/golden.ts';
import { readStatsReference } from '../reference/stats-reference.ts';

fc.configureGlobal({ seed: 42 });

const reference = readStatsReference();
const fixtures = readFixtures().stats;

describe('McNemar', () => {
  test.each(Object.entries(fixtures.mcnemar_exact as Record<string, number>))('exact p of %s', (pair, p) => {
    const [b, c] = pair.split(',').map(Number) as [number, number];
    expect(discordantP(b, c).p).toBeCloseTo(p, 12);
    expect(discordantP(c, b).p).toBeCloseTo(p, 12);
  });
  test.each(Object.entries(fixtures.mcnemar_midp as Record<string, number>))('mid-p of %s', (pair, p) => {
    const [b, c] = pair.split(',').map(Number) as [number, number];
    expect(discordantP(b, c).midP).toBeCloseTo(p, 12);
  });
  test('counts each side and knows nothing without discordant items', () => {
    expect(mcNemar([1, 1, 0, 0], [1, 0, 1, 0])).toMatchObject({ onlyReference: 1, onlyCandidate: 1, p: 1 });
    expect(mcNemar([1, 0], [1, 0])).toMatchObject({ p: 1, midP: 1 });
    expect(() => mcNemar([1], [1, 0])).toThrow(/not paired/);
  });
});

describe('sign-flip test', () => {
  test.each(reference.signFlips)('counts every pattern of a short sample', ({ differences, p }) => {
    const result = signFlipTest(Object.freeze(differences), createRandom(1));
    expect(result).toMatchObject({ exact: true });
    expect(result.p).toBeCloseTo(p, 12);
  });
  test('random flips of a long sample come close to the normal limit', () => {
    const random = createRandom(8);
    const differences = Array.from({ length: 400 }, () => random.next() - 0.47);
    const result = signFlipTest(differences, createRandom(2), 20_000);
    const squares = differences.reduce((total, d) => total + d * d, 0);
    const z = differences.reduce((total, d) => total + d, 0) / Math.sqrt(squares);
    expect(result.exact).toBe(false);
    // two-sided normal p by the series of erfc is not needed: 1.96 sits at 0.05
    expect(result.p < 0.05).toBe(Math.abs(z) > 1.96);
  });
  test('no difference at all has p 1, and p is never 0', () => {
    expect(signFlipTest([0, 0, 0], createRandom(1)).p).toBe(1);
    expect(signFlipTest(new Array(60).fill(1), createRandom(1), 500).p).toBeCloseTo(1 / 501, 12);
  });
});

describe('Mann–Whitney', () => {
  test.each(reference.rankTests.small)('p by listing every order, ties or not (p = $p)', (one) => {
    const result = mannWhitney(Object.freeze(one.first), Object.freeze(one.second));
    expect(result.u).toBe(one.u);
    expect(result.p).toBeCloseTo(one.p, 12);
    if (one.scipyExact !== null) expect(result.p).toBeCloseTo(one.scipyExact, 12);
  });
  test('a large sample takes the corrected normal limit, as SciPy does', () => {
    const { first, second, u, p } = reference.rankTests.large;
    const result = mannWhitney(first, second);
    expect(result).toMatchObject({ u, exact: false });
    expect(result.p).toBeCloseTo(p, 12);
  });
  test('swapping the sides keeps p and mirrors the superiority', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 }),
        (a, b) => {
          const there = mannWhitney(a, b);
          const back = mannWhitney(b, a);
          expect(there.p).toBeCloseTo(back.p, 10);
          expect(there.superiority).toBeCloseTo(1 - back.superiority, 10);
          expect(there.p).toBeGreaterThan(0);
          expect(there.p).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
  test('equal constants differ in nothing; an empty side is refused', () => {
    expect(mannWhitney([2, 2, 2], [2, 2]).p).toBe(1);
    expect(mannWhitney(new Array(40).fill(1), new Array(40).fill(1)).p).toBe(1);
    expect(() => mannWhitney([], [1])).toThrow(RangeError);
    expect(() => midranks([1, Number.NaN])).toThrow(RangeError);
  });
});

describe('Hodges–Lehmann shift', () => {
  test.each(reference.shifts)(
    'shift and bounds by listing every order ($shift)',
    ({ first, second, shift, low, high }) => {
      const estimate = hodgesLehmannShift(Object.freeze(first), Object.freeze(second));
      expect(estimate.shift).toBeCloseTo(shift, 12);
      if (low === null || high === null) {
        expect(estimate).not.toHaveProperty('low');
        expect(estimate).not.toHaveProperty('high');
      } else {
        expect(estimate.low).toBeCloseTo(low, 12);
        expect(estimate.high).toBeCloseTo(high, 12);
      }
    },
  );
  test('adding a constant adds it to shift and bounds', () => {
    const base = [3.1, 2.7, 4.4, 3.9, 3.3];
    const candidate = [3.5, 2.9, 4.1, 4.6, 3.2];
    const before = hodgesLehmannShift(base, candidate);
    const after = hodgesLehmannShift(
      base,
      candidate.map((x) => x + 10),
    );
    expect(after.shift).toBeCloseTo(before.shift + 10, 10);
    expect(after.low).toBeCloseTo(before.low! + 10, 10);
  });
  test('the normal limit takes over smoothly for long samples', () => {
    const random = createRandom(4);
    const normalish = (n: number, shift: number) =>
      Array.from({ length: n }, () => random.next() + random.next() + random.next() + shift);
    const short = hodgesLehmannShift(normalish(30, 0), normalish(30, 0.5));
    const long = hodgesLehmannShift(normalish(300, 0), normalish(300, 0.5));
    expect((short.high! - short.low!) / (long.high! - long.low!)).toBeGreaterThan(2);
    expect(long.low!).toBeLessThan(0.5);
    expect(long.high!).toBeGreaterThan(0.5);
  });
});

describe('paired bootstrap', () => {
  const random = createRandom(6);
  const n = 600;
  const truth = Int32Array.from({ length: n }, () => random.integer(3));
  const guess = (share: number) => truth.map((t) => (random.next() < share ? t : random.integer(3)));
  const reference600 = guess(0.85);
  const candidate = reference600.map((p, i) => (random.next() < 0.05 ? truth[i]! : p));
  const correct = (predicted: Int32Array) => Float64Array.from(predicted, (p, i) => Number(p === truth[i]));

  test('the interval is that of the discordant counts: se² = (b + c − (c−b)²/n)/n²', () => {
    const { onlyReference: b, onlyCandidate: c } = mcNemar(correct(reference600), correct(candidate));
    const result = pairedBootstrap(
      n,
      meanStatistic(correct(candidate)),
      meanStatistic(correct(reference600)),
      {
        resamples: 10_000,
        random: createRandom(7),
      },
    );
    const se = Math.sqrt(b + c - (c - b) ** 2 / n) / n;
    expect(result.difference.value).toBeCloseTo((c - b) / n, 12);
    expect(result.standardError / se).toBeGreaterThan(0.97);
    expect(result.standardError / se).toBeLessThan(1.03);
    expect(result.difference.low).toBeCloseTo((c - b) / n - 1.96 * se, 2);
    expect(result.ratio!.low).toBeLessThan(result.ratio!.value);
  });
  test('pairing pays: far narrower than two separate intervals', () => {
    const options = { resamples: 2000, random: createRandom(7) };
    const paired = pairedBootstrap(
      n,
      meanStatistic(correct(candidate)),
      meanStatistic(correct(reference600)),
      options,
    );
    const accuracy = 0.87;
    const unpaired = Math.sqrt((2 * accuracy * (1 - accuracy)) / n);
    expect(paired.standardError).toBeLessThan(0.6 * unpaired);
  });
  test('count statistics see the same resample', () => {
    const codes = Int32Array.from(truth, (t, i) => t * 3 + candidate[i]!);
    const diagonal = countStatistic(codes, 9, (counts) => (counts[0]! + counts[4]! + counts[8]!) / n);
    const result = pairedBootstrap(n, diagonal, meanStatistic(correct(candidate)), {
      resamples: 200,
      random: createRandom(3),
    });
    expect(result.difference).toMatchObject({ low: 0, high: 0 });
    expect(result.p).toBe(1);
  });
  test('a reference of 0 has no ratio', () => {
    const zero = meanStatistic(new Float64Array(10));
    const result = pairedBootstrap(10, meanStatistic(new Float64Array(10).fill(1)), zero, {
      resamples: 100,
      random: createRandom(3),
    });
    expect(result).not.toHaveProperty('ratio');
    expect(result.p).toBeLessThan(0.05);
  });
});

describe('several tests at once', () => {
  test('Holm and Benjamini–Hochberg, worked examples', () => {
    expect(holm(Object.freeze(fixtures.holm.p))).toEqual(
      fixtures.holm.adj.map((p: number) => expect.closeTo(p, 12)),
    );
    expect(benjaminiHochberg(Object.freeze(fixtures.bh.p))).toEqual(
      fixtures.bh.adj.map((p: number) => expect.closeTo(p, 12)),
    );
  });
  test('adjusting never lowers a p value, keeps their order and stays below 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (p) => {
        for (const adjust of [holm, benjaminiHochberg]) {
          const adjusted = adjust(p);
          adjusted.forEach((value, i) => {
            expect(value).toBeGreaterThanOrEqual(p[i]!);
            expect(value).toBeLessThanOrEqual(1);
            for (let j = 0; j < p.length; j++)
              if (p[j]! < p[i]!) expect(adjusted[j]!).toBeLessThanOrEqual(value);
          });
        }
      }),
    );
    expect(() => holm([0.2, Number.NaN])).toThrow(RangeError);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairedShift, signedRankTest } from '../../src/stats/signed-rank.ts';

test('p equals SciPy’s exact wilcoxon', () => {
  expect(signedRankTest([1.1, -0.3, 2.2, 0.7, -1.5, 3.1, 0.2]).p).toBeCloseTo(0.296875, 12);
  expect(signedRankTest([0.5, 1, 1.5, 2, 2.5, 3]).p).toBeCloseTo(0.03125, 12);
});

test('ties keep p exact: it equals the share of all sign patterns', () => {
  const differences = [1, 1, -1, 2, 2, 2, -3, 4];
  expect(signedRankTest(differences).p).toBeCloseTo(68 / 256, 12);
});

test('no difference, or none but zeros, is no evidence', () => {
  expect(signedRankTest([])).toEqual({ positiveRankSum: 0, p: 1, n: 0 });
  expect(signedRankTest([0, 0]).p).toBe(1);
});

test('the interval is absent below six differences and holds the textbook bounds at six', () => {
  expect(pairedShift([1, 2, 3, 4, 5])).toEqual({ shift: 3, level: 0.95 });
  expect(pairedShift([1, 2, 3, 4, 5, 6])).toEqual({ shift: 3.5, low: 1, high: 6, level: 0.95 });
});

test('the interval leaves 0 out exactly when the test rejects', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 6, maxLength: 25 }),
      (raw) => {
        const differences = raw.map((d, i) => d + (i + 1) * 1e-6 + 1e-9);
        const { low, high } = pairedShift(differences);
        if (low === undefined || high === undefined) throw new Error('no interval');
        expect(low > 0 || high < 0).toBe(signedRankTest(differences).p <= 0.05);
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

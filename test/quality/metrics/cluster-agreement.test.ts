import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedMutualInformationOf } from '../../../src/quality/metrics/adjusted-mutual-information.ts';
import {
  adjustedRandIndex,
  informationOf,
  normalisedMutualInformationOf,
  vMeasureOf,
} from '../../../src/quality/metrics/cluster-agreement.ts';
import { contingencyOf } from '../../../src/quality/metrics/contingency.ts';
import { readFixtures } from '../../reference/golden.ts';
import { readScoreGolden } from '../../reference/score-golden.ts';
import { readStatsReference } from '../../reference/stats-reference.ts';

fc.configureGlobal({ seed: 42 });

interface FixtureCase {
  true: number[];
  pred: number[];
  ari: number;
  v: number;
  homogeneity: number;
  completeness: number;
  mi: number | null;
  nmi_arith: number;
  ami_arith: number;
}
const fixtures = Object.entries(readFixtures().clustering_metrics as Record<string, FixtureCase>);

describe('scikit-learn 1.9.1, edge cases', () => {
  test.each(fixtures)('%s', (_, one) => {
    const table = contingencyOf(Object.freeze(one.true), Object.freeze(one.pred));
    expect(adjustedRandIndex(one.true, one.pred)).toBeCloseTo(one.ari, 12);
    const v = vMeasureOf(table);
    expect(v.homogeneity).toBeCloseTo(one.homogeneity, 12);
    expect(v.completeness).toBeCloseTo(one.completeness, 12);
    expect(v.vMeasure).toBeCloseTo(one.v, 12);
    expect(normalisedMutualInformationOf(table)).toBeCloseTo(one.nmi_arith, 12);
    expect(adjustedMutualInformationOf(table)).toBeCloseTo(one.ami_arith, 9);
    if (one.mi !== null) expect(informationOf(table).mutual).toBeCloseTo(one.mi, 12);
  });
});

describe('scikit-learn 1.2.1, larger partitions', () => {
  test.each(readScoreGolden().agreement)('ARI $ari', (one) => {
    const table = contingencyOf(one.true, one.predicted);
    expect(Math.abs(adjustedRandIndex(one.true, one.predicted) - one.ari)).toBeLessThan(1e-12);
    expect(normalisedMutualInformationOf(table)).toBeCloseTo(one.nmi, 11);
    expect(adjustedMutualInformationOf(table)).toBeCloseTo(one.ami, 9);
    expect(vMeasureOf(table)).toEqual({
      homogeneity: expect.closeTo(one.homogeneity, 11),
      completeness: expect.closeTo(one.completeness, 11),
      vMeasure: expect.closeTo(one.vMeasure, 11),
    });
  });
  test('100,000 items, whose pair counts multiply beyond 2⁵³', () => {
    const { rows, ari } = readStatsReference().largeAri;
    const first = Float64Array.from({ length: rows }, (_, i) => (i * i) % 7);
    const second = Float64Array.from({ length: rows }, (_, i) => ((i * 31) % 101) % 7);
    expect(Math.abs(adjustedRandIndex(first, second) - ari)).toBeLessThan(1e-12);
  });
});

describe('laws', () => {
  const labelling = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
    minLength: 1,
    maxLength: 60,
  });
  const split = (pairs: readonly (readonly [number, number])[]) => [
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  ];
  const measures = (a: readonly number[], b: readonly number[]) => {
    const table = contingencyOf(a, b);
    return [
      adjustedRandIndex(a, b),
      normalisedMutualInformationOf(table),
      adjustedMutualInformationOf(table),
      vMeasureOf(table).vMeasure,
    ];
  };

  test('renaming labels changes nothing', () => {
    fc.assert(
      fc.property(labelling, fc.shuffledSubarray([10, 20, 30, 40, 50], { minLength: 5 }), (pairs, names) => {
        const [a, b] = split(pairs) as [number[], number[]];
        const renamed = measures(
          a,
          b.map((label) => names[label]!),
        );
        measures(a, b).forEach((value, i) => {
          expect(renamed[i]).toBeCloseTo(value, 9);
        });
      }),
    );
  });
  test('the order of items and of the two sides changes nothing', () => {
    fc.assert(
      fc.property(labelling, (pairs) => {
        const [a, b] = split(pairs) as [number[], number[]];
        const forwards = measures(a, b);
        measures([...b].reverse(), [...a].reverse()).forEach((value, i) => {
          expect(value).toBeCloseTo(forwards[i]!, 9);
        });
      }),
    );
  });
  test('ARI lies in [−0.5, 1] and is 1 for the same partition', () => {
    fc.assert(
      fc.property(labelling, (pairs) => {
        const [a, b] = split(pairs) as [number[], number[]];
        expect(adjustedRandIndex(a, b)).toBeGreaterThanOrEqual(-0.5 - 1e-12);
        expect(adjustedRandIndex(a, b)).toBeLessThanOrEqual(1 + 1e-12);
        expect(adjustedRandIndex(a, a)).toBe(1);
      }),
    );
  });
  test('doubling every item leaves the shares, and with them NMI and V, as they are', () => {
    fc.assert(
      fc.property(labelling, (pairs) => {
        const [a, b] = split(pairs) as [number[], number[]];
        const once = contingencyOf(a, b);
        const twice = contingencyOf([...a, ...a], [...b, ...b]);
        expect(normalisedMutualInformationOf(twice)).toBeCloseTo(normalisedMutualInformationOf(once), 9);
        expect(vMeasureOf(twice).vMeasure).toBeCloseTo(vMeasureOf(once).vMeasure, 9);
      }),
    );
  });
  test('labellings of different length are refused', () => {
    expect(() => contingencyOf([1, 2], [1])).toThrow(RangeError);
  });
});

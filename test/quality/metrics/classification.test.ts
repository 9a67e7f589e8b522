import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classificationReport, fixedHalfEven } from '../../../src/quality/metrics/classification-report.ts';
import {
  accuracyOfCounts,
  balancedAccuracyOfCounts,
  kappaOfCounts,
  macroF1OfCounts,
  mccOfCounts,
  weightedF1OfCounts,
} from '../../../src/quality/metrics/classification-scores.ts';
import { confusionCounts, confusionRows } from '../../../src/quality/metrics/confusion.ts';
import { logLosses } from '../../../src/quality/metrics/log-loss.ts';
import { mean } from '../../../src/stats/moments.ts';
import { readFixtures } from '../../reference/golden.ts';
import { readScoreGolden } from '../../reference/score-golden.ts';

fc.configureGlobal({ seed: 42 });

const { classification } = readScoreGolden();

describe('against scikit-learn', () => {
  test.each(classification)('scores of $true.length items', (one) => {
    const classes = one.names.length;
    const counts = confusionCounts(Object.freeze(one.true), Object.freeze(one.predicted), classes);
    expect(confusionRows(counts, classes)).toEqual(one.confusion);
    expect(accuracyOfCounts(counts, classes)).toBeCloseTo(one.accuracy, 12);
    expect(balancedAccuracyOfCounts(counts, classes)).toBeCloseTo(one.balancedAccuracy, 12);
    expect(macroF1OfCounts(counts, classes)).toBeCloseTo(one.macroF1, 12);
    expect(weightedF1OfCounts(counts, classes)).toBeCloseTo(one.weightedF1, 12);
    expect(mccOfCounts(counts, classes)).toBeCloseTo(one.mcc, 12);
    expect(kappaOfCounts(counts, classes)).toBeCloseTo(one.kappa, 12);
    expect(kappaOfCounts(counts, classes, 'quadratic')).toBeCloseTo(one.quadraticKappa, 12);
    if (one.probabilities !== null) {
      expect(mean(logLosses(one.probabilities.flat(), one.true, classes))).toBeCloseTo(one.logLoss!, 12);
    }
  });
  test.each(classification)('the report of $true.length items, byte for byte', (one) => {
    const counts = confusionCounts(one.true, one.predicted, one.names.length);
    expect(classificationReport(counts, one.names)).toBe(one.report);
    expect(classificationReport(counts, one.names, 4)).toBe(one.report4);
  });
  test('the report of scikit-learn 1.9.1, with a class that is never predicted', () => {
    const { y_true, y_pred, text_digits4, balanced_accuracy, mcc, kappa } =
      readFixtures().classification_report;
    const names = ['neg', 'neu', 'pos'];
    const index = (labels: string[]) => labels.map((label) => names.indexOf(label));
    const counts = confusionCounts(index(y_true), index(y_pred), 3);
    expect(classificationReport(counts, names, 4)).toBe(text_digits4);
    expect(balancedAccuracyOfCounts(counts, 3)).toBeCloseTo(balanced_accuracy, 12);
    expect(mccOfCounts(counts, 3)).toBeCloseTo(mcc, 12);
    expect(kappaOfCounts(counts, 3)).toBeCloseTo(kappa, 12);
  });
});

describe('the report as text', () => {
  test('a recall of exactly 1/8 rounds to even, as Python does', () => {
    expect(fixedHalfEven(0.125, 2)).toBe('0.12');
    expect(fixedHalfEven(0.375, 2)).toBe('0.38');
    expect(fixedHalfEven(0.5, 0)).toBe('0');
    expect(fixedHalfEven(0.135, 2)).toBe('0.14');
  });
  test('columns are padded by characters, not by UTF-16 units', () => {
    const lines = classificationReport([1, 0, 0, 1], ['中性', '👍']).split('\n');
    expect(lines[2]).toBe(`${' '.repeat(10)}中性       1.00      1.00      1.00         1`);
    expect(lines[3]).toBe(`${' '.repeat(11)}👍       1.00      1.00      1.00         1`);
  });
});

describe('counts with gaps', () => {
  test('a class that was not drawn leaves the averages', () => {
    const counts = [5, 1, 0, 2, 4, 0, 0, 0, 0];
    expect(macroF1OfCounts(counts, 3)).toBeCloseTo(macroF1OfCounts([5, 1, 2, 4], 2), 12);
    expect(balancedAccuracyOfCounts(counts, 3)).toBeCloseTo((5 / 6 + 4 / 6) / 2, 12);
  });
  test('one class alone has no correlation and no kappa', () => {
    expect(mccOfCounts([7, 0, 0, 0], 2)).toBe(0);
    expect(kappaOfCounts([7, 0, 0, 0], 2)).toBeNaN();
    expect(accuracyOfCounts([0, 0, 0, 0], 2)).toBeNaN();
  });
  test('classes out of range and unequal lengths are refused', () => {
    expect(() => confusionCounts([0, 3], [0, 1], 3)).toThrow(/class 3/);
    expect(() => confusionCounts([0], [0, 1], 3)).toThrow(RangeError);
  });
  test('permuting the classes changes no score', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 1, maxLength: 40 }), (pairs) => {
        const moved = (label: number) => (label + 1) % 3;
        const counts = confusionCounts(
          pairs.map(([t]) => t),
          pairs.map(([, p]) => p),
          3,
        );
        const permuted = confusionCounts(
          pairs.map(([t]) => moved(t)),
          pairs.map(([, p]) => moved(p)),
          3,
        );
        for (const score of [
          accuracyOfCounts,
          macroF1OfCounts,
          weightedF1OfCounts,
          balancedAccuracyOfCounts,
          mccOfCounts,
        ]) {
          expect(score(permuted, 3)).toBeCloseTo(score(counts, 3), 10);
        }
      }),
    );
  });
  test('a certain miss costs the clip, not infinity', () => {
    const [loss] = logLosses([1, 0], [1], 2);
    expect(loss).toBeCloseTo(-Math.log(Number.EPSILON), 6);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import {
  repeatedStratifiedKFold,
  stratifiedKFold,
  trainTestSplitStratified,
} from '../../../src/quality/kernels/splits.ts';
import { randomLabels } from '../../reference/blobs.ts';
import { readFixtures, readGolden } from '../../reference/golden.ts';

fc.configureGlobal({ seed: 42 });

/** Position-weighted checksum, so that an order that differs anywhere shows. */
const weightedSum = (rows: Int32Array): number => rows.reduce((sum, row, i) => sum + row * i, 0);

describe('stratified splits', () => {
  it.each(readGolden().splits)('equal scikit-learn 1.2 for $rows rows, $classes classes', (reference) => {
    const labels = randomLabels(reference.labelSeed, reference.rows, reference.classes);
    const { train, test } = trainTestSplitStratified(labels, reference.testShare, reference.seed);
    expect([...train.subarray(0, 50)]).toEqual(reference.trainHead);
    expect([...test.subarray(0, 50)]).toEqual(reference.testHead);
    expect(weightedSum(train)).toBe(reference.trainSum);
    expect(weightedSum(test)).toBe(reference.testSum);
    const folds = stratifiedKFold(labels, 4, reference.seed);
    expect(folds.map((fold) => weightedSum(fold.test))).toEqual(reference.foldSums);
    expect(folds.map((fold) => [...fold.test.subarray(0, 12)])).toEqual(reference.foldHeads);
    const repeated = repeatedStratifiedKFold(labels, 3, 2, reference.seed);
    expect(repeated.map((fold) => weightedSum(fold.test))).toEqual(reference.repeatedSums);
  });

  it('equal scikit-learn 1.9', () => {
    const split = readFixtures()['train_test_split_exact'];
    const found = trainTestSplitStratified(Int32Array.from(split.y), split.test_size, split.random_state);
    expect([...found.train]).toEqual(split.train_idx);
    expect([...found.test]).toEqual(split.test_idx);
    const folds = readFixtures()['stratified_kfold_exact'];
    const foldsFound = stratifiedKFold(Int32Array.from(folds.y), folds.n_splits, folds.random_state);
    expect(foldsFound.map((fold) => [...fold.test])).toEqual(folds.test_idx_per_fold);
  });

  it('give every row to exactly one side, whatever the labels', () => {
    const labelsWithTwoOfEach = fc
      .array(fc.integer({ min: 0, max: 5 }), { minLength: 12, maxLength: 80 })
      .map((extra) => Int32Array.from([0, 0, 1, 1, ...extra, 2, 2, 3, 3, 4, 4, 5, 5]));
    fc.assert(
      fc.property(labelsWithTwoOfEach, fc.nat(1000), (labels, seed) => {
        const { train, test } = trainTestSplitStratified(labels, 0.4, seed);
        expect([...train, ...test].sort((a, b) => a - b)).toEqual([...labels.keys()]);
        for (const side of [train, test]) expect(new Set(side.map((row) => labels[row]!)).size).toBe(6);
        const tested = stratifiedKFold(labels, 3, seed).flatMap((fold) => [...fold.test]);
        expect(tested.sort((a, b) => a - b)).toEqual([...labels.keys()]);
      }),
      { numRuns: 50 },
    );
  });

  it('refuse a class with one row, a side thinner than the classes, and folds that no class fills', () => {
    expect(() => trainTestSplitStratified(Int32Array.of(0, 0, 1), 0.5, 0)).toThrow(UsageError);
    expect(() => trainTestSplitStratified(Int32Array.of(0, 0, 1, 1), 0.25, 0)).toThrow(
      /1 rows cannot hold 2/,
    );
    expect(() => stratifiedKFold(Int32Array.of(0, 0, 1, 1), 3, 0)).toThrow(/no class has 3 rows/);
  });
});

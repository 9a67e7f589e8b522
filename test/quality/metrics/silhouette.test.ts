import { describe, expect, test } from 'vitest';
import { cosineSilhouettes } from '../../../src/quality/metrics/silhouette.ts';
import { mean } from '../../../src/stats/moments.ts';
import { blobs } from '../../reference/blobs.ts';
import { readFixtures } from '../../reference/golden.ts';
import { readScoreGolden } from '../../reference/score-golden.ts';

const copyFrom = (values: Float32Array, dims: number) => (row: number, out: Float32Array) => {
  out.set(values.subarray(row * dims, (row + 1) * dims));
};

describe('against scikit-learn', () => {
  test.each(readScoreGolden().silhouette)('$data.rows rows', ({ data, cosine, samplesHead }) => {
    const { values, labels } = blobs(data);
    const all = cosineSilhouettes(data.rows, data.dims, labels, data.classes, copyFrom(values, data.dims))!;
    expect(Math.abs(mean(all) - cosine)).toBeLessThan(1e-9);
    samplesHead.forEach((value, i) => {
      expect(Math.abs(all[i]! - value)).toBeLessThan(1e-9);
    });
  });
  test('the fixture of scikit-learn 1.9.1', () => {
    const { X, labels, cosine_samples } = readFixtures().silhouette as {
      X: number[][];
      labels: number[];
      cosine_samples: number[];
    };
    const dims = X[0]!.length;
    const values = Float32Array.from(X.flat());
    const groups = Math.max(...labels) + 1;
    const all = cosineSilhouettes(X.length, dims, Int32Array.from(labels), groups, copyFrom(values, dims))!;
    cosine_samples.forEach((value, i) => {
      expect(all[i]).toBeCloseTo(value, 6);
    });
  });
});

describe('edges', () => {
  const square = Float32Array.of(1, 0, 0, 1, 1, 0.1, 0, 0);
  test('one group, or every item its own, has no silhouette', () => {
    expect(cosineSilhouettes(4, 2, Int32Array.of(0, 0, 0, 0), 1, copyFrom(square, 2))).toBeUndefined();
    expect(cosineSilhouettes(4, 2, Int32Array.of(0, 1, 2, 3), 4, copyFrom(square, 2))).toBeUndefined();
  });
  test('an item alone in its group scores 0, empty groups do not count, a zero row is far from everything', () => {
    const values = cosineSilhouettes(4, 2, Int32Array.of(0, 2, 0, 2), 3, copyFrom(square, 2))!;
    // rows 1 and 3: row 3 is zero, at distance 1 from all, so neither group is nearer
    expect(values[3]).toBe(0);
    const alone = cosineSilhouettes(4, 2, Int32Array.of(0, 1, 0, 0), 2, copyFrom(square, 2))!;
    expect(alone[1]).toBe(0);
  });
  test('equal rows in two groups have no say', () => {
    const same = new Float32Array(12).fill(0.5);
    const values = cosineSilhouettes(6, 2, Int32Array.of(0, 0, 0, 1, 1, 1), 2, copyFrom(same, 2))!;
    expect(Array.from(values)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

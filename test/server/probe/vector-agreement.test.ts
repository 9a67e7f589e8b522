import { describe, expect, test } from 'vitest';
import { compareRows, cosine, normRange } from '../../../src/server/probe/vector-agreement.ts';

const matrix = (dimensions: number, ...values: number[]) => ({
  vectors: Float32Array.from(values),
  dimensions,
});

test('cosine of known angles', () => {
  expect(cosine(Float32Array.of(1, 0), Float32Array.of(0, 2))).toBe(0);
  expect(cosine(Float32Array.of(3, 4), Float32Array.of(6, 8))).toBeCloseTo(1, 12);
  expect(cosine(Float32Array.of(1, 0), Float32Array.of(1, 1))).toBeCloseTo(Math.SQRT1_2, 7);
  expect(cosine(Float32Array.of(0, 0), Float32Array.of(1, 1))).toBe(0);
});

describe('compareRows', () => {
  test('takes the worst row', () => {
    expect(compareRows(matrix(2, 1, 0, 0, 1), matrix(2, 1, 0, 1, 0))).toEqual({
      cosineMin: 0,
      maxAbsDifference: 1,
    });
  });

  test('compares a short vector with the cut of a long one, whatever their lengths', () => {
    const { cosineMin } = compareRows(matrix(4, 0.6, 0.8, 5, 5), matrix(2, 3, 4), 2);
    expect(cosineMin).toBeCloseTo(1, 6);
  });
});

test('normRange', () => {
  expect(normRange(matrix(2, 3, 4, 0.6, 0.8))).toEqual({
    min: expect.closeTo(1, 6),
    max: expect.closeTo(5, 6),
  });
});

import type { Dtype } from '../core/axes.ts';
import { type EmbeddingMatrix, truncateAndNormalise } from '../core/matrix.ts';
import type { EngineInput } from './engine.ts';
import { quantiserFor } from './quantise.ts';

/**
 * Vectors as they come back from a store of this dtype: cut to `width`, made unit length, written as the dtype,
 * read again as float32. Rows whose prefix is all zero stay zero; a column behind the width keeps the engine
 * from taking them for broken ones.
 *
 * @param calibration rows that int8 ranges are learned from, native width; never rows that are being scored
 */
export function storedVectors(
  matrix: EmbeddingMatrix,
  width: number,
  dtype: Dtype,
  calibration: EmbeddingMatrix,
): EngineInput {
  const cut = truncateAndNormalise(matrix, width);
  const rows = cut.ids.length;
  const quantiser = quantiserFor(dtype, dtype === 'int8' ? truncateAndNormalise(calibration, width) : cut);
  const zero = Array.from({ length: rows }, (_, row) => isZero(cut.values, row * width, width));
  const stride = zero.includes(true) ? width + 1 : width;
  const values = new Float32Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    if (zero[row]) values[row * stride + width] = 1;
    else
      quantiser(
        cut.values.subarray(row * width, (row + 1) * width),
        values.subarray(row * stride, row * stride + width),
      );
  }
  return { rows, dimensions: stride, values };
}

function isZero(values: Float32Array, from: number, length: number): boolean {
  for (let j = from; j < from + length; j++) if (values[j] !== 0) return false;
  return true;
}

import type { Dtype } from '../../core/axes.ts';
import { UsageError } from '../../core/errors.ts';
import type { EngineInput } from '../engine.ts';
import { decodeFloat16, encodeFloat16 } from './float16.ts';

/** Affine code of one dimension: value = minimum + (code + 128) · step, 256 equal bins from minimum to maximum. */
export interface Int8Scale {
  readonly minimum: Float32Array;
  /** Width of a bin; 0 for a dimension that never varied. */
  readonly step: Float32Array;
}

/**
 * Ranges per dimension from a sample of rows. Give rows that are not scored: ranges that know the scored rows
 * flatter int8.
 *
 * @throws UsageError when the sample is empty
 */
export function calibrateInt8({ dimensions, values }: EngineInput, sample: Int32Array): Int8Scale {
  if (sample.length === 0) {
    throw new UsageError('int8 vectors need rows to calibrate their ranges on, and none were held out');
  }
  const minimum = new Float32Array(dimensions).fill(Number.POSITIVE_INFINITY);
  const maximum = new Float32Array(dimensions).fill(Number.NEGATIVE_INFINITY);
  for (const row of sample) {
    for (let j = 0; j < dimensions; j++) {
      const value = values[row * dimensions + j]!;
      if (value < minimum[j]!) minimum[j] = value;
      if (value > maximum[j]!) maximum[j] = value;
    }
  }
  return { minimum, step: maximum.map((top, j) => (top - minimum[j]!) / 255) };
}

/**
 * Codes −128 … 127 of rows × dimensions values; values outside the calibrated range take the nearest end. In
 * float32 arithmetic, as sentence-transformers computes them.
 */
export function encodeInt8({ dimensions, values }: EngineInput, { minimum, step }: Int8Scale): Int8Array {
  return Int8Array.from(values, (value, at) => {
    const j = at % dimensions;
    const bin = Math.floor(Math.fround(Math.fround(value - minimum[j]!) / (step[j]! || 1)));
    return Math.max(0, Math.min(255, bin)) - 128;
  });
}

/** The middle of each code's bin. */
export function decodeInt8(codes: Int8Array, { minimum, step }: Int8Scale): Float32Array {
  const dimensions = minimum.length;
  return Float32Array.from(codes, (code, at) => {
    const j = at % dimensions;
    return minimum[j]! + (code + 128.5) * step[j]!;
  });
}

/** One bit per dimension, set where the value is positive, most significant bit first, rows padded to whole bytes. */
export function encodeBinary({ rows, dimensions, values }: EngineInput): Uint8Array {
  const bytes = Math.ceil(dimensions / 8);
  const codes = new Uint8Array(rows * bytes);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < dimensions; j++) {
      if (values[row * dimensions + j]! > 0) codes[row * bytes + (j >> 3)]! |= 0x80 >> (j & 7);
    }
  }
  return codes;
}

/** +1 for a set bit, −1 for a clear one: rows × dimensions. */
export function decodeBinary(codes: Uint8Array, rows: number, dimensions: number): Float32Array {
  const bytes = Math.ceil(dimensions / 8);
  const values = new Float32Array(rows * dimensions);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < dimensions; j++) {
      const set = (codes[row * bytes + (j >> 3)]! & (0x80 >> (j & 7))) !== 0;
      values[row * dimensions + j] = set ? 1 : -1;
    }
  }
  return values;
}

/**
 * The matrix as it comes back from a store of this dtype: encoded at full width and decoded. A prefix of a stored
 * vector is the stored prefix, so that one pass serves every dimension.
 *
 * @param calibration rows that int8 takes its ranges from; they should not be scored
 */
export function throughStore(input: EngineInput, dtype: Dtype, calibration: Int32Array): EngineInput {
  const { rows, dimensions, values } = input;
  switch (dtype) {
    case 'float32':
      return input;
    case 'float16':
      return { ...input, values: decodeFloat16(encodeFloat16(values)) };
    case 'int8': {
      const scale = calibrateInt8(input, calibration);
      return { ...input, values: decodeInt8(encodeInt8(input, scale), scale) };
    }
    case 'binary':
      return { ...input, values: decodeBinary(encodeBinary(input), rows, dimensions) };
  }
}

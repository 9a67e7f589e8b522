import type { Dtype } from '../core/axes.ts';
import type { EmbeddingMatrix } from '../core/matrix.ts';

/** Writes what a store of some dtype gives back for `row` into `out`; both of the same length. */
export type Quantiser = (row: Float32Array, out: Float32Array) => void;

/**
 * How a dtype rounds. `float16`: to the nearest half-precision number. `int8`: 256 steps per dimension between
 * the least and the largest value of the calibration rows, values outside cut to the ends, read back at the
 * middle of their step. `binary`: the sign, read back as ±1.
 *
 * @param calibration rows that int8 ranges are learned from; the other dtypes have no ranges
 */
export function quantiserFor(dtype: Dtype, calibration: EmbeddingMatrix): Quantiser {
  switch (dtype) {
    case 'float32':
      return (row, out) => {
        out.set(row);
      };
    case 'float16':
      return (row, out) => {
        for (let j = 0; j < row.length; j++) out[j] = toHalf(row[j]!);
      };
    case 'int8':
      return int8Quantiser(rangesOf(calibration));
    case 'binary':
      return (row, out) => {
        for (let j = 0; j < row.length; j++) out[j] = row[j]! > 0 ? 1 : -1;
      };
  }
}

/** Least and largest value of every dimension. */
export interface Ranges {
  readonly least: Float64Array;
  readonly largest: Float64Array;
}

/** Ranges of the rows' dimensions. */
export function rangesOf({ ids, dimensions, values }: EmbeddingMatrix): Ranges {
  const least = new Float64Array(dimensions).fill(Number.POSITIVE_INFINITY);
  const largest = new Float64Array(dimensions).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < ids.length; row++) {
    for (let j = 0; j < dimensions; j++) {
      const value = values[row * dimensions + j]!;
      if (value < least[j]!) least[j] = value;
      if (value > largest[j]!) largest[j] = value;
    }
  }
  return { least, largest };
}

/** Step of a value: ⌊(x − least) / s⌋ in 0 … 255 less 128, with s = (largest − least)/255, as sentence-transformers stores it. */
export function int8Code(value: number, least: number, largest: number): number {
  const step = largest > least ? (largest - least) / 255 : 1;
  return Math.min(255, Math.max(0, Math.floor((value - least) / step))) - 128;
}

function int8Quantiser({ least, largest }: Ranges): Quantiser {
  return (row, out) => {
    for (let j = 0; j < row.length; j++) {
      const [from, to] = [least[j]!, largest[j]!];
      const step = (to - from) / 255;
      // A dimension that never varied in the calibration is stored as what it was.
      out[j] = step > 0 ? from + (int8Code(row[j]!, from, to) + 128.5) * step : from;
    }
  };
}

/** Nearest IEEE 754 half-precision number, ties to even; beyond ±65,504 the largest one. */
export function toHalf(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude >= 65504) return Math.sign(value) * 65504;
  // Halves have 10 bits behind the leading one, and none below 2⁻²⁴: round to a multiple of the last bit's weight.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const unit = 2 ** (exponent - 10);
  return Math.sign(value) * roundHalfEven(magnitude / unit) * unit;
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}

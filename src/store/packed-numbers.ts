import type { PackedNumbers } from '../core/record/baseline.ts';
import { decodeDigits, encodeDigits } from './digit-codes.ts';

const MOST_LEVELS = 64;
const STEPS = 64 ** 3 - 1;

/** The number with six significant digits; whole numbers stay as they are. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}

/** A copy in which every number went through {@link rounded}. */
export function roundedDeep<T>(value: T): T {
  return deep(value) as T;
}

/** One number per item in one to three characters each: exact to six digits, or to 1/262,143 of the range. */
export function packNumbers(values: readonly number[]): PackedNumbers {
  const short = values.map(rounded);
  const levels = [...new Set(short)].sort((a, b) => a - b);
  if (levels.length <= MOST_LEVELS) {
    const rank = new Map(levels.map((level, i) => [level, i]));
    return {
      levels,
      codes: encodeDigits(
        short.map((value) => rank.get(value)!),
        1,
      ),
    };
  }
  const low = levels[0]!;
  const high = levels.at(-1)!;
  return {
    low,
    high,
    codes: encodeDigits(
      short.map((value) => Math.round(((value - low) / (high - low)) * STEPS)),
      3,
    ),
  };
}

/**
 * Reads {@link packNumbers} back.
 *
 * @throws RangeError when the codes are broken
 */
export function unpackNumbers(packed: PackedNumbers): number[] {
  if ('levels' in packed) {
    return decodeDigits(packed.codes, 1).map((rank) => {
      const level = packed.levels[rank];
      if (level === undefined) throw new RangeError(`there is no level ${rank}`);
      return level;
    });
  }
  const { low, high, codes } = packed;
  return decodeDigits(codes, 3).map((step) => low + ((high - low) * step) / STEPS);
}

function deep(value: unknown): unknown {
  if (typeof value === 'number') return rounded(value);
  if (Array.isArray(value)) return value.map(deep);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, deep(member)]));
}

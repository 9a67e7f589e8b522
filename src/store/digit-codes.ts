const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE = DIGITS.length;

/** Digits that a number below `bound` needs; at least one. */
export function digitsFor(bound: number): number {
  let width = 1;
  for (let reach = BASE; reach < bound; reach *= BASE) width++;
  return width;
}

/** Whole numbers from 0 on as `width` digits of base 64 each, most significant first. */
export function encodeDigits(values: readonly number[], width: number): string {
  let text = '';
  for (const value of values) {
    if (!Number.isInteger(value) || value < 0 || value >= BASE ** width) {
      throw new RangeError(`${value} does not fit into ${width} digits of base ${BASE}`);
    }
    for (let digit = width - 1; digit >= 0; digit--) text += DIGITS[Math.floor(value / BASE ** digit) % BASE];
  }
  return text;
}

/**
 * Reads {@link encodeDigits} back.
 *
 * @throws RangeError when a character is no digit or the last number is incomplete
 */
export function decodeDigits(text: string, width: number): number[] {
  if (text.length % width !== 0) throw new RangeError(`${text.length} digits are not groups of ${width}`);
  const values: number[] = [];
  for (let at = 0; at < text.length; at += width) {
    let value = 0;
    for (const character of text.slice(at, at + width)) {
      const digit = DIGITS.indexOf(character);
      if (digit === -1) throw new RangeError(`${JSON.stringify(character)} is no digit of base ${BASE}`);
      value = value * BASE + digit;
    }
    values.push(value);
  }
  return values;
}

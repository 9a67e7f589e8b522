// JSON numbers to float32, with the bits that JSON.parse and a Float32Array would give.
//
// Both ways here compute a double that is a few units in its last place off the correct one, and round it to
// float32. That is the same float32 unless the double lies next to the middle between two float32 values, which
// no text of a float32 value does; where it does, the exact conversion of the host decides.
import { BROKEN, MORE, numberEnd } from './scan-value';

/** The host's exact conversion of a number's text. */
@external('host', 'exactNumber')
declare function exactNumber(start: usize, length: u32): f64;

/** Bits of a double's fraction that a float32 does not have, and their middle. */
const LOST_BITS: u64 = 0x1fffffff;
const MIDDLE: u64 = 0x10000000;
/** Fractions behind 16 digits are cut: an error below 1e-11 of the value, 2¹⁷ units in its last place. */
const CUT_DOUBT: u64 = 1 << 18;
const LEAST_CUT: f64 = 1e11;
/** The slower way keeps 19 digits and multiplies at most three times. */
const ROUNDING_DOUBT: u64 = 64;

const TENTHS = memory.data<f64>([
  1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16,
]);
const TENS = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);
/** Loaded at offset k, moves the first k bytes of a vector to its end and puts zeros before them. */
const TO_THE_RIGHT = memory.data<u8>([
  0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 1, 2, 3, 4, 5, 6,
  7, 8, 9, 10, 11, 12, 13, 14, 15,
]);

let stoppedAt: usize = 0;
let stoppedOut: usize = 0;

/** Where the last call of scanNumbers stopped: in front of a number, or behind the closing bracket. */
export function numbersEnd(): usize {
  return stoppedAt;
}
/** Where its next value would go. */
export function numbersOut(): usize {
  return stoppedOut;
}

/**
 * Converts numbers of the form [-]0.ddd, the whole of most vectors, sixteen digits at a time without a branch
 * that depends on them. Stops at anything else, at `end` and at `outEnd`; true behind the closing bracket.
 */
export function scanNumbers(start: usize, end: usize, out: usize, outEnd: usize): bool {
  const zero = i8x16.splat(48);
  const ten = i8x16.splat(10);
  let p = start;
  let o = out;
  let closed = false;
  while (p < end && o < outEnd) {
    if (load<u8>(p) == 0x20) {
      p++;
      continue;
    }
    const low = i8x16.bitmask(i8x16.ge_u(i8x16.sub(v128.load(p), zero), ten));
    const high = i8x16.bitmask(i8x16.ge_u(i8x16.sub(v128.load(p, 16), zero), ten));
    // With a sign or without, the point is among the first three bytes, and the first one behind them that is no
    // digit ends the number: the way from number to number does not wait for the sign.
    const length = <u32>ctz((low | (high << 16)) & ~7);
    const delimiter = load<u8>(p + length);
    const opening = load<u32>(p);
    const negative: u32 = (opening & 0xff) == 0x2d ? 1 : 0;
    const count = length - negative - 2;
    const isPlain =
      ((opening >> (negative << 3)) & 0xffff) == 0x2e30 && (low & 7) == 2 + 3 * negative && length < 32 && count > 0;
    if (!isPlain || (delimiter != 0x2c && delimiter != 0x5d)) break;
    const kept = count < 16 ? count : 16;
    const digits = i8x16.sub(v128.load(p + negative, 2), zero);
    const value = sixteenDigits(v128.swizzle(digits, v128.load(TO_THE_RIGHT + kept)));
    if (count > 16 && value < LEAST_CUT) break;
    const scaled = value * load<f64>(TENTHS + (<usize>kept << 3));
    const lost = reinterpret<u64>(scaled) & LOST_BITS;
    if (lost - (MIDDLE - CUT_DOUBT) < 2 * CUT_DOUBT) break;
    store<u32>(o, reinterpret<u32>(<f32>scaled) | (negative << 31));
    o += 4;
    p += length + 1;
    if (delimiter == 0x5d) {
      closed = true;
      break;
    }
  }
  stoppedAt = p;
  stoppedOut = o;
  return closed;
}

/** Sixteen digits, one per byte and the highest first, as an integer (exact up to a half unit). */
@inline
function sixteenDigits(digits: v128): f64 {
  // 2561 = 10 · 256 + 1: the upper byte of each product is ten times the first digit plus the second.
  const pairs = i16x8.shr_u(i16x8.mul(digits, i16x8.splat(2561)), 8);
  const fours = i32x4.dot_i16x8_s(pairs, i32x4.splat(0x00010064));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i32x4.splat(0x00012710));
  return <f64>i32x4.extract_lane(eights, 0) * 1e8 + <f64>i32x4.extract_lane(eights, 1);
}

/**
 * Converts any JSON number and steps over the comma or bracket behind it.
 *
 * @returns the byte behind the delimiter, MORE, or BROKEN
 */
export function takeNumber(start: usize, end: usize, final: bool, out: usize): usize {
  let p = start;
  while (p < end && isSpace(load<u8>(p))) p++;
  if (p >= end) return final ? BROKEN : MORE;
  const stop = numberEnd(p, end);
  if (stop == BROKEN) return BROKEN;
  if (stop == MORE) return final ? BROKEN : MORE;
  let q = stop;
  while (q < end && isSpace(load<u8>(q))) q++;
  if (q >= end) return final ? BROKEN : MORE;
  const delimiter = load<u8>(q);
  if (delimiter != 0x2c && delimiter != 0x5d) return BROKEN;
  store<f32>(out, toFloat(p, stop));
  return q + 1;
}

@inline
function isSpace(c: u8): bool {
  return c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09;
}

/** The float32 of a number's text. */
function toFloat(start: usize, stop: usize): f32 {
  let p = start;
  const negative = load<u8>(p) == 0x2d;
  if (negative) p++;
  let digits: u64 = 0;
  let exponent: i32 = 0;
  let behindPoint = false;
  for (; p < stop; p++) {
    const c = load<u8>(p);
    if (c == 0x2e) {
      behindPoint = true;
      continue;
    }
    if ((c | 0x20) == 0x65) break;
    // 19 digits fit; further ones only count.
    if (digits < 1000000000000000000) {
      digits = digits * 10 + (c - 48);
      if (behindPoint) exponent--;
    } else if (!behindPoint) exponent++;
  }
  if (p < stop) exponent += exponentAt(p + 1, stop);
  if (digits == 0) return negative ? -0.0 : 0.0;
  const value = scale(<f64>digits, exponent);
  const lost = reinterpret<u64>(value) & LOST_BITS;
  const doubtful = lost - (MIDDLE - ROUNDING_DOUBT) < 2 * ROUNDING_DOUBT;
  // Below float32's normal range more bits are lost, above it there is infinity.
  if (doubtful || !(value > 1.2e-38 && value < 3.4e38)) {
    return <f32>exactNumber(start, <u32>(stop - start));
  }
  return <f32>(negative ? -value : value);
}

function exponentAt(p: usize, stop: usize): i32 {
  const sign = load<u8>(p);
  if (sign == 0x2d || sign == 0x2b) p++;
  let exponent: i32 = 0;
  for (; p < stop; p++) if (exponent < 100000) exponent = exponent * 10 + (load<u8>(p) - 48);
  return sign == 0x2d ? -exponent : exponent;
}

/** digits · 10^exponent; 0 or infinity, which the caller does not trust, outside of double's range. */
function scale(digits: f64, exponent: i32): f64 {
  if (exponent < -66) return 0;
  if (exponent > 66) return Infinity;
  while (exponent < -22) {
    digits /= 1e22;
    exponent += 22;
  }
  while (exponent > 22) {
    digits *= 1e22;
    exponent -= 22;
  }
  return exponent < 0
    ? digits / load<f64>(TENS + (<usize>-exponent << 3))
    : digits * load<f64>(TENS + (<usize>exponent << 3));
}

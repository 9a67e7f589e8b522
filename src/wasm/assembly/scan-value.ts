// Finds the end of JSON values that are not vectors, and refuses what is not JSON.

/** The bytes end before the value does. */
export const MORE: usize = 0;
/** Not JSON, or JSON that the scanner leaves to JSON.parse. */
export const BROKEN: usize = 1;

const DEEPEST: i32 = 32;

/** First byte at or behind `p` that is not JSON white space, or `end`. */
@inline
export function skipSpace(p: usize, end: usize): usize {
  while (p < end && isSpace(load<u8>(p))) p++;
  return p;
}

@inline
function isSpace(c: u8): bool {
  return c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09;
}

/** From an opening quote to the byte behind the closing one. Escapes and control bytes are BROKEN. */
export function skipString(p: usize, end: usize): usize {
  p++;
  // Base64 vectors are long: four steps at a time as long as nothing stands out.
  for (; p + 64 <= end; p += 64) {
    const first = v128.or(specialBytes(p), specialBytes(p + 16));
    const second = v128.or(specialBytes(p + 32), specialBytes(p + 48));
    if (v128.any_true(v128.or(first, second))) break;
  }
  while (p < end) {
    const mask = i8x16.bitmask(specialBytes(p));
    if (mask == 0) {
      p += 16;
      continue;
    }
    p += <usize>ctz(mask);
    if (p >= end) return MORE;
    return load<u8>(p) == 0x22 ? p + 1 : BROKEN;
  }
  return MORE;
}

/** Which of sixteen bytes end a string or do not belong in a plain one: quotes, backslashes, control bytes. */
@inline
function specialBytes(p: usize): v128 {
  const v = v128.load(p);
  return v128.or(
    v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c))),
    i8x16.lt_u(v, i8x16.splat(0x20)),
  );
}

/** From a value's first byte to the byte behind its last one. */
export function endOfValue(p: usize, end: usize): usize {
  return valueEnd(p, end, 0);
}

function valueEnd(p: usize, end: usize, depth: i32): usize {
  if (p >= end) return MORE;
  const c = load<u8>(p);
  if (c == 0x22) return skipString(p, end);
  if (c == 0x7b || c == 0x5b) return depth < DEEPEST ? nestedEnd(p, end, depth + 1) : BROKEN;
  if (c == 0x74) return literalEnd(p, end, 0x65757274, 4);
  if (c == 0x6e) return literalEnd(p, end, 0x6c6c756e, 4);
  if (c == 0x66) return literalEnd(p + 1, end, 0x65736c61, 4);
  return numberEnd(p, end);
}

function literalEnd(p: usize, end: usize, letters: u32, length: usize): usize {
  if (p + length > end) return MORE;
  return load<u32>(p) == letters ? p + length : BROKEN;
}

function nestedEnd(p: usize, end: usize, depth: i32): usize {
  const isObject = load<u8>(p) == 0x7b;
  const close: u8 = isObject ? 0x7d : 0x5d;
  p = skipSpace(p + 1, end);
  if (p >= end) return MORE;
  if (load<u8>(p) == close) return p + 1;
  while (true) {
    if (isObject) {
      if (load<u8>(p) != 0x22) return BROKEN;
      p = skipString(p, end);
      if (p == MORE || p == BROKEN) return p;
      p = skipSpace(p, end);
      if (p >= end) return MORE;
      if (load<u8>(p) != 0x3a) return BROKEN;
      p = skipSpace(p + 1, end);
    }
    p = valueEnd(p, end, depth);
    if (p == MORE || p == BROKEN) return p;
    p = skipSpace(p, end);
    if (p >= end) return MORE;
    const c = load<u8>(p);
    if (c == close) return p + 1;
    if (c != 0x2c) return BROKEN;
    p = skipSpace(p + 1, end);
    if (p >= end) return MORE;
  }
}

@inline
function digitAt(p: usize): bool {
  return <u32>load<u8>(p) - 48 < 10;
}

/** From a number's first byte to the byte behind its last one, by JSON's grammar. */
export function numberEnd(p: usize, end: usize): usize {
  if (load<u8>(p) == 0x2d) p++;
  if (p >= end) return MORE;
  if (!digitAt(p)) return BROKEN;
  if (load<u8>(p) == 0x30) p++;
  else while (p < end && digitAt(p)) p++;
  if (p < end && load<u8>(p) == 0x2e) {
    p++;
    if (p >= end) return MORE;
    if (!digitAt(p)) return BROKEN;
    while (p < end && digitAt(p)) p++;
  }
  if (p < end && (load<u8>(p) | 0x20) == 0x65) {
    p++;
    if (p < end && (load<u8>(p) == 0x2b || load<u8>(p) == 0x2d)) p++;
    if (p >= end) return MORE;
    if (!digitAt(p)) return BROKEN;
    while (p < end && digitAt(p)) p++;
  }
  // The number may go on in the bytes that have not come yet.
  return p >= end ? MORE : p;
}

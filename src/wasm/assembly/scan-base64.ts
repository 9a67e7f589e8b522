// Base64 (RFC 4648, standard alphabet) to bytes, sixteen characters at a time.
// The classification of characters by their two halves is Wojciech Muła's ("Base64 decoding with SIMD
// instructions", 2016), the packing is his with 128-bit multiplications.

/**
 * Decodes `length` characters, with or without padding.
 *
 * @returns the number of bytes written (up to 4 more are overwritten behind them), or −1 when a character is
 *   not of the alphabet or the length is not that of a base64 text
 */
export function decodeBase64(from: usize, length: u32, to: usize): i32 {
  let padding: u32 = 0;
  if (length > 0 && (length & 3) == 0) {
    if (load<u8>(from + length - 1) == 0x3d) padding++;
    if (padding == 1 && load<u8>(from + length - 2) == 0x3d) padding++;
  }
  const stop = from + length - padding;
  let p = from;
  let o = to;
  // Four at a time, which do not wait for each other's verdict.
  for (; p + 64 <= stop; p += 64, o += 48) {
    const first = v128.or(decodeSixteen(p, o), decodeSixteen(p + 16, o + 12));
    const second = v128.or(decodeSixteen(p + 32, o + 24), decodeSixteen(p + 48, o + 36));
    if (v128.any_true(v128.or(first, second))) return -1;
  }
  for (; p + 16 <= stop; p += 16, o += 12) if (v128.any_true(decodeSixteen(p, o))) return -1;
  let bits: u32 = 0;
  let held: u32 = 0;
  for (; p < stop; p++) {
    const value = sextet(load<u8>(p));
    if (value < 0) return -1;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      store<u8>(o++, <u8>(held >> bits));
    }
  }
  return bits == 6 ? -1 : <i32>(o - to);
}

/** Sixteen characters to twelve bytes; not all zero when one of them is not of the alphabet. */
@inline
function decodeSixteen(p: usize, o: usize): v128 {
  const text = v128.load(p);
  const high = i8x16.shr_u(text, 4);
  const low = v128.and(text, i8x16.splat(15));
  const badLow = v128.swizzle(
    i8x16(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a),
    low,
  );
  const badHigh = v128.swizzle(
    i8x16(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10),
    high,
  );
  const isSlash = i8x16.eq(text, i8x16.splat(0x2f));
  const shift = v128.swizzle(
    i8x16(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0),
    i8x16.add(isSlash, high),
  );
  const sextets = i8x16.add(text, shift);
  const pairs = i16x8.add(
    i16x8.shl(v128.and(sextets, i16x8.splat(0xff)), 6),
    i16x8.shr_u(sextets, 8),
  );
  const triples = i32x4.dot_i16x8_s(pairs, i32x4.splat(0x00011000));
  const bytes = v128.swizzle(triples, i8x16(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
  v128.store(o, bytes);
  return v128.and(badLow, badHigh);
}

function sextet(c: u8): i32 {
  if (c >= 0x41 && c <= 0x5a) return c - 0x41;
  if (c >= 0x61 && c <= 0x7a) return c - 0x61 + 26;
  if (c >= 0x30 && c <= 0x39) return c - 0x30 + 52;
  return c == 0x2b ? 62 : c == 0x2f ? 63 : -1;
}

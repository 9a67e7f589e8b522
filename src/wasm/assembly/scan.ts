// build: --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --enable threads
// Reads the body of a /v1/embeddings answer straight into float32: the structure here, numbers in
// scan-number.ts, base64 in scan-base64.ts. The scanner can be fed while the body arrives: it stops in front of
// the first unit that is not complete (a number, or a key with its value) and goes on there. Whatever it does
// not know (escapes, null, a key twice, a number of another grammar) is a SURPRISE, which the caller hands to
// JSON.parse; it never guesses.
import { decodeBase64 } from './scan-base64';
import { scanNumbers, numbersEnd, numbersOut, takeNumber } from './scan-number';
import { BROKEN, endOfValue, MORE, skipSpace, skipString } from './scan-value';

/** What a call to feed found. */
const NEEDS_MORE: i32 = 0;
const DONE: i32 = 1;
const SURPRISE: i32 = 2;
const STEPPED: i32 = 3;

// Where the scanner stands between two units.
const START: u32 = 0;
const KEY_FIRST: u32 = 1;
const KEY_NEXT: u32 = 2;
const ITEM_FIRST: u32 = 3;
const ITEM_NEXT: u32 = 4;
const FIELD_FIRST: u32 = 5;
const FIELD_NEXT: u32 = 6;
const NUMBER_FIRST: u32 = 7;
const NUMBER_NEXT: u32 = 8;
const TAIL: u32 = 9;

// What was seen: of the body, and of the item at hand.
const SEEN_DATA: u32 = 1;
const SEEN_MODEL: u32 = 2;
const SEEN_USAGE: u32 = 4;
const ITEM_EMBEDDING: u32 = 8;
const ITEM_INDEX: u32 = 16;

const FLOAT: u32 = 1;
const BASE64: u32 = 2;

/** Zero bytes that must be free behind the body. */
const PADDING: u32 = 64;

/** One scan's state; the caller reads it and the table when the scan is done. */
@unmanaged
class Scan {
  position: u32; // bytes that are consumed
  mode: u32;
  vectors: u32; // rows of the table that are complete
  floats: u32; // values written
  modelStart: u32;
  modelEnd: u32;
  usageStart: u32;
  usageEnd: u32;
  seen: u32;
  encoding: u32; // of all vectors: 0 none yet
  vectorStart: u32; // first value of the vector at hand
  index: u32; // of the item at hand
}

/** One vector, in the order of the body. */
@unmanaged
class VectorRow {
  start: u32;
  length: u32;
  index: u32;
  unused: u32;
  squares: f64; // sum of squares; not finite when a value is not
}

let scan: Scan = changetype<Scan>(0);
let body: usize = 0;
let end: usize = 0;
let isFinal: bool = false;
let outStart: usize = 0;
let outEnd: usize = 0;
let table: usize = 0;
let tableRows: u32 = 0;
let cursor: usize = 0;

/** First byte of the memory that the module leaves to its caller. */
export function freeMemory(): usize {
  return __heap_base;
}

/** Starts a scan in the 48 bytes at `state`. */
export function begin(state: usize): void {
  memory.fill(state, 0, offsetof<Scan>());
}

/**
 * Goes on with a scan: `available` bytes of the body lie at `bodyAt`, with 64 bytes of room behind the last one
 * when `final`. Values go to `outAt` (room for `outFloats`, and 16 bytes behind), rows of 24 bytes to `tableAt`.
 */
export function feed(
  state: usize,
  bodyAt: usize,
  available: u32,
  final: bool,
  outAt: usize,
  outFloats: u32,
  tableAt: usize,
  rows: u32,
): i32 {
  scan = changetype<Scan>(state);
  body = bodyAt;
  end = bodyAt + available;
  isFinal = final;
  outStart = outAt;
  outEnd = outAt + (<usize>outFloats << 2);
  table = tableAt;
  tableRows = rows;
  if (final) memory.fill(end, 0, PADDING);
  cursor = body + scan.position;
  let code = STEPPED;
  while (code == STEPPED) {
    code = step();
    scan.position = <u32>(cursor - body);
  }
  return code == NEEDS_MORE && final ? SURPRISE : code;
}

function go(mode: u32, at: usize): i32 {
  scan.mode = mode;
  cursor = at;
  return STEPPED;
}

function step(): i32 {
  let p = skipSpace(cursor, end);
  if (p >= end) return scan.mode == TAIL && isFinal ? DONE : NEEDS_MORE;
  const c = load<u8>(p);
  switch (scan.mode) {
    case START:
      return c == 0x7b ? go(KEY_FIRST, p + 1) : SURPRISE;
    case KEY_FIRST:
      return takeKey(p);
    case KEY_NEXT:
      if (c == 0x7d) return scan.seen & SEEN_DATA ? go(TAIL, p + 1) : SURPRISE;
      return c == 0x2c ? takeKey(skipSpace(p + 1, end)) : SURPRISE;
    case ITEM_FIRST:
      if (c == 0x5d) return go(KEY_NEXT, p + 1);
      return startItem(p);
    case ITEM_NEXT:
      if (c == 0x5d) return go(KEY_NEXT, p + 1);
      return c == 0x2c ? startItem(skipSpace(p + 1, end)) : SURPRISE;
    case FIELD_FIRST:
      return takeField(p);
    case FIELD_NEXT:
      if (c == 0x7d) return endItem(p + 1);
      return c == 0x2c ? takeField(skipSpace(p + 1, end)) : SURPRISE;
    case NUMBER_FIRST:
      if (c == 0x5d) return go(FIELD_NEXT, p + 1);
      return takeNumbers(p);
    case NUMBER_NEXT:
      return takeNumbers(p);
    default:
      return SURPRISE;
  }
}

// --- Keys of the body and of an item -------------------------------------------------------------------------

let keyStart: usize = 0;
let keyLength: u32 = 0;
let valueAt: usize = 0;

/** Reads `"key" :` and finds its value; STEPPED when both are there. */
function readKey(p: usize): i32 {
  if (p >= end) return NEEDS_MORE;
  if (load<u8>(p) != 0x22) return SURPRISE;
  const q = skipString(p, end);
  if (q == BROKEN) return SURPRISE;
  if (q == MORE) return NEEDS_MORE;
  keyStart = p + 1;
  keyLength = <u32>(q - p - 2);
  let v = skipSpace(q, end);
  if (v >= end) return NEEDS_MORE;
  if (load<u8>(v) != 0x3a) return SURPRISE;
  v = skipSpace(v + 1, end);
  if (v >= end) return NEEDS_MORE;
  valueAt = v;
  return STEPPED;
}

@inline
function keyIsData(): bool {
  return keyLength == 4 && load<u32>(keyStart) == 0x61746164;
}
@inline
function keyIsModel(): bool {
  return keyLength == 5 && load<u32>(keyStart) == 0x65646f6d && load<u8>(keyStart + 4) == 0x6c;
}
@inline
function keyIsUsage(): bool {
  return keyLength == 5 && load<u32>(keyStart) == 0x67617375 && load<u8>(keyStart + 4) == 0x65;
}
@inline
function keyIsIndex(): bool {
  return keyLength == 5 && load<u32>(keyStart) == 0x65646e69 && load<u8>(keyStart + 4) == 0x78;
}
@inline
function keyIsEmbedding(): bool {
  return (
    keyLength == 9 && load<u64>(keyStart) == 0x6e69646465626d65 && load<u8>(keyStart + 8) == 0x67
  );
}

/** Marks something as seen; false when it was before. */
function once(what: u32): bool {
  if (scan.seen & what) return false;
  scan.seen |= what;
  return true;
}

function takeKey(p: usize): i32 {
  const code = readKey(p);
  if (code != STEPPED) return code;
  if (keyIsData()) {
    return load<u8>(valueAt) == 0x5b && once(SEEN_DATA) ? go(ITEM_FIRST, valueAt + 1) : SURPRISE;
  }
  const q = endOfValue(valueAt, end);
  if (q == BROKEN) return SURPRISE;
  if (q == MORE) return NEEDS_MORE;
  if (keyIsModel()) {
    if (!once(SEEN_MODEL)) return SURPRISE;
    scan.modelStart = <u32>(valueAt - body);
    scan.modelEnd = <u32>(q - body);
  } else if (keyIsUsage()) {
    if (!once(SEEN_USAGE)) return SURPRISE;
    scan.usageStart = <u32>(valueAt - body);
    scan.usageEnd = <u32>(q - body);
  }
  return go(KEY_NEXT, q);
}

function startItem(p: usize): i32 {
  if (p >= end) return NEEDS_MORE;
  if (load<u8>(p) != 0x7b || scan.vectors >= tableRows) return SURPRISE;
  scan.seen &= ~(ITEM_EMBEDDING | ITEM_INDEX);
  scan.index = scan.vectors;
  scan.vectorStart = scan.floats;
  return go(FIELD_FIRST, p + 1);
}

function takeField(p: usize): i32 {
  const code = readKey(p);
  if (code != STEPPED) return code;
  if (keyIsEmbedding()) return startEmbedding(valueAt);
  const q = endOfValue(valueAt, end);
  if (q == BROKEN) return SURPRISE;
  if (q == MORE) return NEEDS_MORE;
  if (keyIsIndex()) {
    if (!once(ITEM_INDEX) || !takeIndex(valueAt, q)) return SURPRISE;
  }
  return go(FIELD_NEXT, q);
}

/** Reads an index of at most nine digits. */
function takeIndex(p: usize, q: usize): bool {
  if (q - p > 9) return false;
  let value: u32 = 0;
  for (; p < q; p++) {
    const d = <u32>load<u8>(p) - 48;
    if (d >= 10) return false;
    value = value * 10 + d;
  }
  scan.index = value;
  return true;
}

// --- Vectors -------------------------------------------------------------------------------------------------

function startEmbedding(p: usize): i32 {
  const c = load<u8>(p);
  const encoding = c == 0x5b ? FLOAT : c == 0x22 ? BASE64 : 0;
  if (encoding == 0 || (scan.encoding != 0 && scan.encoding != encoding)) return SURPRISE;
  if (encoding == FLOAT) {
    if (!once(ITEM_EMBEDDING)) return SURPRISE;
    scan.encoding = FLOAT;
    return go(NUMBER_FIRST, p + 1);
  }
  const q = skipString(p, end);
  if (q == BROKEN) return SURPRISE;
  if (q == MORE) return NEEDS_MORE;
  if (!once(ITEM_EMBEDDING)) return SURPRISE;
  scan.encoding = BASE64;
  const length = <u32>(q - p - 2);
  const out = outStart + (<usize>scan.floats << 2);
  if (out + (<usize>(length + 3) >> 2) * 3 > outEnd + 2) return SURPRISE;
  const bytes = decodeBase64(p + 1, length, out);
  if (bytes < 0 || bytes & 3) return SURPRISE;
  scan.floats += <u32>bytes >> 2;
  return go(FIELD_NEXT, q);
}

function takeNumbers(p: usize): i32 {
  const out = outStart + (<usize>scan.floats << 2);
  // Behind a complete body lie zero bytes, which end every number; before that, numbers near the end wait.
  const fastEnd = isFinal ? end : end - 64 < end ? end - 64 : p;
  let closed = scanNumbers(p, fastEnd, out, outEnd);
  let at = numbersEnd();
  let o = numbersOut();
  while (!closed && o < outEnd) {
    const q = takeNumber(at, end, isFinal, o);
    if (q == MORE || q == BROKEN) {
      commitNumbers(at, o);
      return q == MORE ? NEEDS_MORE : SURPRISE;
    }
    o += 4;
    closed = load<u8>(q - 1) == 0x5d;
    at = q;
    if (!closed && at < fastEnd) {
      closed = scanNumbers(at, fastEnd, o, outEnd);
      at = numbersEnd();
      o = numbersOut();
    }
  }
  commitNumbers(at, o);
  return closed ? go(FIELD_NEXT, at) : SURPRISE;
}

function commitNumbers(at: usize, o: usize): void {
  scan.floats = <u32>((o - outStart) >> 2);
  go(NUMBER_NEXT, at);
}

function endItem(p: usize): i32 {
  if (!(scan.seen & ITEM_EMBEDDING)) return SURPRISE;
  const row = changetype<VectorRow>(table + scan.vectors * offsetof<VectorRow>());
  row.start = scan.vectorStart;
  row.length = scan.floats - scan.vectorStart;
  row.index = scan.index;
  row.squares = sumOfSquares(outStart + (<usize>scan.vectorStart << 2), row.length);
  scan.vectors++;
  return go(ITEM_NEXT, p);
}

function sumOfSquares(p: usize, count: u32): f64 {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  const whole = p + (<usize>(count & ~3) << 2);
  for (; p < whole; p += 16) {
    const v = v128.load(p);
    const low = f64x2.promote_low_f32x4(v);
    const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
    a = f64x2.add(a, f64x2.mul(low, low));
    b = f64x2.add(b, f64x2.mul(high, high));
  }
  a = f64x2.add(a, b);
  let total = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
  for (let rest = count & 3; rest > 0; rest--, p += 4) {
    const value = <f64>load<f32>(p);
    total += value * value;
  }
  return total;
}

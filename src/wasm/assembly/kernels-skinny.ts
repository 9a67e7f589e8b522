// Products with a few vectors: rows · vectorsᵀ and its transpose. They are bound by reading the rows, so each
// value of a row is loaded once per group of vectors. Rows are named by index, so that any subset can be used
// where it lies.
import { multiplyAdd, sumLanes } from "./kernels-lanes";
import { flushInto64 } from "./kernels-vectors";

/** Rows after which float32 partial sums are added to the float64 ones. */
// @ts-ignore: decorator
@inline
export const FLUSH: i32 = 256;

// @ts-ignore: decorator
@inline
function rowAt(rows: usize, rowBytes: usize, index: usize, position: i32): usize {
  return rows + <usize>load<i32>(index + (<usize>position << 2)) * rowBytes;
}

/**
 * target[p − from, k] = rows[index[p]] · vectors[k] for p in [from, to) and k < count; target rows lie `count`
 * float32 apart. `depth` is a multiple of 4.
 */
export function multiplyVectors(
  rows: usize, stride: i32, index: usize, from: i32, to: i32, depth: i32,
  vectors: usize, vectorStride: i32, count: i32, target: usize,
): void {
  const rowBytes = <usize>stride << 2;
  const vectorBytes = <usize>vectorStride << 2;
  const targetBytes = <usize>count << 2;
  let p = from;
  let to0 = target;
  for (; p + 2 <= to; p += 2) {
    const x0 = rowAt(rows, rowBytes, index, p);
    const x1 = rowAt(rows, rowBytes, index, p + 1);
    const to1 = to0 + targetBytes;
    let k = 0;
    for (; k + 3 < count; k += 4) {
      dots2x4(x0, x1, vectors + <usize>k * vectorBytes, vectorBytes, depth, to0 + (<usize>k << 2), to1 + (<usize>k << 2));
    }
    const v = vectors + <usize>k * vectorBytes;
    if (count - k == 3) dots2x3(x0, x1, v, vectorBytes, depth, to0 + (<usize>k << 2), to1 + (<usize>k << 2));
    else if (count - k == 2) dots2x2(x0, x1, v, vectorBytes, depth, to0 + (<usize>k << 2), to1 + (<usize>k << 2));
    else if (count - k == 1) {
      store<f32>(to0 + (<usize>k << 2), dot(x0, v, depth));
      store<f32>(to1 + (<usize>k << 2), dot(x1, v, depth));
    }
    to0 = to1 + targetBytes;
  }
  if (p < to) {
    const x0 = rowAt(rows, rowBytes, index, p);
    for (let k = 0; k < count; k++) store<f32>(to0 + (<usize>k << 2), dot(x0, vectors + <usize>k * vectorBytes, depth));
  }
}

/**
 * sums[k] += Σ over p in [from, to) of factors[p, k] · rows[index[p]], sums as float64 rows `sumStride` apart.
 * `scratch` is as many float32 rows, zeroed, and is left zeroed.
 */
export function sumWeightedRows(
  rows: usize, stride: i32, index: usize, from: i32, to: i32, depth: i32,
  factors: usize, count: i32, scratch: usize, sums: usize, sumStride: i32,
): void {
  for (let first = from; first < to; first += FLUSH) {
    const last = min(first + FLUSH, to);
    addWeightedRows(rows, stride, index, first, last, depth,
      factors + (<usize>(first * count) << 2), count, scratch, sumStride);
    flushSums(count, depth, scratch, sumStride, sums);
  }
}

/** Adds `count` float32 rows to float64 rows and zeroes them. */
export function flushSums(count: i32, depth: i32, scratch: usize, stride: i32, sums: usize): void {
  for (let k = 0; k < count; k++) {
    flushInto64(depth, scratch + (<usize>(k * stride) << 2), sums + (<usize>(k * stride) << 3));
  }
}

/** sums[k] += Σ over p in [from, to) of factors[p − from, k] · rows[index[p]]; sums are float32 rows. */
export function addWeightedRows(
  rows: usize, stride: i32, index: usize, from: i32, to: i32, depth: i32,
  factors: usize, count: i32, sums: usize, sumStride: i32,
): void {
  const rowBytes = <usize>stride << 2;
  const factorBytes = <usize>count << 2;
  // a slice of four rows that fits the first-level cache is used for every vector before the next slice
  for (let column = 0; column < depth; column += 1024) {
    const width = min(1024, depth - column);
    const slice = rows + (<usize>column << 2);
    const sum = sums + (<usize>column << 2);
    let p = from;
    let factor = factors;
    for (; p + 4 <= to; p += 4) {
      addFourRows(slice, rowBytes, index + (<usize>p << 2), factor, count, sum, <usize>sumStride << 2, width);
      factor += 4 * factorBytes;
    }
    for (; p < to; p++) {
      for (let k = 0; k < count; k++) {
        addRow(rowAt(slice, rowBytes, index, p), v128.load32_splat(factor + (<usize>k << 2)),
          sum + (<usize>k * <usize>sumStride << 2), width);
      }
      factor += factorBytes;
    }
  }
}

// @ts-ignore: decorator
@inline
function addFourRows(
  rows: usize, rowBytes: usize, index: usize, factor: usize, count: i32, sum: usize, sumBytes: usize, width: i32,
): void {
  const x0 = rowAt(rows, rowBytes, index, 0), x1 = rowAt(rows, rowBytes, index, 1);
  const x2 = rowAt(rows, rowBytes, index, 2), x3 = rowAt(rows, rowBytes, index, 3);
  const factorBytes = <usize>count << 2;
  let k = 0;
  for (; k + 3 <= count && count - k != 4; k += 3) {
    addToThree(x0, x1, x2, x3, factor + (<usize>k << 2), factorBytes, sum + <usize>k * sumBytes, sumBytes, width);
  }
  for (; k + 2 <= count; k += 2) {
    addToTwo(x0, x1, x2, x3, factor + (<usize>k << 2), factorBytes, sum + <usize>k * sumBytes, sumBytes, width);
  }
  if (k < count) addToOne(x0, x1, x2, x3, factor + (<usize>k << 2), factorBytes, sum + <usize>k * sumBytes, width);
}

/** f0 · u0 + f1 · u1 + f2 · u2 + f3 · u3 on top of the four float32 at `sum`. */
// @ts-ignore: decorator
@inline
function addFour(sum: usize, f0: v128, u0: v128, f1: v128, u1: v128, f2: v128, u2: v128, f3: v128, u3: v128): void {
  let t = v128.load(sum);
  t = multiplyAdd(t, f0, u0);
  t = multiplyAdd(t, f1, u1);
  t = multiplyAdd(t, f2, u2);
  t = multiplyAdd(t, f3, u3);
  v128.store(sum, t);
}

export function addToThree(
  x0: usize, x1: usize, x2: usize, x3: usize, factor: usize, factorBytes: usize, a: usize, sumBytes: usize, width: i32,
): void {
  const b = a + sumBytes, c = b + sumBytes;
  const factor1 = factor + factorBytes, factor2 = factor1 + factorBytes, factor3 = factor2 + factorBytes;
  const a0 = v128.load32_splat(factor), b0 = v128.load32_splat(factor, 4), c0 = v128.load32_splat(factor, 8);
  const a1 = v128.load32_splat(factor1), b1 = v128.load32_splat(factor1, 4), c1 = v128.load32_splat(factor1, 8);
  const a2 = v128.load32_splat(factor2), b2 = v128.load32_splat(factor2, 4), c2 = v128.load32_splat(factor2, 8);
  const a3 = v128.load32_splat(factor3), b3 = v128.load32_splat(factor3, 4), c3 = v128.load32_splat(factor3, 8);
  const bytes = <usize>width << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    const u0 = v128.load(x0 + j), u1 = v128.load(x1 + j), u2 = v128.load(x2 + j), u3 = v128.load(x3 + j);
    addFour(a + j, a0, u0, a1, u1, a2, u2, a3, u3);
    addFour(b + j, b0, u0, b1, u1, b2, u2, b3, u3);
    addFour(c + j, c0, u0, c1, u1, c2, u2, c3, u3);
  }
}

export function addToTwo(
  x0: usize, x1: usize, x2: usize, x3: usize, factor: usize, factorBytes: usize, a: usize, sumBytes: usize, width: i32,
): void {
  const b = a + sumBytes;
  const factor1 = factor + factorBytes, factor2 = factor1 + factorBytes, factor3 = factor2 + factorBytes;
  const a0 = v128.load32_splat(factor), b0 = v128.load32_splat(factor, 4);
  const a1 = v128.load32_splat(factor1), b1 = v128.load32_splat(factor1, 4);
  const a2 = v128.load32_splat(factor2), b2 = v128.load32_splat(factor2, 4);
  const a3 = v128.load32_splat(factor3), b3 = v128.load32_splat(factor3, 4);
  const bytes = <usize>width << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    const u0 = v128.load(x0 + j), u1 = v128.load(x1 + j), u2 = v128.load(x2 + j), u3 = v128.load(x3 + j);
    addFour(a + j, a0, u0, a1, u1, a2, u2, a3, u3);
    addFour(b + j, b0, u0, b1, u1, b2, u2, b3, u3);
  }
}

export function addToOne(
  x0: usize, x1: usize, x2: usize, x3: usize, factor: usize, factorBytes: usize, a: usize, width: i32,
): void {
  const a0 = v128.load32_splat(factor);
  const a1 = v128.load32_splat(factor + factorBytes);
  const a2 = v128.load32_splat(factor + 2 * factorBytes);
  const a3 = v128.load32_splat(factor + 3 * factorBytes);
  const bytes = <usize>width << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    addFour(a + j, a0, v128.load(x0 + j), a1, v128.load(x1 + j), a2, v128.load(x2 + j), a3, v128.load(x3 + j));
  }
}

// @ts-ignore: decorator
@inline
function addRow(x: usize, factor: v128, sum: usize, width: i32): void {
  const bytes = <usize>width << 2;
  for (let j: usize = 0; j < bytes; j += 16) {
    v128.store(sum + j, multiplyAdd(v128.load(sum + j), factor, v128.load(x + j)));
  }
}

/** Dot product of two float32 rows. */
export function dot(x: usize, v: usize, depth: i32): f32 {
  const end = x + (<usize>depth << 2);
  let even = f32x4.splat(0), odd = even;
  while (x + 32 <= end) {
    even = multiplyAdd(even, v128.load(x), v128.load(v));
    odd = multiplyAdd(odd, v128.load(x, 16), v128.load(v, 16));
    x += 32;
    v += 32;
  }
  if (x < end) even = multiplyAdd(even, v128.load(x), v128.load(v));
  return sumLanes(f32x4.add(even, odd));
}

export function dots2x4(x0: usize, x1: usize, v0: usize, vectorBytes: usize, depth: i32, to0: usize, to1: usize): void {
  let v1 = v0 + vectorBytes;
  let v2 = v1 + vectorBytes;
  let v3 = v2 + vectorBytes;
  const end = x0 + (<usize>depth << 2);
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
  let b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  while (x0 < end) {
    const w0 = v128.load(v0), w1 = v128.load(v1), w2 = v128.load(v2), w3 = v128.load(v3);
    v0 += 16;
    v1 += 16;
    v2 += 16;
    v3 += 16;
    const u0 = v128.load(x0);
    x0 += 16;
    a0 = multiplyAdd(a0, u0, w0);
    a1 = multiplyAdd(a1, u0, w1);
    a2 = multiplyAdd(a2, u0, w2);
    a3 = multiplyAdd(a3, u0, w3);
    const u1 = v128.load(x1);
    x1 += 16;
    b0 = multiplyAdd(b0, u1, w0);
    b1 = multiplyAdd(b1, u1, w1);
    b2 = multiplyAdd(b2, u1, w2);
    b3 = multiplyAdd(b3, u1, w3);
  }
  store<f32>(to0, sumLanes(a0));
  store<f32>(to0, sumLanes(a1), 4);
  store<f32>(to0, sumLanes(a2), 8);
  store<f32>(to0, sumLanes(a3), 12);
  store<f32>(to1, sumLanes(b0));
  store<f32>(to1, sumLanes(b1), 4);
  store<f32>(to1, sumLanes(b2), 8);
  store<f32>(to1, sumLanes(b3), 12);
}

export function dots2x3(x0: usize, x1: usize, v0: usize, vectorBytes: usize, depth: i32, to0: usize, to1: usize): void {
  let v1 = v0 + vectorBytes;
  let v2 = v1 + vectorBytes;
  const end = x0 + (<usize>depth << 2);
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0;
  let b0 = a0, b1 = a0, b2 = a0;
  while (x0 < end) {
    const w0 = v128.load(v0), w1 = v128.load(v1), w2 = v128.load(v2);
    v0 += 16;
    v1 += 16;
    v2 += 16;
    const u0 = v128.load(x0);
    x0 += 16;
    a0 = multiplyAdd(a0, u0, w0);
    a1 = multiplyAdd(a1, u0, w1);
    a2 = multiplyAdd(a2, u0, w2);
    const u1 = v128.load(x1);
    x1 += 16;
    b0 = multiplyAdd(b0, u1, w0);
    b1 = multiplyAdd(b1, u1, w1);
    b2 = multiplyAdd(b2, u1, w2);
  }
  store<f32>(to0, sumLanes(a0));
  store<f32>(to0, sumLanes(a1), 4);
  store<f32>(to0, sumLanes(a2), 8);
  store<f32>(to1, sumLanes(b0));
  store<f32>(to1, sumLanes(b1), 4);
  store<f32>(to1, sumLanes(b2), 8);
}

export function dots2x2(x0: usize, x1: usize, v0: usize, vectorBytes: usize, depth: i32, to0: usize, to1: usize): void {
  let v1 = v0 + vectorBytes;
  const end = x0 + (<usize>depth << 2);
  let a0 = f32x4.splat(0), a1 = a0, b0 = a0, b1 = a0;
  while (x0 < end) {
    const w0 = v128.load(v0), w1 = v128.load(v1);
    v0 += 16;
    v1 += 16;
    const u0 = v128.load(x0), u1 = v128.load(x1);
    x0 += 16;
    x1 += 16;
    a0 = multiplyAdd(a0, u0, w0);
    a1 = multiplyAdd(a1, u0, w1);
    b0 = multiplyAdd(b0, u1, w0);
    b1 = multiplyAdd(b1, u1, w1);
  }
  store<f32>(to0, sumLanes(a0));
  store<f32>(to0, sumLanes(a1), 4);
  store<f32>(to1, sumLanes(b0));
  store<f32>(to1, sumLanes(b1), 4);
}

// float64 vectors of the solver, and conversions between the widths.
import { addWidened, promoteHigh, sumPair } from "./kernels-lanes";

export function dot64(length: i32, x: usize, y: usize): f64 {
  const end = x + (<usize>length << 3);
  let a = f64x2.splat(0), b = a;
  while (x + 32 <= end) {
    a = f64x2.add(a, f64x2.mul(v128.load(x), v128.load(y)));
    b = f64x2.add(b, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    x += 32;
    y += 32;
  }
  let sum = sumPair(f64x2.add(a, b));
  for (; x < end; x += 8) {
    sum += load<f64>(x) * load<f64>(y);
    y += 8;
  }
  return sum;
}

/** y += factor · x */
export function addScaled64(length: i32, factor: f64, x: usize, y: usize): void {
  const end = x + (<usize>length << 3);
  const f = f64x2.splat(factor);
  while (x + 32 <= end) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(f, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(f, v128.load(x, 16))), 16);
    x += 32;
    y += 32;
  }
  for (; x < end; x += 8) {
    store<f64>(y, load<f64>(y) + factor * load<f64>(x));
    y += 8;
  }
}

/** sums += x, float32 into float64; x becomes zero. `length` is a multiple of 4. */
export function flushInto64(length: i32, x: usize, sums: usize): void {
  const end = x + (<usize>length << 2);
  const zero = f32x4.splat(0);
  for (; x < end; x += 16) {
    addWidened(sums, v128.load(x));
    v128.store(x, zero);
    sums += 32;
  }
}

/** sums[i] += Σ of the squares of rows[i, from … from+depth), for `count` rows. */
export function addSquares(rows: usize, stride: i32, count: i32, from: i32, depth: i32, sums: usize): void {
  for (let i = 0; i < count; i++) {
    let x = rows + (<usize>i * <usize>stride + <usize>from << 2);
    const end = x + (<usize>depth << 2);
    let low = f64x2.splat(0), high = low;
    for (; x < end; x += 16) {
      const v = v128.load(x);
      const a = f64x2.promote_low_f32x4(v);
      const b = promoteHigh(v);
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
    }
    const sum = sums + (<usize>i << 3);
    store<f64>(sum, load<f64>(sum) + sumPair(f64x2.add(low, high)));
  }
}

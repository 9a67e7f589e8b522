// k-means over rows x̂ = scale · x whose squared norms are known: |x̂ − c|² = |x̂|² + |c|² − 2 scale · x·c.
import { promoteHigh, sumPair } from "./kernels-lanes";

/**
 * distances[j] = squared distance from one row to row j, from their products (a row of the Gram matrix).
 * `count` is a multiple of 4; padding rows have scale and square 0 and come out as `square`.
 */
export function distancesFromProducts(
  count: i32, products: usize, scales: usize, squares: usize, scale: f32, square: f32, distances: usize,
): void {
  const factor = f32x4.splat(-2 * scale);
  const own = f32x4.splat(square);
  const zero = f32x4.splat(0);
  const end = products + (<usize>count << 2);
  while (products < end) {
    const cross = f32x4.mul(f32x4.mul(factor, v128.load(scales)), v128.load(products));
    v128.store(distances, f32x4.max(zero, f32x4.add(f32x4.add(own, v128.load(squares)), cross)));
    products += 16;
    scales += 16;
    squares += 16;
    distances += 16;
  }
}

/** Σ min(a[j], b[j]) over `count` values (a multiple of 4), in float64. */
export function sumOfMinima(count: i32, a: usize, b: usize): f64 {
  let low = f64x2.splat(0), high = low;
  const end = a + (<usize>count << 2);
  while (a < end) {
    const v = f32x4.min(v128.load(a), v128.load(b));
    low = f64x2.add(low, f64x2.promote_low_f32x4(v));
    high = f64x2.add(high, promoteHigh(v));
    a += 16;
    b += 16;
  }
  return sumPair(f64x2.add(low, high));
}

/** b[j] = min(a[j], b[j]) */
export function takeMinima(count: i32, a: usize, b: usize): void {
  const end = a + (<usize>count << 2);
  while (a < end) {
    v128.store(b, f32x4.min(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
}

/** First j at which the running sum of `weights` reaches `threshold`; the last one when rounding hides it. */
export function pickByWeight(count: i32, weights: usize, threshold: f64): i32 {
  let sum: f64 = 0;
  for (let j = 0; j < count; j++) {
    sum += <f64>load<f32>(weights + (<usize>j << 2));
    if (sum >= threshold) return j;
  }
  return count - 1;
}

/**
 * Nearest of k centres for every row, the first of equals, from float64 products of rows and sums of members:
 * the centre c is factor[c] · sum[c], so |x̂ − c|² = … + norms[c] − 2 scale · factors[c] · products[c, i].
 * Rows that moved are written to `changed` as (row, old label); returns their number.
 */
export function assignBySums(
  count: i32, clusters: i32, products: usize, productStride: i32, scales: usize,
  norms: usize, factors: usize, labels: usize, changed: usize,
): i32 {
  let moved = 0;
  for (let i = 0; i < count; i++) {
    const scale = 2 * <f64>load<f32>(scales + (<usize>i << 2));
    let product = products + (<usize>i << 3);
    let nearest = 0;
    let least = Infinity;
    for (let c = 0; c < clusters; c++) {
      const distance = load<f64>(norms + (<usize>c << 3)) - scale * load<f64>(factors + (<usize>c << 3)) * load<f64>(product);
      if (distance < least) {
        least = distance;
        nearest = c;
      }
      product += <usize>productStride << 3;
    }
    moved = relabel(i, nearest, labels, changed, moved);
  }
  return moved;
}

/** The same from float32 products of rows and centres, row by row: products[i · productStride + c]. */
export function assignByProducts(
  count: i32, clusters: i32, products: usize, productStride: i32, scales: usize,
  norms: usize, labels: usize, changed: usize,
): i32 {
  let moved = 0;
  for (let i = 0; i < count; i++) {
    const scale = 2 * <f64>load<f32>(scales + (<usize>i << 2));
    const product = products + (<usize>i * <usize>productStride << 2);
    let nearest = 0;
    let least = Infinity;
    for (let c = 0; c < clusters; c++) {
      const distance = load<f64>(norms + (<usize>c << 3)) - scale * <f64>load<f32>(product + (<usize>c << 2));
      if (distance < least) {
        least = distance;
        nearest = c;
      }
    }
    moved = relabel(i, nearest, labels, changed, moved);
  }
  return moved;
}

// @ts-ignore: decorator
@inline
function relabel(i: i32, label: i32, labels: usize, changed: usize, moved: i32): i32 {
  const at = labels + (<usize>i << 2);
  const old = load<i32>(at);
  if (old == label) return moved;
  store<i32>(at, label);
  store<i32>(changed + (<usize>moved << 3), i);
  store<i32>(changed + (<usize>moved << 3), old, 4);
  return moved + 1;
}

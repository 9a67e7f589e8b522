// SIMD idioms that several kernels share.

/** sum + a · b, lane by lane. Not fused: relaxed SIMD would round differently from engine to engine. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** The four lanes' sum, pairs (0,2) and (1,3) first. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Lanes 2 and 3 as float64. */
// @ts-ignore: decorator
@inline
export function promoteHigh(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
}

/** Adds four float32 to four float64 in memory. */
// @ts-ignore: decorator
@inline
export function addWidened(target: usize, v: v128): void {
  v128.store(target, f64x2.add(v128.load(target), f64x2.promote_low_f32x4(v)));
  v128.store(target, f64x2.add(v128.load(target, 16), promoteHigh(v)), 16);
}

// @ts-ignore: decorator
@inline
export function sumPair(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

// Products of a subset of rows, as if the subset's rows had unit length and mean zero.

/**
 * target[p, q] = scales[p] · scales[q] · gram[index[p], index[q]] for p in [from, to) and all q < count;
 * means[p] is the mean of line p. `scales` is by position.
 */
export function gatherProducts(
  gram: usize, stride: i32, index: usize, scales: usize, count: i32, from: i32, to: i32,
  target: usize, targetStride: i32, means: usize,
): void {
  for (let p = from; p < to; p++) {
    const line = gram + (<usize>load<i32>(index + (<usize>p << 2)) * <usize>stride << 2);
    const scale = load<f32>(scales + (<usize>p << 2));
    let at = target + (<usize>p * <usize>targetStride << 2);
    let even: f64 = 0, odd: f64 = 0;
    let q = 0;
    for (; q + 2 <= count; q += 2) {
      const to = <usize>q << 2;
      const a = scale * load<f32>(scales + to) * load<f32>(line + (<usize>load<i32>(index + to) << 2));
      const b = scale * load<f32>(scales + to, 4) * load<f32>(line + (<usize>load<i32>(index + to, 4) << 2));
      store<f32>(at, a);
      store<f32>(at, b, 4);
      even += <f64>a;
      odd += <f64>b;
      at += 8;
    }
    if (q < count) {
      const to = <usize>q << 2;
      const a = scale * load<f32>(scales + to) * load<f32>(line + (<usize>load<i32>(index + to) << 2));
      store<f32>(at, a);
      even += <f64>a;
    }
    store<f64>(means + (<usize>p << 3), (even + odd) / <f64>count);
  }
}

/**
 * target[p, q] −= offsets[p] + offsets[q] for p in [from, to), where offsets are the lines' means less half of the
 * grand mean. `offsets` is float32, padded to `targetStride`; what lies behind `count` becomes 0.
 */
export function centreProducts(
  target: usize, targetStride: i32, offsets: usize, count: i32, from: i32, to: i32,
): void {
  for (let p = from; p < to; p++) {
    const line = target + (<usize>p * <usize>targetStride << 2);
    const own = f32x4.splat(load<f32>(offsets + (<usize>p << 2)));
    for (let q: usize = 0; q < <usize>targetStride << 2; q += 16) {
      v128.store(line + q, f32x4.sub(v128.load(line + q), f32x4.add(own, v128.load(offsets + q))));
    }
    for (let q = count; q < targetStride; q++) store<f32>(line + (<usize>q << 2), 0);
  }
}

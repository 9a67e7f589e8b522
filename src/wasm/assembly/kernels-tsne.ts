// Gradient descent of t-SNE in two dimensions. Layouts are separate float32 arrays of x and y, padded to a
// multiple of 4 with points so far away that they neither push nor count.
import { sumLanes } from "./kernels-lanes";

/**
 * Repulsion of points [from, to) by all: forces[i] = Σ q² · (y_i − y_j) with q = 1 / (1 + |y_i − y_j|²), and
 * `normalisers[i]` = Σ q over the others. `count` is a multiple of 4; all arrays are float32 by point.
 */
export function repulsion(
  x: usize, y: usize, count: i32, from: i32, to: i32, forceX: usize, forceY: usize, normalisers: usize,
): void {
  const bytes = <usize>count << 2;
  const one = f32x4.splat(1);
  for (let i = from; i < to; i++) {
    const at = <usize>i << 2;
    const xi = v128.load32_splat(x + at), yi = v128.load32_splat(y + at);
    let sum = f32x4.splat(0), alongX = sum, alongY = sum;
    for (let j: usize = 0; j < bytes; j += 16) {
      const dx = f32x4.sub(xi, v128.load(x + j));
      const dy = f32x4.sub(yi, v128.load(y + j));
      const q = f32x4.div(one, f32x4.add(one, f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy))));
      const squared = f32x4.mul(q, q);
      sum = f32x4.add(sum, q);
      alongX = f32x4.add(alongX, f32x4.mul(squared, dx));
      alongY = f32x4.add(alongY, f32x4.mul(squared, dy));
    }
    store<f32>(normalisers + at, sumLanes(sum) - 1);
    store<f32>(forceX + at, sumLanes(alongX));
    store<f32>(forceY + at, sumLanes(alongY));
  }
}

/**
 * Gradient of points [from, to): 4 · (exaggeration · Σ p q (y_i − y_j) − repulsion / normaliser), p in compressed
 * rows (`starts`, `columns`, `values`).
 */
export function layoutGradient(
  x: usize, y: usize, from: i32, to: i32, starts: usize, columns: usize, values: usize, exaggeration: f32,
  forceX: usize, forceY: usize, inverseNormaliser: f32, gradientX: usize, gradientY: usize,
): void {
  for (let i = from; i < to; i++) {
    const at = <usize>i << 2;
    const xi = load<f32>(x + at), yi = load<f32>(y + at);
    const end = load<i32>(starts + at, 4);
    let alongX: f32 = 0, alongY: f32 = 0;
    for (let entry = load<i32>(starts + at); entry < end; entry++) {
      const j = <usize>load<i32>(columns + (<usize>entry << 2)) << 2;
      const dx = xi - load<f32>(x + j), dy = yi - load<f32>(y + j);
      const pull = load<f32>(values + (<usize>entry << 2)) / (<f32>1 + dx * dx + dy * dy);
      alongX += pull * dx;
      alongY += pull * dy;
    }
    store<f32>(gradientX + at, <f32>4 * (exaggeration * alongX - load<f32>(forceX + at) * inverseNormaliser));
    store<f32>(gradientY + at, <f32>4 * (exaggeration * alongY - load<f32>(forceY + at) * inverseNormaliser));
  }
}

/**
 * One step with momentum and a gain per coordinate, as in van der Maaten's code: the gain grows by 0.2 where the
 * gradient points against the last update, and shrinks by a fifth where it does not. Works on `count` coordinates.
 */
export function descend(
  count: i32, positions: usize, updates: usize, gains: usize, gradients: usize, rate: f32, momentum: f32,
): void {
  for (let i: usize = 0; i < <usize>count << 2; i += 4) {
    const gradient = load<f32>(gradients + i);
    const update = load<f32>(updates + i);
    const gain = update * gradient < 0 ? load<f32>(gains + i) + <f32>0.2 : load<f32>(gains + i) * <f32>0.8;
    const kept = max<f32>(gain, 0.01);
    const next = momentum * update - rate * kept * gradient;
    store<f32>(gains + i, kept);
    store<f32>(updates + i, next);
    store<f32>(positions + i, load<f32>(positions + i) + next);
  }
}

// Row-wise steps between the products of a forward pass.
import { sumLanes } from "./kernels-lanes";

/** target[i] = scale · (source[i] − mean) / √(variance + epsilon) + offset, row by row. */
export function normaliseRows(
  source: usize, rows: i32, width: i32, scale: usize, offset: usize, epsilon: f32, target: usize,
): void {
  const rowBytes = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    const mean = f32x4.splat(sumOfRow(source, rowBytes) / <f32>width);
    let squares = f32x4.splat(0);
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const centred = f32x4.sub(v128.load(source + at), mean);
      squares = f32x4.add(squares, f32x4.mul(centred, centred));
    }
    const shrink = f32x4.splat(<f32>1 / sqrt<f32>(sumLanes(squares) / <f32>width + epsilon));
    for (let at: usize = 0; at < rowBytes; at += 16) {
      const centred = f32x4.sub(v128.load(source + at), mean);
      const factor = f32x4.mul(v128.load(scale + at), shrink);
      v128.store(target + at, f32x4.add(f32x4.mul(factor, centred), v128.load(offset + at)));
    }
    source += rowBytes;
    target += rowBytes;
  }
}

/** Every row of target = values. */
export function fillRows(target: usize, rows: i32, width: i32, values: usize): void {
  const rowBytes = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    memory.copy(target, values, rowBytes);
    target += rowBytes;
  }
}

/** target[i] = source[i] + values, row by row: a residual with the bias of the product that is added next. */
export function fillRowsFrom(source: usize, rows: i32, width: i32, values: usize, target: usize): void {
  const rowBytes = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    for (let at: usize = 0; at < rowBytes; at += 16) {
      v128.store(target + at, f32x4.add(v128.load(source + at), v128.load(values + at)));
    }
    source += rowBytes;
    target += rowBytes;
  }
}

/** Negative values become 0. */
export function clampNegative(target: usize, count: i32): void {
  const end = target + (<usize>count << 2);
  const zero = f32x4.splat(0);
  for (; target < end; target += 16) v128.store(target, f32x4.max(v128.load(target), zero));
}

/** target = mean of `rows` rows; zeros when there is none. */
export function meanOfRows(source: usize, rows: i32, width: i32, target: usize): void {
  const rowBytes = <usize>width << 2;
  memory.fill(target, 0, rowBytes);
  for (let i = 0; i < rows; i++) {
    for (let at: usize = 0; at < rowBytes; at += 16) {
      v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
    }
    source += rowBytes;
  }
  const share = f32x4.splat(<f32>1 / <f32>max(rows, 1));
  for (let at: usize = 0; at < rowBytes; at += 16) {
    v128.store(target + at, f32x4.mul(v128.load(target + at), share));
  }
}

// @ts-ignore: decorator
@inline
function sumOfRow(row: usize, rowBytes: usize): f32 {
  let sums = f32x4.splat(0);
  for (let at: usize = 0; at < rowBytes; at += 16) sums = f32x4.add(sums, v128.load(row + at));
  return sumLanes(sums);
}

// Multinomial logistic regression with any number of weight vectors; one vector means two classes and a
// sigmoid. The solver keeps every row's logits and how they move along the search direction, so that a step
// length costs no product at all.
import { FLUSH, multiplyVectors, addWeightedRows, flushSums } from "./kernels-skinny";

/** Rows whose products, residuals and gradient are done together, while they lie in the cache. */
const BLOCK: i32 = 8;

/**
 * Softmax of logits + step · moves for `count` rows. Per row: residuals[k] = scale · (probability − target),
 * float32. Into `stats` (float64): [0] += cross-entropy, [1] += its slope along the moves, [2 + k] += Σ residual
 * before scaling.
 */
export function softmaxRows(
  count: i32, vectors: i32, logits: usize, moves: usize, step: f64,
  labels: usize, scales: usize, residuals: usize, stats: usize,
): void {
  if (vectors == 1) sigmoidRows(count, logits, moves, step, labels, scales, residuals, stats);
  else multinomialRows(count, vectors, logits, moves, step, labels, scales, residuals, stats);
}

function multinomialRows(
  count: i32, vectors: i32, logits: usize, moves: usize, step: f64,
  labels: usize, scales: usize, residuals: usize, stats: usize,
): void {
  let loss: f64 = 0, slope: f64 = 0;
  for (let i = 0; i < count; i++) {
    let highest = -Infinity;
    for (let k = 0; k < vectors; k++) {
      highest = max(highest, load<f64>(logits + (<usize>k << 3)) + step * load<f64>(moves + (<usize>k << 3)));
    }
    let total: f64 = 0;
    // the exponentials wait in the residuals' place; a float32 of a number in [0, 1] loses 6e-8 at most
    for (let k = 0; k < vectors; k++) {
      const z = load<f64>(logits + (<usize>k << 3)) + step * load<f64>(moves + (<usize>k << 3));
      const e = Math.exp(z - highest);
      total += e;
      store<f32>(residuals + (<usize>k << 2), <f32>e);
    }
    const label = load<i32>(labels);
    const scale = load<f32>(scales);
    const own = load<f64>(logits + (<usize>label << 3)) + step * load<f64>(moves + (<usize>label << 3));
    loss += Math.log(total) + highest - own;
    const inverse = 1 / total;
    for (let k = 0; k < vectors; k++) {
      const at = residuals + (<usize>k << 2);
      const residual = <f32>(<f64>load<f32>(at) * inverse - (k == label ? 1.0 : 0.0));
      slope += <f64>residual * load<f64>(moves + (<usize>k << 3));
      addTo(stats + 16 + (<usize>k << 3), <f64>residual);
      store<f32>(at, residual * scale);
    }
    logits += <usize>vectors << 3;
    moves += <usize>vectors << 3;
    residuals += <usize>vectors << 2;
    labels += 4;
    scales += 4;
  }
  addTo(stats, loss);
  addTo(stats + 8, slope);
}

function sigmoidRows(
  count: i32, logits: usize, moves: usize, step: f64, labels: usize, scales: usize, residuals: usize, stats: usize,
): void {
  let loss: f64 = 0, slope: f64 = 0, sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const move = load<f64>(moves);
    const z = load<f64>(logits) + step * move;
    const e = Math.exp(-Math.abs(z));
    const target: f64 = load<i32>(labels) == 1 ? 1 : 0;
    loss += Math.log1p(e) + max(z, 0) - target * z;
    const probability = z >= 0 ? 1 / (1 + e) : e / (1 + e);
    const residual = <f32>(probability - target);
    slope += <f64>residual * move;
    sum += <f64>residual;
    store<f32>(residuals, residual * load<f32>(scales));
    logits += 8;
    moves += 8;
    residuals += 4;
    labels += 4;
    scales += 4;
  }
  addTo(stats, loss);
  addTo(stats + 8, slope);
  addTo(stats + 16, sum);
}

/** moves[p, k] = scales[p] · products[p, k] + shifts[k] for `count` rows. */
export function movesFromProducts(
  count: i32, vectors: i32, products: usize, scales: usize, shifts: usize, moves: usize,
): void {
  for (let i = 0; i < count; i++) {
    const scale = <f64>load<f32>(scales);
    for (let k = 0; k < vectors; k++) {
      store<f64>(moves + (<usize>k << 3),
        scale * <f64>load<f32>(products + (<usize>k << 2)) + load<f64>(shifts + (<usize>k << 3)));
    }
    products += <usize>vectors << 2;
    moves += <usize>vectors << 3;
    scales += 4;
  }
}

/**
 * One reading of the rows index[from … to): moves along `directions`, residuals at `step`, and their gradient
 * gradients[k] += Σ residual · row (float64; `sums` is zeroed float32 scratch of the same shape, left zeroed).
 * Directions, sums and gradients are rows `vectorStride` apart. Arrays by position (labels, scales, logits, moves, residuals) start at position 0.
 */
export function logisticPass(
  rows: usize, stride: i32, index: usize, from: i32, to: i32, depth: i32, vectors: i32,
  directions: usize, vectorStride: i32, shifts: usize, step: f64, labels: usize, scales: usize,
  logits: usize, moves: usize, residuals: usize, sums: usize, gradients: usize, stats: usize,
): void {
  for (let first = from; first < to; first += FLUSH) {
    const last = min(first + FLUSH, to);
    for (let p = first; p < last; p += BLOCK) {
      const end = min(p + BLOCK, last);
      const residual = residuals + (<usize>(p * vectors) << 2);
      const move = moves + (<usize>(p * vectors) << 3);
      const scale = scales + (<usize>p << 2);
      multiplyVectors(rows, stride, index, p, end, depth, directions, vectorStride, vectors, residual);
      movesFromProducts(end - p, vectors, residual, scale, shifts, move);
      softmaxRows(end - p, vectors, logits + (<usize>(p * vectors) << 3), move, step,
        labels + (<usize>p << 2), scale, residual, stats);
      addWeightedRows(rows, stride, index, p, end, depth, residual, vectors, sums, vectorStride);
    }
    flushSums(vectors, depth, sums, vectorStride, gradients);
  }
}

// @ts-ignore: decorator
@inline
function addTo(target: usize, value: f64): void {
  store<f64>(target, load<f64>(target) + value);
}

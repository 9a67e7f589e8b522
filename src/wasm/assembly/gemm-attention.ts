// Self-attention within one text: every token looks at every token of the same text, no mask, no padding.
import { multiplyAdd, sumLanes } from "./kernels-lanes";

/**
 * softmax(Q·Kᵀ / √headWidth) · V, head by head.
 *
 * `qkv` holds the text's rows: queries, then keys, then values, each heads · headWidth wide. `output` gets rows of
 * heads · headWidth. `weights` has room for one float per token.
 */
export function attend(
  qkv: usize, tokens: i32, heads: i32, headWidth: i32, output: usize, weights: usize,
): void {
  const headBytes = <usize>headWidth << 2;
  const modelBytes = headBytes * <usize>heads;
  const rowBytes = modelBytes * 3;
  const scale = <f32>1 / sqrt<f32>(<f32>headWidth);
  for (let head: usize = 0; head < <usize>heads; head++) {
    const queries = qkv + head * headBytes;
    const keys = queries + modelBytes;
    const values = keys + modelBytes;
    for (let i = 0; i < tokens; i++) {
      weigh(queries + <usize>i * rowBytes, keys, rowBytes, tokens, headBytes, scale, weights);
      mix(values, rowBytes, tokens, headBytes, weights, output + <usize>i * modelBytes + head * headBytes);
    }
  }
}

/** weights = softmax over the tokens of query · key · scale. */
function weigh(
  query: usize, keys: usize, rowBytes: usize, tokens: i32, headBytes: usize, scale: f32, weights: usize,
): void {
  let largest: f32 = -f32.MAX_VALUE;
  let key = keys;
  for (let j = 0; j < tokens; j++) {
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < headBytes; at += 16) {
      sums = multiplyAdd(sums, v128.load(query + at), v128.load(key + at));
    }
    const score = sumLanes(sums) * scale;
    store<f32>(weights + (<usize>j << 2), score);
    largest = max(largest, score);
    key += rowBytes;
  }
  let total: f32 = 0;
  for (let j = 0; j < tokens; j++) {
    const at = weights + (<usize>j << 2);
    const weight = Mathf.exp(load<f32>(at) - largest);
    store<f32>(at, weight);
    total += weight;
  }
  const share = <f32>1 / total;
  for (let j = 0; j < tokens; j++) {
    const at = weights + (<usize>j << 2);
    store<f32>(at, load<f32>(at) * share);
  }
}

/** output = Σ weights[j] · values[j]. */
function mix(
  values: usize, rowBytes: usize, tokens: i32, headBytes: usize, weights: usize, output: usize,
): void {
  for (let at: usize = 0; at < headBytes; at += 16) {
    let sums = f32x4.splat(0);
    let value = values + at;
    for (let j = 0; j < tokens; j++) {
      sums = multiplyAdd(sums, v128.load32_splat(weights + (<usize>j << 2)), v128.load(value));
      value += rowBytes;
    }
    v128.store(output + at, sums);
  }
}

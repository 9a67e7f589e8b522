import type { TokenisedText, VectorEncoder } from './embedded-model.ts';
import { normaliseStretch } from './unit-norm.ts';
import {
  type DenseLayer,
  type GemmKernels,
  gemmKernels,
  loadUseLiteWeights,
  type TransformerLayer,
  type UseLiteWeights,
} from './use-lite-weights.ts';

/** Width of a sentence vector. */
export const USE_LITE_DIMENSIONS = 512;
/** The model reads this many tokens of a text and no more, as it was published. */
export const USE_LITE_CLIP_TOKENS = 128;

const EMBEDDING_WIDTH = 256;
const HEADS = 4;
const INNER_WIDTH = 1536;
const NORM_EPSILON = 1e-6;
/** Token rows of one pass; longer batches go through in several. More rows are not faster, only larger. */
const MAX_ROWS = 256;
/** Widest row an arena buffer holds: queries, keys and values, or the inner layer. */
const WIDE = 1536;
const ARENA_FLOATS = MAX_ROWS * (USE_LITE_DIMENSIONS * 4 + WIDE) + USE_LITE_CLIP_TOKENS;

/** The weights, ready for so many threads. */
export function loadUseLite(threads: number): UseLiteWeights {
  return loadUseLiteWeights(threads, ARENA_FLOATS * 4);
}

/** Addresses of one thread's buffers, each for MAX_ROWS rows. */
interface Arena {
  readonly hidden: number;
  readonly next: number;
  readonly normed: number;
  readonly mixed: number;
  readonly wide: number;
  readonly attentionWeights: number;
}

/**
 * Universal Sentence Encoder Lite: token embeddings with a sine/cosine position signal, two pre-norm transformer
 * layers (256 and 512 wide, 4 heads, inner width 1536), the mean over the tokens, a tanh layer, norm 1.
 *
 * @param thread which of the weights' arenas to compute in; no two encoders may use the same at a time
 */
export function createUseLiteEncoder(weights: UseLiteWeights, thread: number): VectorEncoder {
  const kernels = gemmKernels(weights.memory);
  const floats = new Float32Array(weights.memory.buffer);
  const arena = layOutArena(weights.arenas[thread]!);
  const positions = positionSignal(weights.timescales);
  const pass = (texts: readonly (readonly number[])[]): void => {
    const rows = padToTile(texts.reduce((sum, tokens) => sum + tokens.length, 0));
    embedTokens(texts, floats, weights, positions, arena.hidden);
    for (const layer of weights.layers) runLayer(kernels, layer, texts, rows, arena);
    poolTexts(kernels, weights.head, texts, arena);
  };
  return {
    dimensions: USE_LITE_DIMENSIONS,
    encode(texts, rows) {
      let done = 0;
      while (done < texts.length) {
        const batch = takePass(texts, done);
        pass(batch);
        const head = floats.subarray(arena.wide / 4, arena.wide / 4 + batch.length * USE_LITE_DIMENSIONS);
        finishVectors(head, rows.subarray(done * USE_LITE_DIMENSIONS));
        done += batch.length;
      }
    },
  };
}

/** Clipped token ids of as many texts as one pass can take, at least one. */
function takePass(texts: readonly TokenisedText[], from: number): (readonly number[])[] {
  const batch: (readonly number[])[] = [];
  let rows = 0;
  for (let i = from; i < texts.length && batch.length < MAX_ROWS; i++) {
    const tokens = texts[i]!.tokens.slice(0, USE_LITE_CLIP_TOKENS);
    if (batch.length > 0 && rows + tokens.length > MAX_ROWS) break;
    batch.push(tokens);
    rows += tokens.length;
  }
  return batch;
}

/** hidden[row] = 2 · embedding + position signal, 256 wide. */
function embedTokens(
  texts: readonly (readonly number[])[],
  floats: Float32Array,
  weights: UseLiteWeights,
  positions: Float32Array,
  hidden: number,
): void {
  let at = hidden / 4;
  for (const tokens of texts) {
    tokens.forEach((token, position) => {
      const id = token < weights.vocabularySize ? token : 0;
      const from = weights.embeddings / 4 + id * EMBEDDING_WIDTH;
      const signal = position * EMBEDDING_WIDTH;
      for (let i = 0; i < EMBEDDING_WIDTH; i++)
        floats[at + i] = 2 * floats[from + i]! + positions[signal + i]!;
      at += EMBEDDING_WIDTH;
    });
  }
}

/** One transformer layer; reads and leaves its rows in `arena.hidden`. */
function runLayer(
  kernels: GemmKernels,
  layer: TransformerLayer,
  texts: readonly (readonly number[])[],
  rows: number,
  arena: Arena,
): void {
  const { width, attentionNorm, feedForwardNorm } = layer;
  kernels.normaliseRows(
    arena.hidden,
    rows,
    width,
    attentionNorm.scale,
    attentionNorm.offset,
    NORM_EPSILON,
    arena.normed,
  );
  product(kernels, layer.queryKeyValue, arena.normed, rows, arena.wide);
  let first = 0;
  for (const { length } of texts) {
    const qkv = arena.wide + first * 3 * width * 4;
    kernels.attend(
      qkv,
      length,
      HEADS,
      width / HEADS,
      arena.mixed + first * width * 4,
      arena.attentionWeights,
    );
    first += length;
  }
  addResidual(kernels, layer, rows, arena);
  addOnto(kernels, layer.attentionOutput, arena.mixed, rows, arena.next);
  kernels.normaliseRows(
    arena.next,
    rows,
    USE_LITE_DIMENSIONS,
    feedForwardNorm.scale,
    feedForwardNorm.offset,
    NORM_EPSILON,
    arena.normed,
  );
  product(kernels, layer.feedForwardIn, arena.normed, rows, arena.wide);
  kernels.clampNegative(arena.wide, rows * INNER_WIDTH);
  kernels.fillRowsFrom(arena.next, rows, USE_LITE_DIMENSIONS, layer.feedForwardOut.bias, arena.hidden);
  addOnto(kernels, layer.feedForwardOut, arena.wide, rows, arena.hidden);
}

/** next = residual of the layer's input + bias of the attention output. */
function addResidual(kernels: GemmKernels, layer: TransformerLayer, rows: number, arena: Arena): void {
  const { residual, attentionOutput } = layer;
  if (residual === undefined) {
    kernels.fillRowsFrom(arena.hidden, rows, USE_LITE_DIMENSIONS, attentionOutput.bias, arena.next);
    return;
  }
  kernels.fillRows(arena.normed, rows, USE_LITE_DIMENSIONS, residual.bias);
  kernels.fillRowsFrom(arena.normed, rows, USE_LITE_DIMENSIONS, attentionOutput.bias, arena.next);
  addOnto(kernels, residual, arena.hidden, rows, arena.next);
}

/** wide[text] = mean of the text's rows · head + bias. */
function poolTexts(
  kernels: GemmKernels,
  head: DenseLayer,
  texts: readonly (readonly number[])[],
  arena: Arena,
): void {
  const rowBytes = USE_LITE_DIMENSIONS * 4;
  let first = 0;
  texts.forEach(({ length }, text) => {
    kernels.meanOfRows(
      arena.hidden + first * rowBytes,
      length,
      USE_LITE_DIMENSIONS,
      arena.normed + text * rowBytes,
    );
    first += length;
  });
  product(kernels, head, arena.normed, padToTile(texts.length), arena.wide);
}

/** target = source · layer + bias. */
function product(
  kernels: GemmKernels,
  layer: DenseLayer,
  source: number,
  rows: number,
  target: number,
): void {
  kernels.fillRows(target, rows, layer.width, layer.bias);
  addOnto(kernels, layer, source, rows, target);
}

/** target += source · layer. */
function addOnto(
  kernels: GemmKernels,
  layer: DenseLayer,
  source: number,
  rows: number,
  target: number,
): void {
  kernels.addProduct(source, rows, layer.depth, layer.panels, layer.width, target);
}

/** rows = tanh of the head's output, each of norm 1. */
function finishVectors(head: Float32Array, rows: Float32Array): void {
  for (let i = 0; i < head.length; i++) rows[i] = Math.tanh(head[i]!);
  for (let from = 0; from < head.length; from += USE_LITE_DIMENSIONS) {
    normaliseStretch(rows, from, from + USE_LITE_DIMENSIONS);
  }
}

/** Sines in the first half of a row, cosines in the second, for every position. */
function positionSignal(timescales: readonly number[]): Float32Array {
  const half = timescales.length;
  const signal = new Float32Array(USE_LITE_CLIP_TOKENS * EMBEDDING_WIDTH);
  for (let position = 0; position < USE_LITE_CLIP_TOKENS; position++) {
    timescales.forEach((step, i) => {
      signal[position * EMBEDDING_WIDTH + i] = Math.sin(position * step);
      signal[position * EMBEDDING_WIDTH + half + i] = Math.cos(position * step);
    });
  }
  return signal;
}

function layOutArena(address: number): Arena {
  const narrow = MAX_ROWS * USE_LITE_DIMENSIONS * 4;
  return {
    hidden: address,
    next: address + narrow,
    normed: address + 2 * narrow,
    mixed: address + 3 * narrow,
    wide: address + 4 * narrow,
    attentionWeights: address + 4 * narrow + MAX_ROWS * WIDE * 4,
  };
}

/** Products work on tiles of 4 rows; what stands in the rows behind the last is computed and ignored. */
function padToTile(rows: number): number {
  return Math.max(4, Math.ceil(rows / 4) * 4);
}

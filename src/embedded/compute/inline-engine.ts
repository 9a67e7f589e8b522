import type { VectorEncoder } from '../models/embedded-model.ts';
import type { ComputeEngine } from './compute-engine.ts';

/** Computes at once, in the thread that asks: for models that cost less than a message to a thread. */
export function createInlineEngine(encoder: VectorEncoder): ComputeEngine {
  let passes = 0;
  let passedTexts = 0;
  return {
    embed(texts) {
      const rows = new Float32Array(texts.length * encoder.dimensions);
      encoder.encode(texts, rows);
      passes++;
      passedTexts += texts.length;
      return Promise.resolve({ rows, queuedMs: 0 });
    },
    load: () => ({ running: 0, waiting: 0 }),
    passes: () => ({ passes, texts: passedTexts }),
    failure: () => undefined,
    close: () => Promise.resolve(),
  };
}

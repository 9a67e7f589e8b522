import type { VectorEncoder } from './embedded-model.ts';
import { normaliseStretch, scaleStretch } from './unit-norm.ts';

/** One block of a concatenated vector. */
export interface Block {
  readonly encoder: VectorEncoder;
  /** Norm of the block before the whole row is normalised. */
  readonly weight: number;
}

/** Vectors of several encoders side by side, in the order given; each row has norm 1 as a whole. */
export function createBlockEncoder(blocks: readonly Block[]): VectorEncoder {
  const dimensions = blocks.reduce((sum, { encoder }) => sum + encoder.dimensions, 0);
  return {
    dimensions,
    encode(texts, rows) {
      let offset = 0;
      for (const { encoder, weight } of blocks) {
        const width = encoder.dimensions;
        const part = new Float32Array(texts.length * width);
        encoder.encode(texts, part);
        for (let i = 0; i < texts.length; i++) {
          scaleStretch(part, i * width, (i + 1) * width, weight);
          rows.set(part.subarray(i * width, (i + 1) * width), i * dimensions + offset);
        }
        offset += width;
      }
      for (let i = 0; i < texts.length; i++) normaliseStretch(rows, i * dimensions, (i + 1) * dimensions);
    },
  };
}

import type { KernelMemory } from './kernel-memory.ts';
import type { KernelCall, KernelTeam } from './kernel-team.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';

/** Rows of one unit of work. */
const BLOCK = 240;
/** Columns that are packed at a time. */
const CHUNK = 512;

/** Products of every row with a set of vectors: `products[row · stride + vector]`, before scaling of the rows. */
export interface RowProducts {
  readonly products: Float32Array;
  readonly stride: number;
  /** Room for the vectors, `matrix.stride` values each, to fill before `multiply`. */
  readonly vectors: Float32Array;
  /** Multiplies all rows with the first `count` vectors, over the columns of the current prefix. */
  multiply(count: number): void;
}

/** @param capacity largest number of vectors; the arrays lie on the stack of `kernelMemory` */
export function createRowProducts(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
  capacity: number,
): RowProducts {
  const stride = Math.ceil(capacity / 12) * 12;
  const products = kernelMemory.float32(matrix.paddedRows * stride);
  const vectors = kernelMemory.float32(capacity * matrix.stride).fill(0);
  const panels = kernelMemory.float32(stride * CHUNK);
  return {
    products,
    stride,
    vectors,
    multiply: (count) => {
      products.fill(0);
      for (let from = 0; from < matrix.depth; from += CHUNK) {
        const width = Math.min(CHUNK, matrix.depth - from);
        const source = vectors.byteOffset + from * 4;
        kernelMemory.kernels.packPanels(source, matrix.stride, 0, count, width, panels.byteOffset);
        team.run(multiplyCalls(matrix, from, width, panels, count, products, stride));
      }
    },
  };
}

function multiplyCalls(
  matrix: PrefixMatrix,
  from: number,
  width: number,
  panels: Float32Array,
  count: number,
  products: Float32Array,
  stride: number,
): KernelCall[] {
  return Array.from({ length: Math.ceil(matrix.paddedRows / BLOCK) }, (_, block) => [
    'multiplyPanels',
    matrix.values.byteOffset + from * 4,
    matrix.stride,
    block * BLOCK,
    Math.min((block + 1) * BLOCK, matrix.paddedRows),
    panels.byteOffset,
    0,
    Math.ceil(count / 12),
    width,
    products.byteOffset,
    stride,
  ]);
}

import type { KernelMemory } from './kernel-memory.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';

/** Rows per call: one call of a kernel should take milliseconds. */
const BLOCK = 512;

/**
 * `vectors` sums over the rows of `index`, sum k = Σ factors[p, k] · row, in the order of memory: `matrix.depth`
 * values each.
 *
 * @param index row numbers in kernel memory
 * @param factors index.length × vectors, in kernel memory; rows are not scaled to unit length here
 */
export function sumOfRows(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  index: Int32Array,
  factors: Float32Array,
  vectors: number,
): Float64Array {
  const mark = kernelMemory.mark();
  const sums = kernelMemory.float64(vectors * matrix.depth).fill(0);
  const scratch = kernelMemory.float32(vectors * matrix.depth).fill(0);
  const count = factors.length / vectors;
  for (let from = 0; from < count; from += BLOCK) {
    kernelMemory.kernels.sumWeightedRows(
      matrix.values.byteOffset,
      matrix.stride,
      index.byteOffset,
      from,
      Math.min(from + BLOCK, count),
      matrix.depth,
      factors.byteOffset,
      vectors,
      scratch.byteOffset,
      sums.byteOffset,
      matrix.depth,
    );
  }
  const copy = sums.slice();
  kernelMemory.release(mark);
  return copy;
}

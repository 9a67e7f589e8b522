import type { Gram } from './gram.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { KernelTeam } from './kernel-team.ts';
import { putRow } from './kmeans-primal-starts.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';
import { createRowProducts } from './row-products.ts';

/** Rows asked at once where products are not known yet. */
const TOGETHER = 48;

/**
 * Cosines of the asked rows to every row, handed out row by row: `visit` gets the position in `asked` and
 * `matrix.rows` cosines, which are overwritten afterwards.
 */
export type CosineRows = (
  asked: Int32Array,
  visit: (position: number, cosines: Float32Array) => void,
) => void;

/** Cosines from the products of all rows. */
export function gramCosines(matrix: PrefixMatrix, gram: Gram): CosineRows {
  return (asked, visit) => {
    const cosines = new Float32Array(matrix.rows);
    asked.forEach((row, position) => {
      const line = row * gram.stride;
      const scale = matrix.scales[row]!;
      for (let j = 0; j < matrix.rows; j++) {
        cosines[j] = clampCosine(gram.values[line + j]! * scale * matrix.scales[j]!);
      }
      visit(position, cosines);
    });
  };
}

/** Cosines by multiplying the asked rows with all rows. */
export function productCosines(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
): CosineRows {
  return (asked, visit) => {
    const mark = kernelMemory.mark();
    const space = createRowProducts(kernelMemory, team, matrix, Math.min(TOGETHER, asked.length));
    const cosines = new Float32Array(matrix.rows);
    for (let first = 0; first < asked.length; first += TOGETHER) {
      const batch = asked.subarray(first, first + TOGETHER);
      batch.forEach((row, slot) => {
        putRow(matrix, row, space.vectors, slot);
      });
      space.multiply(batch.length);
      batch.forEach((_, slot) => {
        for (let j = 0; j < matrix.rows; j++) {
          cosines[j] = clampCosine(space.products[j * space.stride + slot]! * matrix.scales[j]!);
        }
        visit(first + slot, cosines);
      });
    }
    kernelMemory.release(mark);
  };
}

/** Rounding can push the cosine of equal rows past 1. */
function clampCosine(value: number): number {
  return Math.max(-1, Math.min(1, value));
}

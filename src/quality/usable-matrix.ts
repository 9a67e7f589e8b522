import { UsageError } from '../core/errors.ts';
import type { EmbeddingMatrix } from '../core/matrix.ts';
import { unusableRows } from './kernels/usable-rows.ts';

export interface UsableMatrix {
  readonly matrix: EmbeddingMatrix;
  /** One sentence when rows were left out. */
  readonly notes: readonly string[];
}

const SHOWN = 3;

/**
 * The matrix without rows that have no direction (not finite, or all zero), left out by id so that labels stay
 * with their vectors. Without such rows it is the same matrix, not a copy.
 *
 * @param what the rows, for the note: `items`, `texts of retrieval`
 * @throws UsageError when no row is left
 */
export function usableMatrix(matrix: EmbeddingMatrix, what: string): UsableMatrix {
  const { ids, dimensions, values } = matrix;
  const unusable = unusableRows({ rows: ids.length, dimensions, values });
  if (unusable.length === ids.length) {
    throw new UsageError(
      ids.length === 0
        ? `no vectors of ${what} to score`
        : `not one vector of ${what} is finite and other than zero`,
      { hint: 'see the failed embeddings of this instruction; is the model an embedding model?' },
    );
  }
  if (unusable.length === 0) return { matrix, notes: [] };
  const bad = new Set(unusable.map(({ row }) => row));
  const kept = ids.map((_, row) => row).filter((row) => !bad.has(row));
  const rest = new Float32Array(kept.length * dimensions);
  kept.forEach((row, i) => {
    rest.set(values.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions);
  });
  const shown = unusable.slice(0, SHOWN).map(({ row, reason }) => `${ids[row]} (${reason})`);
  const more = unusable.length > SHOWN ? ', …' : '';
  return {
    matrix: { ids: kept.map((row) => ids[row]!), dimensions, values: rest },
    notes: [
      `${unusable.length} of ${ids.length} ${what} have no usable vector and were left out: ${shown.join(', ')}${more}`,
    ],
  };
}

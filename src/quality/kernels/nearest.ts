import { UsageError } from '../../core/errors.ts';
import type { Neighbours } from '../engine.ts';
import type { CosineRows } from './cosines.ts';

/**
 * The k nearest rows of each asked row by cosine, nearest first, itself left out, ties by row number.
 *
 * @throws UsageError unless 1 ≤ k < rows
 */
export function nearestRows(cosineRows: CosineRows, rows: number, asked: Int32Array, k: number): Neighbours {
  if (!Number.isInteger(k) || k < 1 || k >= rows) {
    throw new UsageError(`${rows} rows have no ${k} nearest neighbours each`, {
      hint: `ask for at least 1 and at most ${rows - 1} neighbours`,
    });
  }
  const indices = new Int32Array(asked.length * k);
  const cosines = new Float32Array(asked.length * k);
  cosineRows(asked, (position, line) => {
    const from = position * k;
    selectNearest(line, asked[position]!, indices.subarray(from, from + k), cosines.subarray(from, from + k));
  });
  return { k, indices, cosines };
}

/** Insertion into a sorted list: most rows are refused by one comparison with its last entry. */
function selectNearest(line: Float32Array, own: number, indices: Int32Array, cosines: Float32Array): void {
  const k = indices.length;
  let filled = 0;
  for (let j = 0; j < line.length; j++) {
    const cosine = line[j]!;
    if (j === own || (filled === k && cosine <= cosines[k - 1]!)) continue;
    let at = filled < k ? filled++ : k - 1;
    for (; at > 0 && cosines[at - 1]! < cosine; at--) {
      cosines[at] = cosines[at - 1]!;
      indices[at] = indices[at - 1]!;
    }
    cosines[at] = cosine;
    indices[at] = j;
  }
}

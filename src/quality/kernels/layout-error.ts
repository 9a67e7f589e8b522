import type { Affinities } from './affinities.ts';

/**
 * Kullback–Leibler divergence of a layout, Σ p ln(p ÷ q): what t-SNE minimises. In float64.
 *
 * @param layout rows × 2
 * @param normaliser Σ of the similarities of all ordered pairs; exact unless given
 */
export function layoutDivergence(
  { rows, starts, columns, values }: Affinities,
  layout: ArrayLike<number>,
  normaliser = sumOfSimilarities(rows, layout),
): number {
  let divergence = 0;
  for (let i = 0; i < rows; i++) {
    for (let n = starts[i]!; n < starts[i + 1]!; n++) {
      const p = values[n]!;
      const q = Math.max(similarity(layout, i, columns[n]!) / normaliser, Number.EPSILON);
      if (p > 0) divergence += p * Math.log(p / q);
    }
  }
  return divergence;
}

/** 1 ÷ (1 + squared distance) of two points. */
function similarity(layout: ArrayLike<number>, i: number, j: number): number {
  const dx = layout[2 * i]! - layout[2 * j]!;
  const dy = layout[2 * i + 1]! - layout[2 * j + 1]!;
  return 1 / (1 + dx * dx + dy * dy);
}

function sumOfSimilarities(rows: number, layout: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) for (let j = i + 1; j < rows; j++) sum += similarity(layout, i, j);
  return 2 * sum;
}

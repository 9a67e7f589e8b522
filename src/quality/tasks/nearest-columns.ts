/**
 * Positions of the `count` largest values among `columns`, largest first; of equal values the earlier column
 * comes first.
 *
 * @param values one value per column of a whole row
 * @param columns which columns take part, in the order that decides ties
 * @returns positions in `columns`
 */
export function nearestColumns(values: Float32Array, columns: Int32Array, count: number): number[] {
  const best: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let position = 0; position < columns.length; position++) {
    const value = values[columns[position]!]!;
    if (best.length === count && value <= least) continue;
    let slot = best.length === count ? count - 1 : best.length;
    while (slot > 0 && values[columns[best[slot - 1]!]!]! < value) {
      best[slot] = best[slot - 1]!;
      slot--;
    }
    best[slot] = position;
    least = values[columns[best.at(-1)!]!]!;
  }
  return best;
}

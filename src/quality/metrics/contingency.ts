/** How often each pair of labels occurs. */
export interface Contingency {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns, row-major. */
  readonly counts: ArrayLike<number>;
}

/** Two labellings of the same items as pair codes: what agreement measures and their resamples count. */
export interface LabelPairs {
  readonly rows: number;
  readonly columns: number;
  /** row · columns + column of every item. */
  readonly codes: Int32Array;
}

/**
 * Numbers both labellings from 0 and pairs them item by item. Labels may be any integers.
 *
 * @throws RangeError when the labellings differ in length
 */
export function pairLabels(first: ArrayLike<number>, second: ArrayLike<number>): LabelPairs {
  if (first.length !== second.length) {
    throw new RangeError(`labellings of ${first.length} and ${second.length} items cannot be compared`);
  }
  const rowOf = numbering(first);
  const columnOf = numbering(second);
  const columns = columnOf.size;
  const codes = Int32Array.from(first, (label, i) => rowOf.get(label)! * columns + columnOf.get(second[i]!)!);
  return { rows: rowOf.size, columns, codes };
}

/** The contingency table of two labellings. */
export function contingencyOf(first: ArrayLike<number>, second: ArrayLike<number>): Contingency {
  const { rows, columns, codes } = pairLabels(first, second);
  const counts = new Int32Array(rows * columns);
  for (const code of codes) counts[code] = counts[code]! + 1;
  return { rows, columns, counts };
}

export interface Margins {
  readonly total: number;
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
}

/** Row and column sums of a table. */
export function marginsOf({ rows, columns, counts }: Contingency): Margins {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const count = counts[i * columns + j]!;
      rowSums[i] = rowSums[i]! + count;
      columnSums[j] = columnSums[j]! + count;
      total += count;
    }
  }
  return { total, rowSums, columnSums };
}

function numbering(labels: ArrayLike<number>): Map<number, number> {
  const numbers = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    if (!numbers.has(labels[i]!)) numbers.set(labels[i]!, numbers.size);
  }
  return numbers;
}

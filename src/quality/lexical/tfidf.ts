import { tokenList } from '../../dataset/card/token-sets.ts';

/** Rows of which nearly all values are zero: row i holds the entries [starts[i], starts[i + 1]). */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  /** Number of columns. */
  readonly width: number;
}

/**
 * scikit-learn's `TfidfVectorizer` over {@link tokenList}: counts × (ln((1 + n) ÷ (1 + df)) + 1), rows of unit
 * length. Vocabulary and document frequencies come from the training texts; words that only others have do not
 * count.
 *
 * @param trainRows texts that the vocabulary is learned from
 * @param mostTerms the most frequent terms are kept when there are more
 */
export function tfidfRows(
  texts: readonly string[],
  trainRows: ArrayLike<number>,
  mostTerms: number,
): SparseRows {
  const counts = texts.map(countTokens);
  const frequency = new Map<string, number>();
  for (const row of Array.from(trainRows)) {
    for (const token of counts[row]!.keys()) frequency.set(token, (frequency.get(token) ?? 0) + 1);
  }
  const terms = [...frequency].sort((a, b) => b[1] - a[1]).slice(0, mostTerms);
  const columnOf = new Map(terms.map(([token], column) => [token, column]));
  const idf = terms.map(([, documents]) => Math.log((1 + trainRows.length) / (1 + documents)) + 1);
  const rows = counts.map((tokens) => unitRow(tokens, columnOf, idf));
  return pack(rows, terms.length);
}

type Entries = readonly (readonly [column: number, value: number])[];

function countTokens(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const token of tokenList(text)) counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/** A text without any known term stays a row of zeros. */
function unitRow(
  tokens: ReadonlyMap<string, number>,
  columnOf: ReadonlyMap<string, number>,
  idf: readonly number[],
): Entries {
  const entries: [number, number][] = [];
  for (const [token, count] of tokens) {
    const column = columnOf.get(token);
    if (column !== undefined) entries.push([column, count * idf[column]!]);
  }
  const length = Math.sqrt(entries.reduce((sum, [, value]) => sum + value * value, 0));
  return entries.map(([column, value]) => [column, value / length]);
}

function pack(rows: readonly Entries[], width: number): SparseRows {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    starts[i + 1] = starts[i]! + row.length;
  });
  const columns = new Int32Array(starts.at(-1)!);
  const values = new Float64Array(columns.length);
  rows.flat().forEach(([column, value], entry) => {
    columns[entry] = column;
    values[entry] = value;
  });
  return { starts, columns, values, width };
}

import { createHash } from 'node:crypto';
import type { BadRow } from '../core/record/dataset-block.ts';

/** A class name, or `null` where the row has none in that column. */
export type Label = string | null;

/** Rows that were left out: how many, and the first of them. */
export interface BadRows {
  readonly count: number;
  readonly shown: readonly BadRow[];
}

/** Texts and their labels as columns: position `i` of every array is the same item. */
export interface Dataset {
  readonly name: string;
  /** Where it came from: the path as the config gives it, or `builtin:reviews`. */
  readonly source: string;
  /** Unique. */
  readonly ids: readonly string[];
  /** As written in the source, not trimmed. */
  readonly texts: readonly string[];
  readonly labels: Readonly<Record<string, readonly Label[]>>;
  /** Keys of `labels`; the first is the primary one. */
  readonly labelColumns: readonly string[];
  readonly badRows: BadRows;
  /** Rows of the source, before filters, sampling and bad rows. */
  readonly sourceRows: number;
  /** Lower-case hex SHA-256 over label columns, ids, texts and labels. */
  readonly hash: string;
}

/** Makes a dataset of its columns; the hash is computed here. */
export function createDataset(parts: Omit<Dataset, 'hash'>): Dataset {
  return { ...parts, hash: datasetHash(parts) };
}

/**
 * The labels of a column.
 *
 * @throws RangeError when the dataset has no such column
 */
export function labelsOf(dataset: Dataset, column: string): readonly Label[] {
  if (!dataset.labelColumns.includes(column)) {
    throw new RangeError(`the dataset ${dataset.name} has no label column ${column}`);
  }
  return dataset.labels[column]!;
}

/** Rows per class of a column, classes in code-point order (as `numpy.unique` sorts them); unlabelled rows do not count. */
export function classCounts(dataset: Dataset, column: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labelsOf(dataset, column)) {
    if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => compareCodePoints(a, b)));
}

/** The dataset's rows at these positions, in this order. */
export function selectRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  const positions = Array.from(rows);
  const pick = <T>(column: readonly T[]): T[] =>
    positions.map((row) => {
      if (!(row >= 0 && row < column.length)) {
        throw new RangeError(`row ${row} is outside the ${column.length} rows of ${dataset.name}`);
      }
      return column[row]!;
    });
  return createDataset({
    ...dataset,
    ids: pick(dataset.ids),
    texts: pick(dataset.texts),
    labels: Object.fromEntries(
      dataset.labelColumns.map((column) => [column, pick(labelsOf(dataset, column))]),
    ),
  });
}

/**
 * The items with these ids, in the order of `ids`: lines a dataset up with a matrix that lost some of them.
 *
 * @throws RangeError when an id is not in the dataset
 */
export function subsetByIds(dataset: Dataset, ids: readonly string[]): Dataset {
  const position = new Map(dataset.ids.map((id, row) => [id, row]));
  return selectRows(
    dataset,
    ids.map((id) => {
      const row = position.get(id);
      if (row === undefined) throw new RangeError(`the dataset ${dataset.name} has no item ${id}`);
      return row;
    }),
  );
}

/** One JSON line per item, so that no two different tables share their bytes. */
function datasetHash(parts: Omit<Dataset, 'hash'>): string {
  const columns = parts.labelColumns.map((column) => parts.labels[column]!);
  const hash = createHash('sha256').update(`${JSON.stringify(parts.labelColumns)}\n`);
  parts.ids.forEach((id, row) => {
    hash.update(`${JSON.stringify([id, parts.texts[row], ...columns.map((column) => column[row])])}\n`);
  });
  return hash.digest('hex');
}

/** Code-point order; plain `<` would order by UTF-16 units, which differs beyond the basic plane. */
function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0)!);
  const right = Array.from(b, (character) => character.codePointAt(0)!);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! - right[i]!;
  }
  return left.length - right.length;
}

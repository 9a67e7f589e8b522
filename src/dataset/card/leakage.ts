import { createNearIndex } from './near-duplicates.ts';

/** Row positions of a train/test split. */
export interface RowSplit {
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

/** Held-out rows whose text also stands in the training part. */
export interface Leakage {
  /** With the same text. */
  readonly exact: number;
  /** Further ones with nearly the same words; absent when counting would cost too much. */
  readonly near?: number;
  readonly testRows: number;
}

/**
 * @param groupOf number of every row's exact text
 * @param sets ascending token ranks of every row
 */
export function findLeakage(split: RowSplit, groupOf: Int32Array, sets: readonly Int32Array[]): Leakage {
  const train = Array.from(split.train);
  const test = Array.from(split.test);
  const trainGroups = new Set(train.map((row) => groupOf[row]!));
  const unseen = test.filter((row) => !trainGroups.has(groupOf[row]!));
  const exact = test.length - unseen.length;
  const index = createNearIndex(sets);
  for (const row of train) index.add(row);
  let near = 0;
  for (const row of unseen) {
    const found = index.hasNear(row);
    if (found === undefined) return { exact, testRows: test.length };
    if (found) near++;
  }
  return { exact, near, testRows: test.length };
}

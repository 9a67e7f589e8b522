import { type Dataset, labelsOf } from './dataset.ts';
import { textKey } from './text-key.ts';

/** Rows grouped by equal text ({@link textKey}). */
export interface TextGroups {
  /** Group number of every row; groups are numbered by first appearance. */
  readonly groupOf: Int32Array;
  readonly groups: number;
}

export function groupByText(texts: readonly string[]): TextGroups {
  const numbers = new Map<string, number>();
  const groupOf = Int32Array.from(texts, (text) => {
    const key = textKey(text);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  return { groupOf, groups: numbers.size };
}

/** Rows whose text repeats an earlier row's. */
export function exactDuplicates({ groupOf, groups }: TextGroups): number {
  return groupOf.length - groups;
}

/** Distinct texts that occur under more than one class of a column. */
export function conflictingTexts(dataset: Dataset, column: string, { groupOf, groups }: TextGroups): number {
  const classes: (string | undefined)[] = new Array(groups).fill(undefined);
  const conflicting = new Set<number>();
  labelsOf(dataset, column).forEach((label, row) => {
    if (label === null) return;
    const group = groupOf[row]!;
    if (classes[group] !== undefined && classes[group] !== label) conflicting.add(group);
    classes[group] = label;
  });
  return conflicting.size;
}

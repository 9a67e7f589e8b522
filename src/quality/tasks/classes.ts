import { UsageError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import type { ItemTable } from './task.ts';

/** The labelled items of one column, with classes numbered as scikit-learn numbers them. */
export interface LabelledItems {
  readonly column: string;
  /** Class names in code-point order, as `numpy.unique` sorts them. */
  readonly classes: readonly string[];
  /** Positions in the item table, ascending. */
  readonly items: Int32Array;
  /** Class of each of `items`. */
  readonly labels: Int32Array;
  readonly unlabelled: number;
}

/**
 * Items that have a label in the column.
 *
 * @throws UsageError for an unknown column, no labels, or one class only
 */
export function labelledItems(table: ItemTable, column: string): LabelledItems {
  const values = table.labels[column];
  if (values === undefined) throw unknownColumn(table, column);
  const items = Int32Array.from(values.keys()).filter((item) => values[item] !== null);
  const names = [...new Set(Array.from(items, (item) => values[item]!))].sort(byCodePoints);
  if (names.length < 2) {
    const found = names.length === 0 ? 'no item has a label' : `every item is "${names[0]}"`;
    throw new UsageError(`two classes or more are needed to score by "${column}", and ${found}`, {
      hint: 'check dataset.label and dataset.labels, or run only tasks without labels, such as fidelity',
    });
  }
  const numberOf = new Map(names.map((name, i) => [name, i]));
  return {
    column,
    classes: names,
    items,
    labels: Int32Array.from(items, (item) => numberOf.get(values[item]!)!),
    unlabelled: values.length - items.length,
  };
}

function unknownColumn(table: ItemTable, column: string): UsageError {
  const known = Object.keys(table.labels);
  const near = nearestName(column, known);
  return new UsageError(`there is no label column "${column}"`, {
    hint:
      near === undefined
        ? `the label columns are ${known.map((name) => `"${name}"`).join(', ') || 'none'}`
        : `did you mean "${near}"?`,
  });
}

/** UTF-8 bytes order as code points do; UTF-16 units do not beyond the basic plane. */
function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

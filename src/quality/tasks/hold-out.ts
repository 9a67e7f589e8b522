import { UsageError } from '../../core/errors.ts';
import { type Split, trainTestSplitStratified } from '../kernels/splits.ts';
import { type LabelledItems, labelledItems } from './classes.ts';
import type { TaskEnvironment } from './task.ts';

/** Rows of a matrix with their classes. */
export interface LabelledRows {
  readonly rows: Int32Array;
  readonly labels: Int32Array;
}

/** One split as matrix rows; items without a vector are on neither side. */
export interface RowSplit {
  readonly train: LabelledRows;
  readonly test: LabelledRows;
  /** Ids of the test rows. */
  readonly testIds: readonly string[];
}

export interface HoldOut extends RowSplit {
  readonly classes: readonly string[];
}

/**
 * The stratified hold-out of a column. It is drawn over all labelled items of the dataset, so that every
 * instruction holds the same items out, also when some of them lost an embedding or only a sample was embedded.
 *
 * @throws UsageError when the data cannot be split, or a class has no vector left to train on
 */
export function planHoldOut(column: string, environment: TaskEnvironment): HoldOut {
  const labelled = labelledItems(environment.items, column);
  const { testShare, seed } = environment.options;
  const split = trainTestSplitStratified(labelled.labels, testShare, seed);
  const rows = splitRows(split, labelled, environment);
  requireTrainable(rows, labelled.classes);
  return { ...rows, classes: labelled.classes };
}

/** A split of labelled items as matrix rows. */
export function splitRows(split: Split, labelled: LabelledItems, environment: TaskEnvironment): RowSplit {
  const train = withVectors(split.train, labelled, environment);
  const test = withVectors(split.test, labelled, environment);
  const ids = Array.from(test, (position) => environment.items.ids[labelled.items[position]!]!);
  return {
    train: labelledRows(train, labelled, environment),
    test: labelledRows(test, labelled, environment),
    testIds: ids,
  };
}

/** The part of a split that lies in the sample all instructions share. */
export function restrictToSample(split: RowSplit, environment: TaskEnvironment): RowSplit | undefined {
  const { sampleIds, items, rowOf } = environment;
  if (sampleIds === undefined) return undefined;
  const inSample = new Set<number>();
  items.ids.forEach((id, item) => {
    if (sampleIds.has(id) && rowOf[item]! >= 0) inSample.add(rowOf[item]!);
  });
  const keep = ({ rows, labels }: LabelledRows): LabelledRows => ({
    rows: rows.filter((row) => inSample.has(row)),
    labels: labels.filter((_, i) => inSample.has(rows[i]!)),
  });
  return {
    train: keep(split.train),
    test: keep(split.test),
    testIds: split.testIds.filter((id) => sampleIds.has(id)),
  };
}

/**
 * @throws UsageError when a class has no row to train on, or nothing is left to test on
 */
export function requireTrainable(split: RowSplit, classes: readonly string[]): void {
  const counts = new Int32Array(classes.length);
  for (const label of split.train.labels) counts[label] = counts[label]! + 1;
  const missing = classes.filter((_, k) => counts[k] === 0);
  if (missing.length > 0) {
    throw new UsageError(
      `no vector is left to train on for ${missing.map((name) => `"${name}"`).join(', ')}`,
      {
        hint: 'see the failed embeddings of this instruction, or raise quality.instructionSample',
      },
    );
  }
  if (split.test.rows.length === 0) {
    throw new UsageError('no held-out item has a vector', {
      hint: 'see the failed embeddings of this instruction, or raise quality.instructionSample',
    });
  }
}

function withVectors(positions: Int32Array, labelled: LabelledItems, { rowOf }: TaskEnvironment): Int32Array {
  return positions.filter((position) => rowOf[labelled.items[position]!]! >= 0);
}

function labelledRows(
  positions: Int32Array,
  labelled: LabelledItems,
  { rowOf }: TaskEnvironment,
): LabelledRows {
  return {
    rows: positions.map((position) => rowOf[labelled.items[position]!]!),
    labels: positions.map((position) => labelled.labels[position]!),
  };
}

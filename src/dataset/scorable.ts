import { UsageError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { classCounts, type Dataset } from './dataset.ts';
import { quoted } from './label-value.ts';
import type { TaskNeed } from './task-needs.ts';

/**
 * Refuses data on which a task cannot be scored, before anything is embedded. When some instructions are scored
 * on a sample, check the sample as well.
 *
 * @throws UsageError for no rows, no label column, no labels, one class only, a class too small for the split,
 *   fewer rows than folds, or more clusters than rows
 */
export function requireScorable(dataset: Dataset, needs: readonly TaskNeed[]): void {
  if (dataset.ids.length === 0) {
    throw new UsageError('the data hold no rows', {
      where: dataset.source,
      hint: 'Check dataset.path, dataset.where and dataset.limit.',
    });
  }
  for (const need of needs) {
    for (const column of columnsOf(dataset, need)) {
      const counts = classCounts(dataset, column);
      requireClasses(dataset, need, column, counts);
      requireSplit(dataset, need, column, counts);
      requireFolds(dataset, need, column, counts);
      requireClusters(dataset, need, column, counts);
    }
  }
}

function columnsOf(dataset: Dataset, need: TaskNeed): readonly string[] {
  const { labelColumns, source } = dataset;
  const [primary] = labelColumns;
  if (primary === undefined) {
    throw new UsageError(`the task ${need.task} needs labels, and the data have no label column`, {
      where: source,
      hint: 'Set dataset.label to the column of the class, or run only tasks without labels, such as fidelity.',
    });
  }
  for (const column of need.columns ?? []) {
    if (labelColumns.includes(column)) continue;
    const near = nearestName(column, labelColumns);
    throw new UsageError(`the task ${need.task} asks for the label column ${quoted(column)}`, {
      where: source,
      hint:
        near === undefined
          ? `Add it to dataset.extraLabels; the label columns now: ${labelColumns.map(quoted).join(', ')}.`
          : `Did you mean ${quoted(near)}? Otherwise add the column to dataset.extraLabels.`,
    });
  }
  return need.columns ?? (need.allColumns === true ? labelColumns : [primary]);
}

type Counts = ReadonlyMap<string, number>;

function requireClasses(dataset: Dataset, need: TaskNeed, column: string, counts: Counts): void {
  const [only] = counts;
  if (only === undefined) {
    throw new UsageError(`the task ${need.task} needs labels, and no row has one in ${quoted(column)}`, {
      where: dataset.source,
      hint: 'Set dataset.label to the column of the class.',
    });
  }
  if (counts.size > 1) return;
  throw new UsageError(
    `the task ${need.task} needs two classes or more, and every row has ${quoted(column)} ${quoted(only[0])}`,
    {
      where: dataset.source,
      hint: 'Check dataset.labels and dataset.where: they may have joined or dropped the other classes.',
    },
  );
}

function requireSplit(dataset: Dataset, need: TaskNeed, column: string, counts: Counts): void {
  if (need.testShare === undefined) return;
  for (const [name, count] of counts) {
    if (count >= 2) continue;
    throw new UsageError(
      `the task ${need.task} holds rows of every class out, and ${quoted(column)} ${quoted(name)} has one row only`,
      {
        where: dataset.source,
        hint: 'Bring a second row of that class, map it into another one in dataset.labels, or drop it with dataset.where.',
      },
    );
  }
  const rows = total(counts);
  const testRows = Math.ceil(need.testShare * rows);
  if (Math.min(testRows, rows - testRows) >= counts.size) return;
  throw new UsageError(
    `a split of ${rows} rows into ${rows - testRows} and ${testRows} cannot hold ${counts.size} classes of ${quoted(column)} on both sides`,
    { where: dataset.source, hint: 'Bring more rows, or change quality.testShare.' },
  );
}

function requireFolds(dataset: Dataset, need: TaskNeed, column: string, counts: Counts): void {
  if (need.folds === undefined) return;
  const largest = Math.max(...counts.values());
  if (largest >= need.folds) return;
  throw new UsageError(
    `${need.folds} folds need a class of ${need.folds} rows, and the largest of ${quoted(column)} has ${largest}`,
    { where: dataset.source, hint: 'Lower quality.folds, or bring more rows.' },
  );
}

function requireClusters(dataset: Dataset, need: TaskNeed, column: string, counts: Counts): void {
  const clusters = need.clusters ?? counts.size;
  const rows = total(counts);
  if (clusters <= rows) return;
  throw new UsageError(`${clusters} clusters cannot be made of the ${rows} rows with ${quoted(column)}`, {
    where: dataset.source,
    hint: 'Ask for fewer clusters, or bring more rows.',
  });
}

function total(counts: Counts): number {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}

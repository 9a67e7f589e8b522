import { expect, test } from 'vitest';
import { qualityConfigSchema } from '../../src/config/quality-config.ts';
import { UsageError } from '../../src/core/errors.ts';
import type { Label } from '../../src/dataset/dataset.ts';
import { requireScorable } from '../../src/dataset/scorable.ts';
import { type TaskNeed, taskNeeds } from '../../src/dataset/task-needs.ts';
import { tableOf } from './table.ts';

const withLabels = (labels: Label[], extra: Record<string, Label[]> = {}) =>
  tableOf(
    labels.map((_, i) => `text ${i}`),
    { mood: labels, ...extra },
  );
const repeat = (label: Label, n: number): Label[] => new Array(n).fill(label);
const classification: TaskNeed = { task: 'classification', testShare: 0.3, folds: 5 };

test('data that can be scored pass', () => {
  const data = withLabels([...repeat('a', 10), ...repeat('b', 10)], { topic: [...repeat('x', 19), 'y'] });
  expect(() =>
    requireScorable(data, [classification, { task: 'clustering', allColumns: true }, { task: 'zeroShot' }]),
  ).not.toThrow();
});

test.each<[string, ReturnType<typeof tableOf>, TaskNeed, RegExp, RegExp]>([
  ['no rows', withLabels([]), classification, /hold no rows/, /dataset.path/],
  [
    'no label column',
    tableOf(['a', 'b'], {}),
    classification,
    /classification needs labels, and the data have no label column/,
    /dataset.label/,
  ],
  [
    'labels all empty',
    withLabels([null, null]),
    { task: 'zeroShot' },
    /no row has one in "mood"/,
    /dataset.label/,
  ],
  [
    'one class',
    withLabels(repeat('a', 10)),
    { task: 'clustering', allColumns: true },
    /two classes or more, and every row has "mood" "a"/,
    /dataset.where/,
  ],
  [
    'a class of one row',
    withLabels([...repeat('a', 10), 'b']),
    classification,
    /"mood" "b" has one row only/,
    /dataset.labels/,
  ],
  [
    'more classes than held-out rows',
    withLabels(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']),
    { task: 'classification', testShare: 0.3 },
    /a split of 8 rows into 5 and 3 cannot hold 4 classes/,
    /testShare/,
  ],
  [
    'fewer items than folds',
    withLabels([...repeat('a', 4), ...repeat('b', 4)]),
    classification,
    /5 folds need a class of 5 rows, and the largest of "mood" has 4/,
    /quality.folds/,
  ],
  [
    'k larger than the rows',
    withLabels(['a', 'a', 'b', 'b']),
    { task: 'clustering', clusters: 5 },
    /5 clusters cannot be made of the 4 rows/,
    /fewer clusters/,
  ],
  [
    'a label column that is not loaded',
    withLabels(['a', 'b']),
    { task: 'clustering', columns: ['moods'] },
    /asks for the label column "moods"/,
    /Did you mean "mood"/,
  ],
])('%s is refused with what to do', (_, data, need, message, hint) => {
  let thrown: unknown;
  try {
    requireScorable(data, [need]);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(UsageError);
  expect(thrown).toMatchObject({
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
    where: 'table.csv',
  });
});

test('needs come from the quality settings; tasks with their own data and fidelity need nothing', () => {
  const quality = qualityConfigSchema.parse({
    tasks: [
      'classification',
      { task: 'classification', column: 'topic', protocols: ['holdout'] },
      'clustering',
      { task: 'clustering', column: 'topic' },
      'ordinal',
      'fidelity',
      { task: 'sts', path: 'sts.csv' },
    ],
    testShare: 0.25,
    folds: 4,
  });
  expect(taskNeeds(quality)).toEqual([
    { task: 'classification', testShare: 0.25, folds: 4 },
    { task: 'classification', columns: ['topic'], testShare: 0.25 },
    { task: 'clustering', allColumns: true },
    { task: 'clustering', columns: ['topic'], allColumns: false },
    { task: 'ordinal', testShare: 0.25 },
  ]);
});

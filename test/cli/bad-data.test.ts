import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderForTests } from './dimsweep-process.ts';
import { runHere } from './in-process.ts';
import { settings, writeTinyConfig } from './tiny-config.ts';

const folder = folderForTests();
/** Nobody listens there: whoever asked it first would end with 3. */
const NO_SERVER = { 'server.baseUrl': 'http://127.0.0.1:1/v1' };

function dataOf(csv: string): Record<string, unknown> {
  writeFileSync(join(folder, 'data.csv'), csv);
  return { ...NO_SERVER, dataset: { path: 'data.csv', text: 'text', label: 'label' } };
}

const rows = (...labels: string[]) =>
  `text,label\n${labels.map((label, i) => `sentence ${i},${label}\n`).join('')}`;

const run = (...args: string[]) =>
  runHere(['run', join(folder, writeTinyConfig(folder)), '--results', join(folder, 'results'), ...args]);

test.each([
  ['empty data', '', {}, 'the data hold no rows'],
  ['a header alone', 'text,label\n', {}, 'the data hold no rows'],
  ['unlabelled data', rows('', ''), {}, 'of the 2 rows of the data none is left: 2 are bad (2 missingLabel)'],
  ['a label column that is not there', 'text,stars\na,1\n', {}, 'the data have no column "label"'],
  [
    'one class only',
    rows('a', 'a', 'a', 'a'),
    {},
    'the task classification needs two classes or more, and every row has "label" "a"',
  ],
  [
    'fewer items than folds',
    rows('a', 'a', 'b', 'b', 'b'),
    { 'quality.folds': 5 },
    '5 folds need a class of 5 rows, and the largest of "label" has 3',
  ],
  [
    'a class that cannot be held out',
    rows('a', 'b', 'b'),
    {},
    'the task classification holds rows of every class out, and "label" "a" has one row only',
  ],
  [
    'a sample smaller than its clusters',
    rows('a', 'b', 'c', 'a', 'b', 'c'),
    { 'quality.tasks': ['clustering'], 'dataset.limit': 1 },
    'the task clustering needs two classes or more, and every row has',
  ],
])('%s: exit 2 before any server is asked', async (_name, csv, changes, sentence) => {
  const { code, out, err } = await run(...settings({ ...dataOf(csv), ...changes }));
  expect(err).toContain(`\ndimsweep: ${sentence}`);
  expect(err).toMatch(/\n {2}at .*data\.csv(:\d+)?\n {2}→ [A-Z].*\.\n$/);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

test('bad rows are left out, counted and said, or stop the run where that is asked for', async () => {
  const data = dataOf(rows('a', 'a', 'a', 'a', '', 'b', 'b', 'b', 'b'));
  const dry = await run('--dry-run', ...settings(data));
  expect(dry).toMatchObject({ code: 0, err: '' });
  expect(dry.out).toContain('tiny: 8 rows of data, 1 bad row left out; model hash-ngram-2560');
  const strict = await run('--dry-run', ...settings({ ...data, 'dataset.onBadRow': 'error' }));
  expect(strict.code).toBe(2);
  expect(strict.err).toMatch(/at .*data\.csv:6\n/);
});

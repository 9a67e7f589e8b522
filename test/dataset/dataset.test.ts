import { expect, test } from 'vitest';
import { datasetBlockSchema } from '../../src/core/record/dataset-block.ts';
import { buildDataCard } from '../../src/dataset/card/data-card.ts';
import { classCounts, labelsOf, selectRows, subsetByIds } from '../../src/dataset/dataset.ts';
import { summariseDataset } from '../../src/dataset/dataset-summary.ts';
import { tableOf } from './table.ts';

const table = tableOf(['one', 'two', 'three', 'One '], {
  mood: ['bad', 'good', null, 'bad'],
  topic: ['x', 'y', 'y', 'y'],
});

test('a subset by ids follows the ids, and labels follow their texts', () => {
  const part = subsetByIds(table, ['3', '1']);
  expect(part.texts).toEqual(['One ', 'two']);
  expect(part.labels).toEqual({ mood: ['bad', 'good'], topic: ['y', 'y'] });
  expect(part.hash).not.toBe(table.hash);
  expect(() => subsetByIds(table, ['9'])).toThrow(/no item 9/);
  expect(() => selectRows(table, [4])).toThrow(RangeError);
});

test('classes are counted in code-point order, unlabelled rows left out', () => {
  expect([...classCounts(table, 'mood')]).toEqual([
    ['bad', 2],
    ['good', 1],
  ]);
  // U+FF21 sorts before U+1F600 by code point, behind it by UTF-16 unit: numpy.unique goes by code point
  const emoji = tableOf(['a', 'b'], { x: ['😀', 'Ａ'] });
  expect([...classCounts(emoji, 'x').keys()]).toEqual(['Ａ', '😀']);
  expect(() => labelsOf(table, 'toString')).toThrow(RangeError);
});

test('the summary is a valid record block', () => {
  const block = summariseDataset(table, buildDataCard(table));
  expect(datasetBlockSchema.parse(block)).toEqual(block);
  expect(block).toMatchObject({
    rows: 4,
    labels: { bad: 2, good: 1 },
    otherLabels: { topic: { x: 1, y: 3 } },
    duplicates: 1,
  });
  expect(summariseDataset(table).duplicates).toBe(1);
});

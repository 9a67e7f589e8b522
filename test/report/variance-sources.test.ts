import { expect, test } from 'vitest';
import { recommend } from '../../src/compare/recommend.ts';
import type { QualityRow } from '../../src/core/record/quality-row.ts';
import { createTagIndex } from '../../src/report/page/tags.ts';
import { varianceBlock } from '../../src/report/sections/variance-sources.ts';
import { buildRecord } from './fixtures/record.ts';
import { SMALL } from './fixtures/sweep.ts';

const record = buildRecord(SMALL);
const [example] = record.quality as [QualityRow];

/** The texts of the block's table: first lines, second lines. */
function cellsOf(row: Partial<QualityRow>) {
  const shown = { ...record, quality: [{ ...example, ...row }] };
  const [block] = varianceBlock({ record: shown, answer: recommend(shown), tags: createTagIndex() });
  if (block?.kind !== 'disclosure') return undefined;
  const [inner] = block.blocks;
  if (inner?.kind !== 'table') return undefined;
  return inner.table.rows.map(({ cells }) => cells.slice(1).map(({ text, detail }) => [text, detail]));
}

const scores = {
  accuracy: { value: 0.8, low: 0.78, high: 0.82, level: 0.95, method: 'wilson', n: 600 },
  ari: { value: 0.3, low: 0.26, high: 0.34, level: 0.95, method: 'bootstrap', n: 2000 },
  'ari[domain]': { value: 0.1, n: 2000 },
};
const detail = { clusters: 3, inertia: 1, nInit: 10, engine: 'native' };

test('items, held-out part, split seed and k-means start each have a column of their own', () => {
  const cells = cellsOf({
    scores,
    perItem: {
      accuracyCvFolds: {
        ids: ['repeat 1 fold 1', 'repeat 1 fold 2', 'repeat 2 fold 1', 'repeat 2 fold 2'],
        values: [0.7, 0.9, 0.74, 0.9],
      },
    },
    clustering: [
      { ...detail, column: 'sentiment', seeds: { count: 20, mean: 0.3, sd: 0.0123, min: 0.2, max: 0.4 } },
      { ...detail, column: 'domain', seeds: { count: 20, mean: 0.1, sd: 0.0456, min: 0, max: 0.2 } },
    ],
  });
  const none = ['–', undefined];
  expect(cells).toEqual([
    // 0.04 ÷ (2 · 1.96); SD of four folds; SD of 0.80 and 0.82
    [['Accuracy', undefined], ['0.0102', undefined], ['0.1052', '4 folds'], ['0.0141', '2 repeats'], none],
    [['ARI by sentiment', undefined], ['0.0204', undefined], none, none, ['0.0123', '20 seeds']],
    [['ARI by domain', undefined], none, none, none, ['0.0456', '20 seeds']],
  ]);
});

test('one repeat says nothing about the split seed', () => {
  const cells = cellsOf({
    scores,
    clustering: [],
    perItem: { accuracyCvFolds: { ids: ['repeat 1 fold 1', 'repeat 1 fold 2'], values: [0.7, 0.9] } },
  });
  expect(cells).toEqual([
    [
      ['Accuracy', undefined],
      ['0.0102', undefined],
      ['0.1414', '2 folds'],
      ['–', undefined],
      ['–', undefined],
    ],
  ]);
});

test('a run with one split and one start has no table of spreads', () => {
  expect(cellsOf({ scores, clustering: [{ ...detail, column: 'sentiment' }] })).toBeUndefined();
});

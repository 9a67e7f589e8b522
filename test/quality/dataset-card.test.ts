import { expect, test } from 'vitest';
import { datasetConfigSchema } from '../../src/config/dataset-config.ts';
import { loadDataset } from '../../src/dataset/load-dataset.ts';
import { datasetCard } from '../../src/quality/dataset-card.ts';
import { trainTestSplitStratified } from '../../src/quality/kernels/splits.ts';
import { createQualityWorker } from '../../src/quality/run-in-worker.ts';
import { tableOf } from '../dataset/table.ts';

const mood = (count: number) => Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 'good' : 'bad'));
const holdOut = { column: 'mood', testShare: 0.3, seed: 42 };
const distinct = (count: number) =>
  Array.from({ length: count }, (_, i) => `apple${i} pear${i} plum${i} ${i % 2 === 0 ? 'great' : 'awful'}`);

test('of the built-in reviews: words alone reach some 0.8', async () => {
  const dataset = await loadDataset(datasetConfigSchema.parse({ builtin: 'reviews' }), {
    baseDirectory: '.',
    seed: 42,
  });
  const card = datasetCard({ dataset, holdOut: { column: 'sentiment', testShare: 0.3, seed: 42 } });
  expect(card.majorityShare).toBe(0.5);
  expect(card.tfidfAccuracy).toBeGreaterThan(0.75);
  expect(card.tfidfAccuracy).toBeLessThan(0.85);
  expect(card.leakage).toMatchObject({ testRows: 900 });
  // 900 paired items at 6 % discordance
  expect(card.detectableDifference).toBeCloseTo(0.0228, 4);
});

test('words that tell the classes apart are found, words that do not are not', () => {
  const telling = datasetCard({ dataset: tableOf(distinct(100), { mood: mood(100) }), holdOut });
  expect(telling.tfidfAccuracy).toBe(1);
  const same = tableOf(
    Array.from({ length: 100 }, () => 'always the same'),
    { mood: mood(100) },
  );
  expect(datasetCard({ dataset: same, holdOut }).tfidfAccuracy).toBe(0.5);
});

test('leakage is counted across the split of the scores, unlabelled rows being on neither side', () => {
  const texts = distinct(60);
  const labels = mood(60);
  const { train, test: held } = trainTestSplitStratified(
    Int32Array.from(labels, (label) => Number(label === 'good')),
    0.3,
    42,
  );
  texts[held[0]!] = texts[train[0]!]!;
  texts[held[1]!] = texts[held[2]!]!;
  const withUnlabelled = tableOf([...Array.from({ length: 7 }, (_, i) => `no label ${i}`), ...texts], {
    mood: [...new Array<null>(7).fill(null), ...labels],
  });
  expect(datasetCard({ dataset: withUnlabelled, holdOut }).leakage).toEqual({
    exact: 1,
    near: 0,
    testRows: 18,
  });
});

test('speaks of the column that is classified, not of the first one', () => {
  const dataset = tableOf(distinct(40), {
    shop: Array.from({ length: 40 }, (_, i) => (i < 30 ? 'a' : 'b')),
    mood: mood(40),
  });
  expect(datasetCard({ dataset, holdOut }).majorityShare).toBe(0.5);
  expect(datasetCard({ dataset }).majorityShare).toBe(0.75);
});

test('labels that have no split leave the card without what hangs on one', () => {
  const dataset = tableOf(distinct(10), { mood: new Array<string>(10).fill('good') });
  const card = datasetCard({ dataset, holdOut });
  expect(card.leakage).toBeUndefined();
  expect(card.tfidfAccuracy).toBeUndefined();
  expect(card.majorityShare).toBe(1);
});

test('is made off the main thread', async () => {
  const worker = createQualityWorker();
  const request = { dataset: tableOf(distinct(60), { mood: mood(60) }), holdOut };
  await expect(worker.card(request)).resolves.toEqual(datasetCard(request));
  await worker.close();
});

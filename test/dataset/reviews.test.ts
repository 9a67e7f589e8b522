import { expect, test } from 'vitest';
import { datasetConfigSchema } from '../../src/config/dataset-config.ts';
import { buildDataCard } from '../../src/dataset/card/data-card.ts';
import { classCounts } from '../../src/dataset/dataset.ts';
import { loadDataset } from '../../src/dataset/load-dataset.ts';
import type { DatasetSettings } from './data-folder.ts';

const load = (settings: DatasetSettings = {}) =>
  loadDataset(datasetConfigSchema.parse({ builtin: 'reviews', ...settings }), {
    baseDirectory: '.',
    seed: 42,
  });

test('3,000 sentences, 1,000 per domain, 500 per domain and class', async () => {
  const dataset = await load();
  expect(dataset.ids).toHaveLength(3000);
  expect(dataset.sourceRows).toBe(3000);
  expect(dataset.badRows.count).toBe(0);
  expect(dataset.labelColumns).toEqual(['sentiment', 'domain']);
  expect(Object.fromEntries(classCounts(dataset, 'sentiment'))).toEqual({ negative: 1500, positive: 1500 });
  expect(Object.fromEntries(classCounts(dataset, 'domain'))).toEqual({
    amazon: 1000,
    imdb: 1000,
    yelp: 1000,
  });
  for (const domain of ['amazon', 'imdb', 'yelp']) {
    const part = await load({ where: { domain } });
    expect(Object.fromEntries(classCounts(part, 'sentiment'))).toEqual({ negative: 500, positive: 500 });
    expect(part.ids[0]).toBe(`${domain}-0001`);
    expect(part.ids.at(-1)).toBe(`${domain}-1000`);
  }
});

test('the well-known first and last sentences carry their labels', async () => {
  const { texts, labels } = await load();
  expect(texts[1]).toBe('Good case, Excellent value.');
  expect(labels['sentiment']?.[1]).toBe('positive');
  expect(texts.at(-1)).toMatch(
    /^Then, as if I hadn't wasted enough of my life there, they poured salt in the wound/,
  );
  expect(labels['sentiment']?.at(-1)).toBe('negative');
});

test('the content is the one this release was measured on', async () => {
  expect((await load()).hash).toBe('77315c87569333d80feaffd15538f462266df8248d61d833da5817662c7fb6b8');
});

test('domain can be the first label, classes can be renamed', async () => {
  const byDomain = await load({ label: 'domain', labels: { shop: ['amazon'], other: ['imdb', 'yelp'] } });
  expect(byDomain.labelColumns).toEqual(['domain', 'sentiment']);
  expect(Object.fromEntries(classCounts(byDomain, 'domain'))).toEqual({ other: 2000, shop: 1000 });
});

test('its data card', async () => {
  const dataset = await load();
  expect(new Set(dataset.texts).size).toBe(2982);
  expect(buildDataCard(dataset)).toEqual({
    majorityShare: 0.5,
    // three more pairs than as written: they differ in case or white space only
    exactDuplicates: 21,
    nearDuplicates: 7,
    conflictingTexts: 0,
    characters: [5, 55, 121, 477],
    scripts: { latin: 2998 / 3000, other: 2 / 3000 },
    warnings: [],
  });
});

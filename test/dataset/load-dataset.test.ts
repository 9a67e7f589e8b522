import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { datasetConfigSchema } from '../../src/config/dataset-config.ts';
import { UsageError } from '../../src/core/errors.ts';
import { classCounts } from '../../src/dataset/dataset.ts';
import { loadDataset } from '../../src/dataset/load-dataset.ts';
import { dataFolder, loadFile } from './data-folder.ts';

const STARS = { negative: [1, 2], neutral: [3], positive: [4, 5] };
const csv = (rows: readonly string[]) => `id,text,rating,language\n${rows.map((row) => `${row}\n`).join('')}`;
const star = (i: number) => (i % 5) + 1;
const hundred = csv(
  Array.from({ length: 100 }, (_, i) => `r${i},text ${i},${star(i)},${i % 4 === 0 ? 'zh' : 'en'}`),
);

describe('labels', () => {
  test('stars become three classes, further labels are kept as they are and may be empty', async () => {
    const content = csv(['a,bad,1,en', 'b,so so,3.0,', 'c,good,5,zh']);
    const dataset = await loadFile('a.csv', content, {
      id: 'id',
      label: 'rating',
      labels: STARS,
      extraLabels: ['language', 'rating'],
    });
    expect(dataset.ids).toEqual(['a', 'b', 'c']);
    expect(dataset.labelColumns).toEqual(['rating', 'language']);
    expect(dataset.labels).toEqual({
      rating: ['negative', 'neutral', 'positive'],
      language: ['en', null, 'zh'],
    });
  });

  test('a label outside the map, a missing label and a repeated id are bad rows with their lines', async () => {
    const content = csv(['a,one,1,en', 'b,two,6,en', 'c,three,,en', 'a,four,2,en', ',five,2,en', 'd, ,2,en']);
    const { ids, badRows } = await loadFile('a.csv', content, { id: 'id', label: 'rating', labels: STARS });
    expect(ids).toEqual(['a']);
    expect(badRows.shown).toEqual([
      {
        line: 3,
        reason: 'unknownLabel',
        message:
          '"rating" is "6", which dataset.labels lists under none of "negative", "neutral", "positive"',
      },
      { line: 4, reason: 'missingLabel', message: '"rating" has no value' },
      { line: 5, reason: 'duplicateId', message: 'the id "a" occurred before' },
      { line: 6, reason: 'missingId', message: '"id" has no value' },
      { line: 7, reason: 'emptyText', message: '"text" is empty' },
    ]);
  });

  test('an id that was bad the first time may come again', async () => {
    const content = csv(['a,one,9,en', 'a,two,1,en']);
    const { texts } = await loadFile('a.csv', content, { id: 'id', label: 'rating', labels: STARS });
    expect(texts).toEqual(['two']);
  });

  test('without a label column every text counts', async () => {
    const dataset = await loadFile('a.csv', hundred);
    expect(dataset.labelColumns).toEqual([]);
    expect(dataset.ids.slice(0, 2)).toEqual(['1', '2']);
  });

  test('row numbers stay the same whatever is left out', async () => {
    const content = csv(['a,one,1,en', 'b,"two" x,1,en', 'c,three,1,zh', 'd,four,1,en']);
    expect((await loadFile('a.csv', content)).ids).toEqual(['1', '3', '4']);
    expect((await loadFile('a.csv', content, { where: { language: 'en' } })).ids).toEqual(['1', '4']);
  });
});

describe('onBadRow: error', () => {
  test.each<[string, string, number]>([
    ['empty text', csv(['a,one,1,en', 'b,,2,en']), 3],
    ['unknown label', csv(['a,"one', 'more",1,en', 'b,two,7,en']), 4],
    ['broken quoting', csv(['a,one,1,en', 'b,"two,1,en', 'c,three,1,en']), 3],
  ])('%s stops the run and names file and line', async (_, content, line) => {
    const loading = loadFile('a.csv', content, { label: 'rating', labels: STARS, onBadRow: 'error' });
    await expect(loading).rejects.toThrow(UsageError);
    await expect(loading).rejects.toMatchObject({
      where: `a.csv:${line}`,
      hint: expect.stringContaining('onBadRow: skip'),
    });
  });
});

describe('where', () => {
  test('keeps rows by raw values, numbers by value, before any row is called bad', async () => {
    const content = csv(['a,one,1.0,en', 'b,two,9,en', 'c,three,2,zh', 'd,four,,en', 'e,five,2,en']);
    const dataset = await loadFile('a.csv', content, {
      id: 'id',
      label: 'rating',
      labels: STARS,
      where: { rating: [1, '2'], language: 'en' },
    });
    expect(dataset.ids).toEqual(['a', 'e']);
    expect(dataset.badRows.count).toBe(0);
    expect(dataset.sourceRows).toBe(5);
  });

  test('a filter that nothing passes is explained', async () => {
    await expect(loadFile('a.csv', hundred, { where: { language: 'fr' } })).rejects.toMatchObject({
      message: 'of the 100 rows of the data none is left: dataset.where dropped 100',
      where: 'a.csv',
    });
    await expect(loadFile('a.csv', hundred, { where: { lang: 'fr' } })).rejects.toThrow(/no column "lang"/);
  });
});

describe('limit', () => {
  const settings = { id: 'id', label: 'rating', labels: STARS, extraLabels: ['language'], limit: 20 };

  test('keeps order and proportions, and is the same for the same seed', async () => {
    const dataset = await loadFile('a.csv', hundred, settings);
    expect(Object.fromEntries(classCounts(dataset, 'rating'))).toEqual({
      negative: 8,
      neutral: 4,
      positive: 8,
    });
    expect(Object.fromEntries(classCounts(dataset, 'language'))).toEqual({ en: 15, zh: 5 });
    const numbers = dataset.ids.map((id) => Number(id.slice(1)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect((await loadFile('a.csv', hundred, settings)).hash).toBe(dataset.hash);
  });

  test('another seed draws other rows', async () => {
    const folder = dataFolder({ 'a.csv': hundred });
    const config = datasetConfigSchema.parse({ path: 'a.csv', ...settings });
    const [one, two] = await Promise.all(
      [1, 2].map((seed) => loadDataset(config, { baseDirectory: folder, seed })),
    );
    expect(one!.ids).not.toEqual(two!.ids);
  });
});

describe('what cannot be used at all', () => {
  test('every row bad: how many, why, and the first of them', async () => {
    const content = csv(['a,one,10,en', 'b,two,20,en', 'c,,1,en']);
    await expect(loadFile('a.csv', content, { label: 'rating', labels: STARS })).rejects.toMatchObject({
      message: 'of the 3 rows of the data none is left: 3 are bad (2 unknownLabel, 1 emptyText)',
      where: 'a.csv:2',
      hint: expect.stringContaining('"rating" is "10"'),
    });
  });

  test('a missing column names the nearest one', async () => {
    await expect(loadFile('a.csv', hundred, { label: 'ratings' })).rejects.toMatchObject({
      message: 'the data have no column "ratings"',
      where: 'a.csv',
      hint: expect.stringContaining('Did you mean "rating"?'),
    });
  });

  test('an ending that tells no format, and the setting that does', async () => {
    await expect(loadFile('a.data', hundred)).rejects.toMatchObject({
      hint: expect.stringContaining('dataset.format'),
    });
    expect((await loadFile('a.data', hundred, { format: 'csv' })).ids).toHaveLength(100);
  });

  test('a file that is not Parquet', async () => {
    await expect(loadFile('a.parquet', 'not at all parquet')).rejects.toMatchObject({
      message: expect.stringContaining('the Parquet file cannot be read'),
      where: 'a.parquet',
    });
  });
});

test('hostile and odd texts arrive as they are', async () => {
  const texts = [
    '<script>alert(1)</script>',
    '=cmd|calc',
    '\u202eright to left',
    'a\u0000b',
    '👍🏽'.repeat(50),
    'x'.repeat(200_000),
  ];
  const content = texts.map((text) => `${JSON.stringify({ text, label: '<b>' })}\n`).join('');
  const dataset = await loadFile('a.jsonl', content, { label: 'label' });
  expect(dataset.texts).toEqual(texts);
  expect(dataset.labels['label']).toEqual(texts.map(() => '<b>'));
});

test('100,000 rows stream through: every row, the right bad lines, every tenth row over two lines', async () => {
  let line = 1;
  const badLines: number[] = [];
  const rows: string[] = [];
  for (let i = 0; i < 100_000; i++) {
    const text = i % 10 === 0 ? `"row ${i},\nit goes on"` : `row ${i}`;
    line += 1;
    if (i % 10_000 === 5) badLines.push(line);
    rows.push(`r${i},${text},${i % 10_000 === 5 ? 9 : star(i)},en`);
    if (i % 10 === 0) line += 1;
  }
  const dataset = await loadFile('a.csv', csv(rows), { id: 'id', label: 'rating', labels: STARS });
  expect(dataset.ids).toHaveLength(100_000 - badLines.length);
  expect(dataset.badRows.shown.map((row) => row.line)).toEqual(badLines);
  expect(dataset.texts.at(-1)).toBe('row 99999');
});

test('Parquet gives the same dataset as CSV', async () => {
  const parquet = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: Array.from({ length: 100 }, (_, i) => `r${i}`) },
      { name: 'text', data: Array.from({ length: 100 }, (_, i) => `text ${i}`) },
      { name: 'rating', data: Array.from({ length: 100 }, (_, i) => BigInt(star(i))), type: 'INT64' },
      { name: 'language', data: Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 'zh' : 'en')) },
    ],
  });
  const settings = { id: 'id', label: 'rating', labels: STARS, where: { language: 'en' } };
  const fromParquet = await loadFile('a.parquet', new Uint8Array(parquet), settings);
  expect(fromParquet.hash).toBe((await loadFile('a.csv', hundred, settings)).hash);
});

test('the hash changes with a text, a label, an id, a column name and the order, with nothing else', async () => {
  const settings = { id: 'id', label: 'rating' };
  const hashOf = async (content: string, more = {}) =>
    (await loadFile('a.csv', content, { ...settings, ...more })).hash;
  const base = await hashOf(csv(['a,one,1,en', 'b,two,2,en']));
  expect(await hashOf(csv(['a,one,1,zh', 'b,two,2,zh', 'c,,2,zh']))).toBe(base);
  const others = await Promise.all([
    hashOf(csv(['a,one!,1,en', 'b,two,2,en'])),
    hashOf(csv(['a,one,2,en', 'b,two,2,en'])),
    hashOf(csv(['c,one,1,en', 'b,two,2,en'])),
    hashOf(csv(['b,two,2,en', 'a,one,1,en'])),
    hashOf(csv(['a,one,1,en', 'b,two,2,en']), { extraLabels: ['language'] }),
  ]);
  expect(new Set([base, ...others]).size).toBe(6);
});

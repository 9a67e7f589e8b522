import { describe, expect, test } from 'vitest';
import { dataCardSchema } from '../../../src/core/record/dataset-block.ts';
import { buildDataCard, type CardInputs } from '../../../src/dataset/card/data-card.ts';
import { mainScript } from '../../../src/dataset/card/scripts.ts';
import type { Dataset, Label } from '../../../src/dataset/dataset.ts';
import { tableOf } from '../table.ts';

const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const distinct = (n: number) => Array.from({ length: n }, (_, i) => `apple${i} pear${i} plum${i}`);
const warningsOf = (data: Dataset, inputs: CardInputs = {}) => buildDataCard(data, inputs).warnings;
const labels = (...parts: [Label, number][]) =>
  parts.flatMap(([label, n]) => new Array<Label>(n).fill(label));

describe('figures', () => {
  test('of a small table, worked by hand', () => {
    const data = tableOf(['Good', ' good ', 'ＧＯＯＤ', 'bad\n one', 'bad  one', '很好很好', '👍🏽'], {
      mood: ['p', 'p', 'n', 'n', 'n', 'p', null],
    });
    const card = buildDataCard(data, { tfidfAccuracy: 0.7, detectableDifference: 0.04 });
    expect(card).toEqual({
      majorityShare: 0.5,
      tfidfAccuracy: 0.7,
      exactDuplicates: 3,
      nearDuplicates: 0,
      conflictingTexts: 1,
      characters: [2, 4, 8, 8],
      scripts: { latin: 5 / 7, han: 1 / 7, other: 1 / 7 },
      detectableDifference: 0.04,
      warnings: expect.any(Array),
    });
    expect(dataCardSchema.parse(card)).toEqual(card);
  });

  test('without labels there is no majority and no conflict', () => {
    const card = buildDataCard(tableOf(['a', 'b'], {}));
    expect(card.majorityShare).toBeUndefined();
    expect(card.conflictingTexts).toBeUndefined();
    expect(card.warnings).toEqual([]);
  });

  test('a card of no rows does not fall over', () => {
    expect(buildDataCard(tableOf([], { mood: [] })).characters).toEqual([0, 0, 0, 0]);
  });
});

test.each([
  ['The battery lasts all day', 'latin'],
  ['电池可以用一整天', 'han'],
  ['iPhone 15 Pro Max 很好用很喜欢', 'han'],
  ['This 手机 is really good value', 'latin'],
  ['とても使いやすいです', 'kana'],
  ['東京の電池は最高です', 'kana'],
  ['배터리가 오래 가요', 'hangul'],
  ['Отличный телефон', 'cyrillic'],
  ['هاتف ممتاز', 'arabic'],
  ['बहुत अच्छा', 'other'],
  ['10/10 👍', 'other'],
])('%s is mainly %s', (text, script) => {
  expect(mainScript(text)).toBe(script);
});

describe('warnings', () => {
  test('none for balanced, distinct data with a large test', () => {
    const data = tableOf(distinct(2000), { mood: labels(['a', 1000], ['b', 1000]) });
    expect(warningsOf(data, { split: { train: range(0, 1400), test: range(1400, 2000) } })).toEqual([]);
  });

  test('leakage like that of JDReview: 108 of 533 test rows also in train', () => {
    const texts = distinct(2000);
    for (let i = 0; i < 108; i++) texts[1467 + i] = texts[i]!;
    const data = tableOf(texts, { mood: labels(['a', 1000], ['b', 1000]) });
    const card = buildDataCard(data, { split: { train: range(0, 1467), test: range(1467, 2000) } });
    expect(card.leakage).toEqual({ exact: 108, near: 0, testRows: 533 });
    expect(card.warnings[0]).toBe(
      '108 of 533 held-out items (20 %) also stand in the training part: the scores are too good. ' +
        'Drop the repeats before splitting.',
    );
  });

  test('leakage below one per cent is a figure, not a warning', () => {
    const texts = distinct(2000);
    texts[1999] = texts[1200]!;
    const data = tableOf(texts, { mood: labels(['a', 1000], ['b', 1000]) });
    expect(warningsOf(data, { split: { train: range(0, 1400), test: range(1400, 2000) } })).toEqual([]);
  });

  test('imbalance, by share and by ratio', () => {
    const skewed = tableOf(distinct(100), { mood: labels(['bad', 19], ['good', 81]) });
    expect(warningsOf(skewed)[0]).toBe(
      '81 % of the rows are "good" and 19 % are "bad": always answering "good" is right in 81 % of the cases, ' +
        'so read macro-F1 beside accuracy.',
    );
    const ratio = tableOf(distinct(300), { mood: labels(['a', 130], ['b', 145], ['c', 25]) });
    expect(warningsOf(ratio)[0]).toMatch(/^48 % of the rows are "b" and 8\.3 % are "c"/);
  });

  test('tiny classes are named', () => {
    const data = tableOf(distinct(60), { mood: labels(['a', 25], ['b', 30], ['c', 5]) });
    expect(warningsOf(data).join(' ')).toContain('fewer than 20 rows ("c" 5)');
  });

  test('a label column that is an id', () => {
    const data = tableOf(distinct(50), { mood: Array.from(range(0, 50), String) });
    expect(warningsOf(data)).toEqual(['"mood" has 50 classes in 50 rows: is it really a label?']);
  });

  test('the same text under two classes', () => {
    const texts = distinct(100);
    texts[99] = texts[0]!;
    const data = tableOf(texts, { mood: labels(['a', 50], ['b', 50]) });
    expect(warningsOf(data)).toEqual([
      '1 text occurs under more than one class: no classifier can be right about all of them.',
    ]);
  });

  test('many repeats', () => {
    const texts = distinct(100).map((text, i) => (i % 10 === 0 ? 'nothing new' : text));
    const data = tableOf(texts, { mood: labels(['a', 50], ['b', 50]) });
    expect(warningsOf(data).join(' ')).toContain('9 of 100 rows (9.0 %) repeat another row');
  });

  test('a small test is exploratory, and says what it cannot show', () => {
    const data = tableOf(distinct(240), { mood: labels(['a', 120], ['b', 120]) });
    const split = { train: range(0, 168), test: range(168, 240) };
    expect(warningsOf(data, { split, detectableDifference: 0.0812 })).toEqual([
      'Only 72 held-out items, fewer than 500: take the results as exploratory. ' +
        'Differences below 8.1 points of accuracy will not show.',
    ]);
  });

  test('bad rows', () => {
    const data = { ...tableOf(distinct(95), {}), badRows: { count: 5, shown: [] }, sourceRows: 100 };
    expect(warningsOf(data)).toEqual(['5 of 100 rows of the source (5.0 %) are bad and were left out.']);
  });

  test('a model that was not made for the script', () => {
    const data = tableOf(['很好用', 'good', 'fine', 'bad'], {});
    const model = { name: 'use-lite-512', scripts: ['latin'] as const };
    expect(warningsOf(data, { model })).toEqual([
      '25 % of the texts are written in a script (han) that use-lite-512 was not made for: ' +
        'their vectors say little about their meaning.',
    ]);
  });
});

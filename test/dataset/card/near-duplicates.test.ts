import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { findLeakage } from '../../../src/dataset/card/leakage.ts';
import { countNearDuplicates, createNearIndex } from '../../../src/dataset/card/near-duplicates.ts';
import { rankedTokenSets, tokensOf } from '../../../src/dataset/card/token-sets.ts';
import { groupByText } from '../../../src/dataset/duplicates.ts';

const count = (texts: readonly string[]) =>
  countNearDuplicates(rankedTokenSets(texts), groupByText(texts).groupOf);
const words = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `w${from + i}`).join(' ');

/** Jaccard similarity by its definition. */
function jaccard(a: Set<string>, b: Set<string>): number {
  const shared = [...a].filter((token) => b.has(token)).length;
  return shared / (a.size + b.size - shared);
}

describe('tokens', () => {
  test.each<[string, string[]]>([
    ["Don't PANIC, it's 5G!", ['don', 't', 'panic', 'it', 's', '5g']],
    ['很好用', ['很好', '好用']],
    ['iPhone很好，ＡＢＣ', ['iphone', '很好', 'abc']],
    ['好', ['好']],
    ['👍👍!', ['👍', '!']],
    ['とても良い', ['とて', 'ても', 'も良', '良い']],
    ['좋아요 정말', ['좋아요', '정말']],
  ])('of %s', (text, tokens) => {
    expect([...tokensOf(text)]).toEqual(tokens);
  });
});

test('the threshold is 0.9, on either side', () => {
  expect(count([words(0, 10), words(0, 9)])).toBe(1); // 9/10
  expect(count([words(0, 9), words(0, 8)])).toBe(0); // 8/9
  expect(count([`${words(0, 19)} a`, `${words(0, 19)} b`])).toBe(1); // 19/21
  expect(count([`${words(0, 17)} a`, `${words(0, 17)} b`])).toBe(0); // 17/19
});

test('punctuation and word order are near, equal texts are exact and not counted again', () => {
  expect(count(['Great phone!', 'great phone', 'phone great', ' GREAT  phone'])).toBe(2);
});

test('the index finds exactly what comparing every pair finds (property)', () => {
  const text = fc
    .array(fc.constantFrom(...'abcdefghijklmnopqrst'), { minLength: 1, maxLength: 24 })
    .map((letters) => letters.join(' '));
  const variants = fc
    .tuple(text, fc.array(fc.constantFrom(' u', ' v', ' w', '.'), { maxLength: 4 }))
    .map(([base, suffixes]) => [base, ...suffixes.map((suffix) => base + suffix)]);
  fc.assert(
    fc.property(fc.array(variants, { minLength: 1, maxLength: 20 }), (groups) => {
      const texts = groups.flat();
      const sets = rankedTokenSets(texts);
      const tokens = texts.map(tokensOf);
      const index = createNearIndex(sets);
      for (let row = 0; row < texts.length; row++) {
        const expected = tokens.slice(0, row).some((earlier) => jaccard(earlier, tokens[row]!) >= 0.9);
        expect(index.hasNear(row)).toBe(expected);
        index.add(row);
      }
    }),
    { numRuns: 150, seed: 4 },
  );
});

test('20,000 texts of common words: planted copies are found, all of them', () => {
  const random = createRandom(7);
  const word = () => `w${Math.floor(Math.exp(random.next() * Math.log(20_000)))}`;
  const texts = Array.from({ length: 20_000 }, () => Array.from({ length: 30 }, word).join(' '));
  for (let i = 0; i < 500; i++) {
    const copy = texts[i]!.split(' ');
    copy.push(`extra${i}`);
    texts[19_000 + i] = copy.join(' ');
  }
  expect(count(texts)).toBe(500);
});

test('20,000 texts of one template are found near at once', () => {
  const texts = Array.from({ length: 20_000 }, (_, i) => `${words(0, 30)} number${i}`);
  expect(count(texts)).toBe(19_999);
});

test('texts of the same few words are not counted rather than counted for minutes', () => {
  const random = createRandom(8);
  const texts = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 60 }, (_, i) => `v${i}`)
      .filter(() => random.next() < 0.8)
      .join(' '),
  );
  expect(count(texts)).toBeUndefined();
});

test('leakage counts held-out rows with a twin in the training part', () => {
  const texts = [
    'same text',
    `${words(0, 20)}`,
    'only here',
    'Same  TEXT',
    `${words(0, 20)} x`,
    'another one',
    'another one',
  ];
  const leakage = findLeakage(
    { train: Int32Array.of(0, 1, 2), test: Int32Array.of(3, 4, 5, 6) },
    groupByText(texts).groupOf,
    rankedTokenSets(texts),
  );
  expect(leakage).toEqual({ exact: 1, near: 1, testRows: 4 });
});

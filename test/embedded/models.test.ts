import { describe, expect, test } from 'vitest';
import { createHashNgramEncoder } from '../../src/embedded/models/hash-ngrams.ts';
import { EMBEDDED_MODELS, loadEmbeddedModel, modelEntry } from '../../src/embedded/models/model-table.ts';
import { cosine } from '../../src/server/probe/vector-agreement.ts';
import { norm } from './served.ts';

const TEXTS = [
  'The coffee was excellent and the staff was kind.',
  'Coffee: excellent. Staff: kind.',
  '配送很快，包装也很好。',
  'Schnell geliefert, gut verpackt!',
  '😀',
  '!',
  `${'A long review that does not want to end. '.repeat(60)}`,
  'x',
];
const rowsOf = (values: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));

describe.each(Object.keys(EMBEDDED_MODELS))('%s', (id) => {
  const model = loadEmbeddedModel(id);
  const { nativeDimensions } = model;
  const rows = rowsOf(model.embed(TEXTS), nativeDimensions);

  test('is what its card says', () => {
    expect(model).toMatchObject({
      id,
      nativeDimensions: EMBEDDED_MODELS[id as 'null-2560'].nativeDimensions,
    });
    expect(modelEntry(id).id).toBe(id);
    expect(rows).toHaveLength(TEXTS.length);
  });

  test('gives every text a vector of norm 1 ± 1e-5, also when it is cut to any width', () => {
    for (const row of rows) {
      expect(Math.abs(norm(row) - 1)).toBeLessThan(1e-5);
      for (const width of [1, 2, 8, 32, 100]) expect(norm(row.subarray(0, width))).toBeGreaterThan(0);
    }
  });

  test('gives a text the same bits alone, in any company and at any place', () => {
    const alone = TEXTS.map((text) => rowsOf(model.embed([text]), nativeDimensions)[0]!);
    expect(rows).toEqual(alone);
    expect(rowsOf(model.embed(TEXTS.toReversed()), nativeDimensions)).toEqual(alone.toReversed());
  });

  test('counts the tokens that it makes, and turns them back into the text’s words', () => {
    for (const text of TEXTS) {
      const tokens = model.tokenize(text);
      expect(model.countTokens(text)).toBe(tokens.length);
      expect(tokens.every((token) => token >= 0 && token < model.vocabularySize)).toBe(true);
    }
  });
});

describe('meaning', () => {
  const nearness = (id: string, a: string, b: string): number => {
    const model = loadEmbeddedModel(id);
    const [left, right] = rowsOf(model.embed([a, b]), model.nativeDimensions);
    return cosine(left!, right!);
  };

  test('the sentence encoder sees it, spelling does not', () => {
    const like = ['The food was delicious.', 'A very tasty meal.'] as const;
    const unlike = ['The food was delicious.', 'The phone was defective.'] as const;
    expect(nearness('use-lite-512', ...like)).toBeGreaterThan(nearness('use-lite-512', ...unlike) + 0.1);
    expect(nearness('hash-ngram-2560', ...like)).toBeLessThan(nearness('hash-ngram-2560', ...unlike));
  });

  test('the default model is the sentence encoder in front, spelling behind', () => {
    const whole = loadEmbeddedModel();
    const front = loadEmbeddedModel('use-lite-512');
    const back = createHashNgramEncoder(2048);
    for (const text of TEXTS) {
      const row = whole.embed([text]);
      const spelling = new Float32Array(2048);
      back.encode([{ text, tokens: [] }], spelling);
      expect(cosine(row.subarray(0, 512), front.embed([text]))).toBeGreaterThan(1 - 1e-7);
      expect(cosine(row.subarray(512), spelling)).toBeGreaterThan(1 - 1e-7);
    }
  });
});

describe('the sentence encoder', () => {
  const model = loadEmbeddedModel('use-lite-512');

  /** Tokens and components 0, 1, 2, 100, 300, 511, from a plain-JavaScript run of the published graph. */
  test.each([
    [
      'I like my phone.',
      [16, 60, 69, 825, 6],
      [-0.0527012, -0.0576212, 0.0490727, 0.0110507, -0.0575272, -0.0559516],
    ],
    [
      'The room was dirty and the staff rude, but breakfast was fine!',
      [34, 876, 33, 6159, 12, 9, 1702, 6200, 8, 41, 6321, 33, 839, 78],
      [0.0581164, -0.0114224, -0.0574861, 0.0482011, -0.0310301, 0.0645902],
    ],
    [
      '快递 ok 😀 naïve',
      [30, 0, 2303, 30, 0, 1216, 0, 105],
      [0.0460661, -0.0179643, -0.056819, -0.0547606, 0.0552594, 0.0569649],
    ],
  ])('gives what the published graph gives for %s', (text, tokens, components) => {
    expect(model.tokenize(text)).toEqual(tokens);
    const row = model.embed([text]);
    for (const [i, at] of [0, 1, 2, 100, 300, 511].entries()) expect(row[at]).toBeCloseTo(components[i]!, 5);
  });

  test('reads 128 tokens and no more, as it was published', () => {
    const long = 'word '.repeat(200);
    const [a, b] = rowsOf(model.embed([long, `${long} and a different end`]), 512);
    expect(a).toEqual(b);
    expect(model.countTokens(long)).toBeGreaterThan(200);
  });
});

describe('spelling', () => {
  const encode = (dimensions: number, text: string): Float32Array => {
    const row = new Float32Array(dimensions);
    createHashNgramEncoder(dimensions).encode([{ text, tokens: [] }], row);
    return row;
  };

  test('a likeness of words is a likeness of vectors, in any language', () => {
    const near = cosine(encode(2560, 'wonderful soup'), encode(2560, 'wonderful soups'));
    const far = cosine(encode(2560, 'wonderful soup'), encode(2560, 'broken charger'));
    expect(near).toBeGreaterThan(far + 0.4);
    const chinese = cosine(encode(2560, '快递很快'), encode(2560, '快递非常快'));
    expect(chinese).toBeGreaterThan(cosine(encode(2560, '快递很快'), encode(2560, '味道一般')) + 0.2);
  });

  test('case and compatibility forms do not matter', () => {
    expect(encode(64, 'ＣＡＦÉ Bar')).toEqual(encode(64, 'café bar'));
  });

  test('what holds no letters has a vector of its own', () => {
    expect(encode(64, '***')).not.toEqual(encode(64, '---'));
    expect(norm(encode(64, ''))).toBeCloseTo(1, 6);
  });

  test('a text without end is no trouble', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `w${i}`).join(' ');
    expect(norm(encode(2560, words))).toBeCloseTo(1, 5);
  });
});

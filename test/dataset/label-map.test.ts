import { expect, test } from 'vitest';
import { createLabelMap } from '../../src/dataset/label-map.ts';
import { className, labelKey, quoted } from '../../src/dataset/label-value.ts';

const stars = createLabelMap({ negative: [1, 2], neutral: ['3'], positive: [4, '5.0'] });

test.each([
  [4, 'positive'],
  ['4', 'positive'],
  ['4.0', 'positive'],
  [' 4 ', 'positive'],
  [5n, 'positive'],
  ['+3', 'neutral'],
  ['3e0', 'neutral'],
  [2, 'negative'],
  ['01', 'negative'],
])('%s stars are %s', (raw, name) => {
  expect(stars(raw)).toEqual({ kind: 'class', name });
});

test.each([[6], ['4 stars'], ['0x4'], ['four'], [true]])('%s is in no list', (raw) => {
  expect(stars(raw)).toEqual({ kind: 'unknown' });
});

test.each([[''], ['   '], [null], [undefined], [Number.NaN], [{ a: 1 }]])('%s is no label', (raw) => {
  expect(stars(raw)).toEqual({ kind: 'missing' });
});

test('strings are compared exactly, white space around them aside; booleans by their name', () => {
  const map = createLabelMap({ yes: ['very good', true], no: ['bad', 'false'] });
  expect(map(' very good ')).toEqual({ kind: 'class', name: 'yes' });
  expect(map('Very good')).toEqual({ kind: 'unknown' });
  expect(map('true')).toEqual({ kind: 'class', name: 'yes' });
  expect(map(false)).toEqual({ kind: 'class', name: 'no' });
});

test('a class may be called like a member of every object', () => {
  const map = createLabelMap({ constructor: ['a'], __proto__x: ['b'] });
  expect(map('a')).toEqual({ kind: 'class', name: 'constructor' });
  expect(map('toString')).toEqual({ kind: 'unknown' });
});

test('one raw value in two lists is refused', () => {
  expect(() => createLabelMap({ good: [4, 5], best: ['5.0'] })).toThrow(
    /gives "5.0" to "good" and to "best"/,
  );
});

test('without a map the value names the class; .0 from a table tool is dropped, leading zeros are not', () => {
  const map = createLabelMap(undefined);
  expect(['4.0', '4', 4, '007', '4.5', '  a b '].map(map)).toEqual(
    ['4', '4', '4', '007', '4.5', 'a b'].map((name) => ({ kind: 'class', name })),
  );
  expect(className('1.10')).toBe('1.10');
});

test('values in sentences are quoted, escaped and cut', () => {
  expect(quoted('a\n"b"')).toBe('"a\\n\\"b\\""');
  expect(Array.from(quoted('😀'.repeat(100)))).toHaveLength(62);
  expect(labelKey('4.')).toBe(labelKey(4));
});

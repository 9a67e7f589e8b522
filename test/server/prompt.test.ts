import { expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { promptTemplate } from '../../src/server/prompt.ts';

const TASK = 'Classify the sentiment';

test('Qwen3 models get the published layout, byte for byte', () => {
  const template = promptTemplate('Qwen/Qwen3-Embedding-4B');
  expect(template.apply(TASK, 'It broke.')).toBe('Instruct: Classify the sentiment\nQuery:It broke.');
});

test('documents of a retrieval task and texts without an instruction go raw', () => {
  const template = promptTemplate('Qwen3-Embedding-0.6B');
  expect(template.apply(TASK, 'It broke.', 'document')).toBe('It broke.');
  expect(template.apply(null, 'It broke.')).toBe('It broke.');
});

test('an unknown family gets the plain prefix, and the config overrides the family', () => {
  expect(promptTemplate('use-lite-hash-2560').apply(TASK, 'x')).toBe('Classify the sentiment x');
  expect(promptTemplate('Qwen3-Embedding-4B', 'prefix').apply(TASK, 'x')).toBe('Classify the sentiment x');
});

test('a template of the user keeps braces and dollars of instruction and text as they are', () => {
  const template = promptTemplate('m', '[{instruction}] {text}');
  expect(template.apply('a {text} $& b', '{instruction} $1')).toBe('[a {text} $& b] {instruction} $1');
});

test('a template without its places is refused with the mend', () => {
  expect(() => promptTemplate('m', 'Query: {text}')).toThrow(UsageError);
  expect(() => promptTemplate('m', '{instruction} {text} {text}')).toThrow(/\{text\} once/);
});

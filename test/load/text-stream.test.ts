import { expect, test } from 'vitest';
import { TextLedger } from '../../src/load/text-ledger.ts';
import { createTextStream, nonce, type TextStreamOptions } from '../../src/load/text-stream.ts';
import { promptTemplate } from '../../src/server/prompt.ts';

const TEXTS = Array.from({ length: 10 }, (_, i) => `text ${i}`);
const TASK = 'Classify it';

function stream(options: Partial<TextStreamOptions> = {}) {
  return createTextStream({
    texts: TEXTS,
    instruction: TASK,
    template: promptTemplate('qwen3-embedding'),
    cache: 'cold',
    batchSize: 4,
    seed: 1,
    trial: 0,
    firstNonce: 0,
    stride: 1,
    offset: 0,
    ...options,
  });
}

const take = (from: ReturnType<typeof stream>, requests: number): string[] =>
  Array.from({ length: requests }, () => from.next()).flat();
const bare = (prompts: readonly string[]): string[] =>
  prompts.map((prompt) => prompt.slice(prompt.indexOf('text ')));

test('cold prompts begin with their nonce, shared-instruction ones with the instruction', () => {
  expect(stream().next()[0]).toMatch(/^[b-z]{6} Instruct: Classify it\nQuery:text \d$/);
  expect(stream({ cache: 'shared-instruction' }).next()[0]).toMatch(
    /^Instruct: Classify it\nQuery:[b-z]{6} text \d$/,
  );
  expect(stream({ cache: 'shared-instruction', instruction: null }).next()[0]).toMatch(/^[b-z]{6} text \d$/);
});

test('every cell of a trial sends the same texts in the same order, each trial in another', () => {
  const small = bare(take(stream({ batchSize: 1 }), 20));
  expect(bare(take(stream({ batchSize: 4, firstNonce: 5000, instruction: null }), 5))).toEqual(small);
  expect(bare(take(stream({ trial: 1, batchSize: 1 }), 20))).not.toEqual(small);
  expect(new Set(small.slice(0, 10)).size).toBe(10);
});

test('threads of a trial share one stream without gap or overlap', () => {
  const alone = take(stream(), 6);
  const [a, b] = [0, 1].map((offset) => stream({ stride: 2, offset }));
  const together = [a!.next(), b!.next(), a!.next(), b!.next(), a!.next(), b!.next()].flat();
  expect(together).toEqual(alone);
});

test('no prompt of a run comes twice unless the cell is warm', () => {
  const ledger = new TextLedger();
  const cold = take(stream({ batchSize: 1 }), 50_000);
  expect(ledger.addTexts(cold)).toBe(0);
  expect(ledger.addTexts(take(stream({ batchSize: 8, firstNonce: 50_000 }), 1000))).toBe(0);
  expect(ledger.size).toBe(58_000);
  expect(ledger.addTexts(cold.slice(0, 10))).toBe(10);
  const warm = take(stream({ cache: 'warm', firstNonce: 100_000 }), 100);
  expect(new Set(warm).size).toBe(64);
  expect(ledger.addTexts(warm)).toBe(400 - 64);
});

test('nonces are distinct, of one length, and neighbours share no beginning', () => {
  const all = Array.from({ length: 200_000 }, (_, i) => nonce(i));
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((letters) => /^[bcdfghjklmnpqrstvwxz]{6}$/.test(letters))).toBe(true);
  const sameStart = all.filter((letters, i) => i > 0 && letters[0] === all[i - 1]![0]).length;
  expect(sameStart / all.length).toBeLessThan(0.1);
});

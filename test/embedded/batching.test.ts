import { afterAll, describe, expect, test } from 'vitest';
import { type BatchQueue, createBatchQueue, type EmbedJob } from '../../src/embedded/compute/batch-queue.ts';
import { parseExposition } from '../../src/server/metrics/exposition.ts';
import { ask, createServers, embeddings, vectorsOf } from './served.ts';

const servers = createServers();
afterAll(() => servers.stop());

const job = (...lengths: number[]): EmbedJob => ({
  texts: lengths.map((length, i) => ({ text: `text ${i}`, tokens: Array<number>(length).fill(7) })),
  rows: new Float32Array(0),
  next: 0,
  missing: lengths.length,
  addedMs: 0,
  takenMs: 0,
  resolve: () => undefined,
  reject: () => undefined,
});

describe('the queue', () => {
  const queueOf = (...jobs: EmbedJob[]): BatchQueue => {
    const queue = createBatchQueue({ maxTexts: 4, maxTokens: 100, clipTokens: 60 });
    for (const one of jobs) queue.add(one);
    return queue;
  };
  const taken = (queue: BatchQueue): number[][] => {
    const batches: number[][] = [];
    for (let batch = queue.take(); batch !== undefined; batch = queue.take())
      batches.push(batch.parts.map(({ count }) => count));
    return batches;
  };

  test('lets requests share a batch and splits large ones, first come, first served', () => {
    const queue = queueOf(job(1), job(1, 1), job(1, 1, 1, 1, 1, 1));
    expect(queue.waitingTexts()).toBe(9);
    expect(taken(queue)).toEqual([[1, 2, 1], [4], [1]]);
    expect(queue.waitingTexts()).toBe(0);
  });

  test('fills a batch up to its tokens; a longer text goes alone', () => {
    expect(taken(queueOf(job(50), job(50), job(10)))).toEqual([[1, 1], [1]]);
    expect(taken(queueOf(job(5000), job(40), job(10)))).toEqual([[1, 1], [1]]);
    const small = createBatchQueue({ maxTexts: 4, maxTokens: 10, clipTokens: 60 });
    small.add(job(50, 1));
    expect(taken(small)).toEqual([[1], [1]]);
  });

  test('never lets a later request pass an earlier one that does not fit', () => {
    expect(taken(queueOf(job(60), job(60, 1), job(1)))).toEqual([[1], [2, 1]]);
  });

  test('forgets what is left of a job that is dropped', () => {
    const large = job(1, 1, 1, 1, 1, 1);
    const queue = queueOf(large, job(1));
    queue.take();
    expect(queue.drop(large)).toBe(2);
    expect(queue.drop(large)).toBe(0);
    expect(taken(queue)).toEqual([[1]]);
  });
});

test('requests that wait go through the model together', async () => {
  const server = await servers.start({ model: 'use-lite-512', threads: 1 });
  const passes = async (): Promise<number> => {
    const { samples } = parseExposition((await ask(server, '/metrics')).text);
    return samples.find(({ name }) => name === 'dimsweep:forward_passes_total')!.value;
  };
  const texts = Array.from({ length: 64 }, (_, i) => `Review number ${i} was short.`);
  const alone: Float32Array[] = [];
  for (const text of texts.slice(0, 4)) alone.push(...vectorsOf(await embeddings(server, { input: text })));
  expect(await passes()).toBe(4);
  const together = await Promise.all(texts.map((input) => embeddings(server, { input })));
  expect((await passes()) - 4).toBeLessThan(32);
  expect(together.slice(0, 4).flatMap(vectorsOf)).toEqual(alone);
});

test('more texts than a batch holds come back in the order of the request', async () => {
  const server = await servers.here([], { model: 'hash-ngram-2560', threads: 2 });
  const texts = Array.from({ length: 150 }, (_, i) => `text number ${i} of many`);
  const all = vectorsOf(await embeddings(server, { input: texts, encoding_format: 'base64' }));
  for (const i of [0, 31, 32, 100, 149]) {
    expect(vectorsOf(await embeddings(server, { input: texts[i] }))).toEqual([all[i]]);
  }
});

import { describe, expect, test } from 'vitest';
import { createRerankCall } from '../../src/server/rerank.ts';
import { createAdminHttp } from '../../src/server/sglang/admin-http.ts';
import { systemClock } from '../../src/threads/system-clock.ts';
import { type ScriptedReply, startScriptedServer } from './sglang/scripted-server.ts';

const QUERY = 'kettle does not switch off';
const TEXTS = ['the lid is open', 'it comes in red', 'descale the base'];

/** What the call makes of one scripted answer, and the bodies that were sent. */
async function ask(path: string, reply: ScriptedReply, instruct?: string) {
  await using server = await startScriptedServer({ [`POST ${path}`]: reply });
  const http = createAdminHttp({
    baseUrl: server.baseUrl,
    apiKey: 'sk-reranker',
    timeoutMs: 2000,
    clock: systemClock,
  });
  const call = createRerankCall({
    http,
    model: 'Qwen/Qwen3-Reranker-4B',
    secrets: ['sk-reranker'],
    ...(instruct === undefined ? {} : { instruct }),
  });
  try {
    const scores = await call(QUERY, TEXTS);
    return { scores, sent: server.seen.at(-1)! };
  } finally {
    await http.close();
  }
}

describe('answers of the servers that people run', () => {
  test.each([
    [
      'SGLang, best first',
      '/v1/rerank',
      [
        [2, 0.9],
        [0, 0.7],
        [1, 0.1],
      ].map(([index, score]) => ({ index, score })),
    ],
    [
      'TEI, whose route and name of the texts are its own',
      '/rerank',
      [0.7, 0.1, 0.9].map((score, index) => ({ index, score })),
    ],
    [
      'vLLM, Jina and Cohere',
      '/v1/rerank',
      { results: [0.7, 0.1, 0.9].map((relevance_score, index) => ({ index, relevance_score })) },
    ],
  ])('%s', async (_, path, json) => {
    const { scores, sent } = await ask(path, { json });
    expect(scores).toEqual([0.7, 0.1, 0.9]);
    expect(sent.headers.authorization).toBe('Bearer sk-reranker');
    expect(JSON.parse(sent.body)).toEqual({
      model: 'Qwen/Qwen3-Reranker-4B',
      query: QUERY,
      documents: TEXTS,
      texts: TEXTS,
      return_documents: false,
    });
  });

  test('the task goes into the field that Qwen3-Reranker’s template reads', async () => {
    const json = [0, 1, 2].map((index) => ({ index, score: 0 }));
    const { sent } = await ask('/v1/rerank', { json }, 'find the remedy');
    expect(JSON.parse(sent.body)).toMatchObject({ instruct: 'find the remedy' });
  });
});

describe('what is no ranking is said', () => {
  test.each([
    ['no route at all', '/elsewhere', { json: [] }, 'the server has no rerank route'],
    [
      'a refusal, without the key in it',
      '/v1/rerank',
      { status: 400, json: { message: 'not a reranker (sk-reranker)' } },
      'HTTP 400: not a reranker (***)',
    ],
    [
      'a text without a score',
      '/v1/rerank',
      { json: [{ index: 0, score: 1 }] },
      '/v1/rerank gave no score for 2 of 3 texts',
    ],
    ['a body of another kind', '/v1/rerank', { text: 'ok' }, '/v1/rerank gave no score for 3 of 3 texts'],
    [
      'scores that are no numbers',
      '/v1/rerank',
      { json: [0, 1, 2].map((index) => ({ index, score: null })) },
      'no score for 3 of 3',
    ],
  ])('%s', async (_, path, reply, message) => {
    await expect(ask(path, reply as ScriptedReply)).rejects.toThrow(message);
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedServer } from '../../src/embedded/start.ts';
import { createServers, embeddings, vectorsOf } from './served.ts';

const INPUT = ['The room was spotless.', '房间很干净。'];
const KEY = 'sk-clients-test';
const servers = createServers();
let server: StartedServer;
let plain: Float32Array[];
beforeAll(async () => {
  server = await servers.start({ model: 'hash-ngram-2560', threads: 1, apiKey: KEY });
  plain = vectorsOf(await embeddings(server, { input: INPUT }, { authorization: `Bearer ${KEY}` }));
});
afterAll(() => servers.stop());

const sdk = (baseURL: string, apiKey = KEY) => new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const asFloat32 = ({ data }: OpenAI.CreateEmbeddingResponse) =>
  data.map(({ embedding }) => Float32Array.from(embedding));

describe('the OpenAI SDK', () => {
  test('gets the same vectors by default, where it asks for base64 without a word', async () => {
    const reply = await sdk(server.baseUrl).embeddings.create({ model: 'any', input: INPUT });
    expect(asFloat32(reply)).toEqual(plain);
    expect(reply.usage.prompt_tokens).toBe(reply.usage.total_tokens);
  });

  test('gets the same vectors as float', async () => {
    const reply = await sdk(server.baseUrl).embeddings.create({
      model: 'any',
      input: INPUT,
      encoding_format: 'float',
    });
    expect(asFloat32(reply)).toEqual(plain);
  });

  test('gets text to decode itself when it asks for base64', async () => {
    const { data } = await sdk(server.baseUrl).embeddings.create({
      model: 'any',
      input: INPUT,
      encoding_format: 'base64',
    });
    expect(data.every(({ embedding }) => typeof embedding === 'string')).toBe(true);
    expect(vectorsOf({ json: { data } } as never)).toEqual(plain);
  });

  test('gets as many dimensions as it asks for', async () => {
    const { data } = await sdk(server.baseUrl).embeddings.create({
      model: 'any',
      input: 'a',
      dimensions: 256,
    });
    expect(data[0]!.embedding).toHaveLength(256);
  });

  test('makes an error with the status of a refusal', async () => {
    const thrown: unknown = await sdk(server.baseUrl)
      .embeddings.create({ model: 'any', input: 'a', dimensions: 9999 })
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(APIError);
    expect(thrown).toMatchObject({ status: 400 });
  });

  test('is refused with a wrong key', async () => {
    const asking = sdk(server.baseUrl, 'sk-wrong').embeddings.create({ model: 'any', input: 'a' });
    await expect(asking).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test('lists the models and finds one', async () => {
    const client = sdk(server.baseUrl);
    const names: string[] = [];
    for await (const { id } of client.models.list()) names.push(id);
    expect(names).toEqual(['hash-ngram-2560']);
    expect(await client.models.retrieve('hash-ngram-2560')).toMatchObject({ owned_by: 'dimsweep' });
    await expect(client.models.retrieve('other')).rejects.toThrow("The model 'other' does not exist");
  });

  test('silently reads 640 wrong numbers from a server that ignores base64', async () => {
    const old = await servers.here(['ignore-encoding']);
    const { data } = await sdk(old.baseUrl).embeddings.create({ model: 'any', input: 'a' });
    expect(data[0]!.embedding).toHaveLength(640);
    expect(new Set(data[0]!.embedding)).toEqual(new Set([0]));
  });
});

test('curl gets the same vectors, chunked or with a length', async () => {
  const body = JSON.stringify({ model: 'any', input: INPUT });
  for (const extra of [[], ['-H', 'transfer-encoding: chunked'], ['--http1.0']]) {
    const { stdout } = await promisify(execFile)(
      'curl',
      [
        ...['-sS', '--fail-with-body', '-X', 'POST', '-H', 'content-type: application/json'],
        ...['-H', `authorization: Bearer ${KEY}`, '-d', body, ...extra, `${server.baseUrl}/embeddings`],
      ],
      { maxBuffer: 1 << 24 },
    );
    expect(vectorsOf({ json: JSON.parse(stdout) } as never)).toEqual(plain);
  }
});

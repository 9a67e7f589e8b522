import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedServer } from '../../src/embedded/embedded-server.ts';
import { ask, createServers, embeddings, post } from './served.ts';

const servers = createServers();
let server: EmbeddedServer;
beforeAll(async () => {
  server = await servers.here();
});
afterAll(() => servers.stop());

/** SGLang's flat body: not wrapped in `error`, so the OpenAI SDK finds none. */
const flat = (type: string, message: RegExp) => ({
  object: 'error',
  message: expect.stringMatching(message),
  type,
  param: null,
  code: 400,
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['an empty text', { input: '' }, /cannot be empty/],
  ['an empty list', { input: [] }, /cannot be empty/],
  ['a blank text', { input: ' \n\t' }, /empty or whitespace/],
  ['a blank text among others', { input: ['a', 'b', '  '] }, /index 2/],
  ['a negative token id', { input: [1, -2] }, /Token ID at index 1/],
  ['a negative token id in a list', { input: [[1], [3, -2]] }, /index 1 contains negative/],
  ['an empty list of ids', { input: [[1], []] }, /index 1 cannot be empty/],
  ['an id outside the vocabulary', { input: [1, 65_536] }, /vocab size \(65536\)/],
  ['a picture', { input: [{ image: 'data:' }] }, /text only/],
  ['dimensions 0', { input: 'a', dimensions: 0 }, /greater than 0/],
  ['negative dimensions', { input: 'a', dimensions: -5 }, /greater than 0/],
  ['dimensions beyond the model', { input: 'a', dimensions: 2561 }, /max embedding dimension: 2560/],
  ['one override without the other', { input: 'a', embed_overrides: [[1]] }, /given together/],
  [
    'overrides, which this model has not',
    { input: 'a', embed_overrides: [[1]], embed_override_token_id: 3 },
    /does not support/,
  ],
])('%s is a bad request', async (_, body, message) => {
  const { status, json } = await embeddings(server, body);
  expect(status).toBe(400);
  expect(json).toEqual(flat('BadRequestError', message));
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['no input', {}, /'missing'.*'input'/],
  ['an input of null', { input: null }, /'input'/],
  ['a number as input', { input: 3 }, /'input'/],
  ['an object as input', { input: { text: 'a' } }, /'input'/],
  ['a mixed list', { input: ['a', 3] }, /'input', 1/],
  ['a mixed list of ids', { input: [3, 'a'] }, /'input', 1/],
  ['fractions as ids', { input: [[1.5]] }, /'input', 0, 0/],
  ['booleans', { input: [true] }, /'input', 0/],
  ['a model of null', { input: 'a', model: null }, /'model'/],
  ['a number as user', { input: 'a', user: 7 }, /'user'/],
  ['text as dimensions', { input: 'a', dimensions: 'many' }, /'dimensions'/],
  ['a fraction as dimensions', { input: 'a', dimensions: 32.5 }, /'dimensions'/],
  ['a list as dimensions', { input: 'a', dimensions: [32] }, /'dimensions'/],
  ['an unknown encoding', { input: 'a', encoding_format: 'int8' }, /'literal_error'.*'encoding_format'/],
  ['an encoding of null', { input: 'a', encoding_format: null }, /'encoding_format'/],
  ['numbers as rid', { input: 'a', rid: [1] }, /'rid'/],
])('%s does not fit the schema: 400, where FastAPI would say 422', async (_, body, message) => {
  const { status, json } = await embeddings(server, body);
  expect(status).toBe(400);
  expect(json).toEqual(flat('Bad Request', message));
});

test.each([
  ['no JSON', '{"input": "a"', /JSON decode error/],
  ['not an object', '["a"]', /valid dictionary/],
  ['nothing', '', /JSON decode error/],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /JSON decode error/],
])('a body that is %s is refused', async (_, body, message) => {
  const headers = { 'content-type': 'application/json' };
  const { status, json } = await ask(server, '/v1/embeddings', { method: 'POST', headers, body });
  expect(status).toBe(400);
  expect(json).toEqual(flat('Bad Request', message));
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])(
  'the media type %s is refused with 400, not 415',
  async (type) => {
    const { status, json } = await embeddings(server, { input: 'a' }, { 'content-type': type });
    expect(status).toBe(400);
    expect(json).toEqual(flat('Bad Request', /Only 'application\/json' is allowed/));
  },
);

test('the encoding is looked at before the length, the length before the dimensions', async () => {
  const long = 'w '.repeat(32_768);
  const both = await embeddings(server, { input: long, encoding_format: 'int8', dimensions: 0 });
  expect(both.json.message).toContain('encoding_format');
  const rest = await embeddings(server, { input: long, dimensions: 0 });
  expect(rest.json.message).toContain('longer than the model');
});

test('a connection is used again after a refusal', async () => {
  for (let i = 0; i < 3; i++) expect((await embeddings(server, { input: '' })).status).toBe(400);
  expect((await embeddings(server, { input: 'a' })).status).toBe(200);
});

test('routes that are not there and methods that do not fit are FastAPI’s', async () => {
  expect(await ask(server, '/v1/nothing')).toMatchObject({ status: 404, json: { detail: 'Not Found' } });
  expect(await ask(server, '/v1/embeddings')).toMatchObject({
    status: 405,
    json: { detail: 'Method Not Allowed' },
  });
});

test('an unknown model’s page is OpenAI’s nested error', async () => {
  expect(await ask(server, '/v1/models/no-such')).toMatchObject({
    status: 404,
    json: {
      error: { message: "The model 'no-such' does not exist", param: 'model', code: 'model_not_found' },
    },
  });
});

test('native routes nest their errors', async () => {
  expect(await post(server, '/encode', {})).toMatchObject({ status: 400, json: { error: { message: /./ } } });
  expect(await post(server, '/encode', { text: 'a', dimensions: 9999 })).toMatchObject({
    status: 400,
    json: { error: { message: expect.stringContaining('2560') } },
  });
});

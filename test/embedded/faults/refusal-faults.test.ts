import { afterAll, describe, expect, test } from 'vitest';
import type { REFUSAL_FAULTS } from '../../../src/embedded/faults/refusal-faults.ts';
import { ask, createServers, embeddings } from '../served.ts';

const servers = createServers();
afterAll(() => servers.stop());

const INPUT = { input: 'a text', dimensions: 8 };

async function burst(fault: string, status: number, message: string): Promise<void> {
  const server = await servers.here([`${fault}:requests=2,every=5`]);
  const answers: Awaited<ReturnType<typeof embeddings>>[] = [];
  for (let i = 0; i < 10; i++) answers.push(await embeddings(server, INPUT));
  const period = [200, 200, 200, status, status];
  expect(answers.map((answer) => answer.status)).toEqual([...period, ...period]);
  expect(answers[3]!.json).toEqual({
    object: 'error',
    message,
    type: String(status),
    param: null,
    code: status,
  });
  expect(answers[3]!.headers.get('retry-after')).toBeNull();
}

async function refuses(fault: string, body: Record<string, unknown>, message: RegExp): Promise<void> {
  const server = await servers.here([fault]);
  const { status, json } = await embeddings(server, { input: 'a', ...body });
  expect(status).toBe(400);
  expect(json).toMatchObject({
    object: 'error',
    type: 'BadRequestError',
    message: expect.stringMatching(message),
  });
}

const EFFECTS = {
  'burst-503': {
    'refuses the last requests of every so many': () => burst('burst-503', 503, 'The request queue is full.'),
  },
  'burst-429': {
    'refuses the last requests of every so many': () => burst('burst-429', 429, 'Too many requests.'),
  },
  'queue-limit': {
    'refuses a request whose texts would not all find a place': async () => {
      const server = await servers.here(['queue-limit:texts=4'], { model: 'hash-ngram-2560' });
      const texts = ['a', 'b', 'c', 'd'];
      expect((await embeddings(server, { input: texts, dimensions: 8 })).status).toBe(200);
      const refused = await embeddings(server, { input: [...texts, 'e'], dimensions: 8 });
      expect(refused).toMatchObject({ status: 503, json: { type: '503', code: 503 } });
      expect((await ask(server, '/server_info')).json).toMatchObject({ max_queued_requests: 4 });
    },
    'comes out as 500 in old versions': async () => {
      const server = await servers.here(['sglang-old', 'queue-limit:texts=1'], { model: 'hash-ngram-2560' });
      expect(await embeddings(server, { input: ['a', 'b'] })).toMatchObject({
        status: 500,
        json: { type: 'InternalServerError', code: 500 },
      });
    },
  },
  'refuse-dimensions': {
    'also at the native width': () => refuses('refuse-dimensions', { dimensions: 2560 }, /matryoshka/),
    'answers without the field, and says so': async () => {
      const server = await servers.here(['refuse-dimensions']);
      expect((await embeddings(server, { input: 'a' })).json.data[0].embedding).toHaveLength(2560);
      const { json } = await ask(server, '/model_info');
      expect(json.embedding.supports_dimensions).toBe(false);
      expect((await ask(server, '/server_info')).json.json_model_override_args).toBe('{}');
    },
  },
  'refuse-base64': {
    'and answers float': async () => {
      await refuses('refuse-base64', { encoding_format: 'base64' }, /not supported/);
      const server = await servers.here(['refuse-base64']);
      expect((await embeddings(server, { ...INPUT, encoding_format: 'float' })).status).toBe(200);
    },
  },
  'generation-mode': {
    'names the flag': () => refuses('generation-mode', {}, /--is-embedding/),
    'stands in the information routes': async () => {
      const server = await servers.here(['generation-mode']);
      expect((await ask(server, '/model_info')).json).toMatchObject({
        is_generation: true,
        embedding: { enabled: false },
      });
      expect((await ask(server, '/server_info')).json.is_embedding).toBe(false);
    },
  },
} satisfies Record<keyof typeof REFUSAL_FAULTS, Record<string, () => Promise<void>>>;

describe.each(Object.entries(EFFECTS))('%s', (_, effects) => {
  test.each(Object.entries<() => Promise<void>>(effects))('%s', (__, effect) => effect());
});

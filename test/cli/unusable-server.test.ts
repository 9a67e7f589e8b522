import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmbeddedServer, startServerHere } from '../../src/embedded/embedded-server.ts';
import { dimsweep, folderForTests } from './dimsweep-process.ts';
import { runHere } from './in-process.ts';
import { settings, writeTinyConfig } from './tiny-config.ts';

const folder = folderForTests();
const KEY = 'sk-only-for-this-test-4711';
const servers: EmbeddedServer[] = [];

async function served(faults: string[], apiKey?: string): Promise<string> {
  const server = await startServerHere({
    ...{ model: 'hash-ngram-2560', host: '127.0.0.1', port: 0, threads: 1, faults },
    keys: { apiKey, adminApiKey: undefined },
  });
  servers.push(server);
  return server.baseUrl;
}

let plain: string;
let locked: string;
beforeAll(async () => {
  [plain, locked] = await Promise.all([served([]), served([], KEY)]);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

/** `${NAME}`, as a config takes it from the environment. */
const variable = (name: string) => `$\{${name}}`;

const run = (changes: Record<string, unknown>) =>
  runHere([
    ...['run', join(folder, writeTinyConfig(folder)), '--results', join(folder, 'results')],
    ...settings({ 'server.embedded': {}, ...changes }),
  ]);

describe('a server that cannot be used: exit 3, one sentence with its cause and its mend', () => {
  test('nobody listens', async () => {
    const { code, out, err } = await dimsweep(
      ['run', writeTinyConfig(folder), ...settings({ 'server.baseUrl': 'http://127.0.0.1:1/v1' })],
      { cwd: folder },
    );
    expect(err).toContain('dimsweep: no server answers at 127.0.0.1:1\n');
    expect(err).toContain('→ Start the server, check host and port in server.baseUrl');
    expect({ code, out }).toEqual({ code: 3, out: '' });
  });

  test.each([
    [
      'a wrong path',
      () => plain.replace('/v1', '/api'),
      {},
      /the server has no \/api\/embeddings .*→ Set server\.baseUrl to http:\/\/127\.0\.0\.1:\d+\/v1\./s,
    ],
    [
      'no key',
      () => locked,
      {},
      /the server wants an API key \(HTTP 401\).*→ Set server\.apiKey, best from the environment/s,
    ],
    [
      'a wrong key',
      () => locked,
      { 'server.apiKey': 'sk-wrong-4712' },
      /the server does not accept the API key \(HTTP 401\).*→ Check server\.apiKey/s,
    ],
    [
      'a model that generates text',
      () => served(['generation-mode']),
      {},
      /for generating text, not for embeddings.*→ Start SGLang with --is-embedding/s,
    ],
    [
      'refused dimensions',
      () => served(['refuse-dimensions']),
      {},
      /refuses the field dimensions, which the load pass needs for 1024.*→ Start the server with --json-model-override-args '\{"is_matryoshka": true\}'/s,
    ],
  ])('%s', async (_name, baseUrl, changes, sentence) => {
    const { code, out, err } = await run({ 'server.baseUrl': await baseUrl(), ...changes });
    expect(err).toMatch(sentence);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).not.toContain('sk-wrong-4712');
  });
});

test('refused dimensions do not stop a run that needs none: quality is cut from full vectors', async () => {
  const { code, err } = await run({
    'server.baseUrl': await served(['refuse-dimensions']),
    load: false,
    name: 'full-width-only',
  });
  expect(err).toContain('--json-model-override-args');
  expect(code).toBe(0);
});

test('keys and passwords stay out of everything that is written or printed', async () => {
  const echoing = createServer((request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: `bad key ${request.headers.authorization}`, code: 400 }));
  }).listen(0, '127.0.0.1');
  const port = await new Promise((resolve) =>
    echoing.once('listening', () => resolve((echoing.address() as AddressInfo).port)),
  );
  const config = writeTinyConfig(folder, {
    name: 'secrets',
    server: {
      baseUrl: `http://${variable('WHO')}@127.0.0.1:${variable('PORT')}/v1`,
      apiKey: variable('KEY'),
      headers: { 'x-team': variable('KEY') },
    },
    load: false,
  });
  const args = ['run', join(folder, config), '--results', join(folder, 'secret-results'), '--json'];
  const environment = { WHO: 'user:pass-4713', KEY, PORT: new URL(locked).port };
  const ran = await runHere(args, environment);
  expect(ran.code).toBe(0);
  const echoed = await runHere(args, { ...environment, PORT: String(port) });
  echoing.close();
  expect(echoed.code).toBe(3);

  const [runFolder] = readdirSync(join(folder, 'secret-results'));
  const written = readdirSync(join(folder, 'secret-results', runFolder!)).map((file) =>
    readFileSync(join(folder, 'secret-results', runFolder!, file), 'utf8'),
  );
  expect(written.length).toBeGreaterThanOrEqual(3);
  for (const text of [...written, ran.out, ran.err, echoed.err]) {
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('pass-4713');
  }
  expect(JSON.parse(ran.out)).toMatchObject({
    config: { server: { apiKey: '***', headers: { 'x-team': '***' } } },
  });
});

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ServerConfig } from '../../../src/config/server-config.ts';
import { ServerError } from '../../../src/core/errors.ts';
import { type Script, startScriptedServer } from '../sglang/scripted-server.ts';
import { lyingServer } from './lying-server.ts';
import { probe } from './probing.ts';

async function errorAt(baseUrl: string, server: Partial<ServerConfig> = {}): Promise<ServerError> {
  const thrown = await probe({ baseUrl, server }).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ServerError);
  return thrown as ServerError;
}

async function errorOf(
  script: Script,
  {
    base = (baseUrl: string) => baseUrl,
    ...server
  }: Partial<ServerConfig> & { base?: (url: string) => string } = {},
): Promise<ServerError> {
  await using started = await startScriptedServer(script);
  return await errorAt(base(started.baseUrl), server);
}

const embeddings = (reply: Script[string]): Script => ({ 'POST /v1/embeddings': reply });

describe('a server that answers, but not with embeddings', () => {
  test.each<[string, Script, Partial<ServerConfig>, RegExp, RegExp]>([
    [
      'wants a key',
      lyingServer({ apiKey: 'right' }),
      {},
      /wants an API key \(HTTP 401\)/,
      /server\.apiKey.*\$\{SGLANG_API_KEY\}/,
    ],
    [
      'wants another key',
      lyingServer({ apiKey: 'right' }),
      { apiKey: 'wrong-key' },
      /does not accept the API key/,
      /server\.apiKey/,
    ],
    ['forbids', embeddings({ status: 403, json: { error: 'Forbidden' } }), {}, /HTTP 403/, /server\.apiKey/],
    [
      'generates text',
      lyingServer({ generation: true }),
      {},
      /for generating text, not for embeddings/,
      /--is-embedding/,
    ],
    [
      'is still loading',
      embeddings({ status: 503, json: { object: 'error', message: 'Server is starting', code: 503 } }),
      {},
      /still loading, or shutting down \(HTTP 503: Server is starting\)/,
      /health route/,
    ],
    [
      'limits rates',
      embeddings({ status: 429, json: { error: { message: 'slow down' } } }),
      {},
      /slow down/,
      /Wait/,
    ],
    [
      'is a web page',
      embeddings({ text: '<html>welcome</html>', headers: { 'content-type': 'text/html; charset=utf-8' } }),
      {},
      /not JSON \(text\/html\)/,
      /web page/,
    ],
    [
      'answers other JSON',
      embeddings({ json: [[0.1, 0.2]] }),
      {},
      /JSON that is no list of embeddings/,
      /\/v1/,
    ],
    [
      'redirects',
      embeddings({ status: 308, headers: { location: 'https://user:pw@api.example/v1/embeddings' } }),
      {},
      /redirects .*api\.example/,
      /behind the redirect/,
    ],
    [
      'does not have the model (vLLM)',
      {
        ...embeddings({
          status: 404,
          json: { error: { message: 'The model `q` does not exist.', type: 'NotFoundError' } },
        }),
        'GET /v1/models': { json: { data: [{ id: 'Qwen/Qwen3-Embedding-0.6B' }, { id: 'other' }] } },
      },
      {},
      /does not serve the model Qwen\/Qwen3-Embedding-4B/,
      /one of: Qwen\/Qwen3-Embedding-0\.6B, other/,
    ],
    [
      'breaks',
      embeddings({ status: 500, json: { object: 'error', message: 'Internal server error: boom' } }),
      {},
      /refuses a plain embedding request \(HTTP 500: .*boom\)/,
      /log/,
    ],
  ])('%s', async (_, script, server, message, hint) => {
    const error = await errorOf(script, server);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(error.where).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/v1\/embeddings$/);
    expect(JSON.stringify([error.message, error.hint])).not.toMatch(/wrong-key|user:pw/);
  });

  test('lies elsewhere: /v1 is missing in the config', async () => {
    const error = await errorOf(lyingServer(), { base: (url) => url.replace(/\/v1$/, '') });
    expect(error.message).toMatch(/the server has no \/embeddings \(HTTP 404: Not Found\)/);
    expect(error.hint).toMatch(/^Set server\.baseUrl to http:\/\/127\.0\.0\.1:\d+\/v1\.$/);
  });

  test('lies elsewhere: the path is wrong', async () => {
    const error = await errorOf(lyingServer(), { base: (url) => url.replace('/v1', '/api') });
    expect(error.hint).toMatch(/\/v1\.$/);
  });

  test('lies nowhere', async () => {
    const error = await errorOf({});
    expect(error.message).toContain('has no /v1/embeddings');
    expect(error.hint).toContain('up to and with /v1');
  });
});

describe('no server', () => {
  test('nothing listens', async () => {
    const gone = await startScriptedServer({});
    await gone[Symbol.asyncDispose]();
    const error = await errorAt(gone.baseUrl);
    expect(error.message).toMatch(/^no server answers at 127\.0\.0\.1:\d+$/);
    expect(error.hint).toContain('Start the server');
  });

  test('the host does not exist', async () => {
    const error = await errorAt('http://no-such-host.invalid:30000/v1');
    expect(error.message).toBe('there is no host no-such-host.invalid');
  });

  async function withSocketServer(onData: (reply: (text: string) => void, close: () => void) => void) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () =>
        onData(
          (text) => socket.end(text),
          () => socket.destroy(),
        ),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await errorAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, {
        timeoutSeconds: 0.3,
      });
    } finally {
      server.close();
    }
  }

  test('something that is not HTTP', async () => {
    const error = await withSocketServer((reply) => reply('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(error.message).toMatch(/does not speak HTTP$/);
  });

  test('something that closes the connection', async () => {
    const error = await withSocketServer((_, close) => close());
    expect(error.message).toMatch(/closed the connection before its answer was complete$/);
    expect(error.hint).toContain('https://');
  });

  test('something that says nothing', async () => {
    const error = await withSocketServer(() => undefined);
    expect(error.message).toMatch(/did not answer within 0\.3 s$/);
  });

  test('TLS that is not trusted, and plain HTTP where TLS is expected', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dimsweep-tls-'));
    const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'].concat(
        ['-subj', '/CN=localhost', '-keyout', files.key, '-out', files.cert],
      ),
      { stdio: 'ignore' },
    );
    const server = createTlsServer({ key: readFileSync(files.key), cert: readFileSync(files.cert) });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const untrusted = await errorAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
    expect(untrusted.message).toMatch(/no TLS connection .*DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(untrusted.hint).toContain('NODE_EXTRA_CA_CERTS');
    server.close();

    await using plain = await startScriptedServer(lyingServer());
    const notTls = await errorAt(plain.baseUrl.replace('http:', 'https:'));
    expect(notTls.message).toContain('no TLS connection');
    expect(notTls.hint).toContain('http://');
    rmSync(folder, { recursive: true, force: true });
  });
});

import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { sdkMisreading } from '../../../src/server/probe/checks/encoding.ts';
import { renderProbeTable } from '../../../src/server/probe/probe-table.ts';
import { type Script, startScriptedServer } from '../sglang/scripted-server.ts';
import { lyingServer } from './lying-server.ts';
import { finding, probe } from './probing.ts';

const vllmMetrics = readFileSync(new URL('../metrics/fixtures/vllm.prom', import.meta.url), 'utf8');
const teiMetrics = readFileSync(new URL('../metrics/fixtures/tei.prom', import.meta.url), 'utf8');

/** Only the embedding route of the stand-in; everything else as the named server has it. */
function onlyEmbeddings(routes: Script): Script {
  return { 'POST /v1/embeddings': lyingServer()['POST /v1/embeddings']!, ...routes };
}

async function probed(script: Script) {
  await using server = await startScriptedServer(script);
  return await probe({ baseUrl: server.baseUrl });
}

test.each<[string, string | undefined, Script]>([
  [
    'vllm',
    '0.11.0',
    {
      'GET /v1/models': {
        json: { data: [{ id: 'Qwen/Qwen3-Embedding-4B', owned_by: 'vllm', max_model_len: 4096 }] },
      },
      'GET /version': { json: { version: '0.11.0' } },
      'GET /metrics': { text: vllmMetrics },
      'GET /health': { text: '' },
    },
  ],
  [
    'tei',
    '1.8.2',
    {
      'GET /info': {
        json: {
          model_id: 'Qwen/Qwen3-Embedding-4B',
          model_sha: 'abc',
          max_input_length: 4096,
          max_batch_tokens: 16384,
          auto_truncate: false,
          version: '1.8.2',
        },
      },
      'GET /metrics': { text: teiMetrics },
    },
  ],
  [
    'infinity',
    undefined,
    { 'GET /v1/models': { json: { data: [{ id: 'Qwen/Qwen3-Embedding-4B', owned_by: 'infinity' }] } } },
  ],
  [
    'ollama',
    '0.12.3',
    {
      'GET /api/version': { json: { version: '0.12.3' } },
      'GET /v1/models': { json: { data: [{ id: 'Qwen3-Embedding-4B', owned_by: 'library' }] } },
    },
  ],
  [
    'llama.cpp',
    'b6700-abc',
    {
      'GET /v1/models': { json: { data: [{ id: 'Qwen3-Embedding-4B', owned_by: 'llamacpp' }] } },
      'GET /props': { json: { build_info: 'b6700-abc', default_generation_settings: {} } },
      'POST /tokenize': { json: { tokens: [1, 2, 3] } },
    },
  ],
  [
    'openai',
    undefined,
    { 'GET /v1/models': { json: { data: [{ id: 'text-embedding-3-small', owned_by: 'openai-internal' }] } } },
  ],
])('recognises %s', async (software, version, routes) => {
  const block = await probed(onlyEmbeddings(routes));
  expect(block.software).toBe(software);
  expect(block.version).toBe(version);
  expect(block.capabilities.dimensions).toBe('honoured');
});

test('says so when a server does not let on', async () => {
  const block = await probed(onlyEmbeddings({}));
  expect(block.software).toBeUndefined();
  expect(finding(block, 'software').evidence).toContain('an unknown server');
  expect(finding(block, 'flags').verdict).toBe('unknown');
  expect(block.capabilities.routes).toEqual({});
});

test('finds a prefix cache by timing only where a server tells nothing, and labels it so', async () => {
  const seen = new Set<string>();
  const honest = lyingServer()['POST /v1/embeddings'] as Exclude<Script[string], { status?: number }>;
  const cached: Script = {
    'POST /v1/embeddings': (request) => {
      const known = seen.has(request.body);
      seen.add(request.body);
      return { ...honest(request), delayMs: known ? 1 : 80 };
    },
  };
  const on = await probed(cached);
  expect(on.capabilities.prefixCache).toBe('on');
  expect(finding(on, 'prefixCache').evidence).toMatch(/looks on, by timing only/);
  const off = await probed({ 'POST /v1/embeddings': (request) => ({ ...honest(request), delayMs: 10 }) });
  expect(off.capabilities.prefixCache).toBe('unknown');
  expect(finding(off, 'prefixCache').mend).toContain('--enable-metrics');
});

test('sdkMisreading says what the SDK really does with a float reply', async () => {
  await using server = await startScriptedServer(lyingServer({ native: 256, base64: 'ignored' }));
  const sdk = new OpenAI({ baseURL: server.baseUrl, apiKey: 'none', maxRetries: 0 });
  const misread = (await sdk.embeddings.create({ model: 'm', input: 'a text' })).data[0]!.embedding;
  const plain = (await sdk.embeddings.create({ model: 'm', input: 'a text', encoding_format: 'float' }))
    .data[0]!.embedding;
  expect(plain).toHaveLength(256);
  expect(misread).toHaveLength(64);
  expect(misread.every((value) => value === 0)).toBe(true);
  expect(sdkMisreading(plain)).toBe('silently misreads the reply: 256 numbers become 64, all zero');
});

test('the table shows every finding, wraps it, and lets no server steer the terminal', async () => {
  const block = await probed(lyingServer({ base64: 'ignored', dimensions: 'refused' }));
  const table = renderProbeTable(block, { width: 80 });
  for (const { title } of block.findings) expect(table).toContain(title);
  expect(table).toMatch(/✗ Field dimensions +refused at 32/);
  expect(table).toMatch(/→ --json-model-override-args/);
  expect(table.split('\n').every((line) => line.length <= 100)).toBe(true);
  const hostile = renderProbeTable({
    ...block,
    findings: [{ id: 'x', title: 'T', verdict: 'ok', evidence: 'a\u001b[2Jb\u202ec' }],
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not get through
  expect(hostile).not.toMatch(/\u001b|\u202e/);
});

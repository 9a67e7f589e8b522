import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseClaim } from '../../../src/compare/claims-grammar.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import { redactConfig } from '../../../src/config/redact-config.ts';
import { probeNeeds } from '../../../src/server/probe/probe-needs.ts';
import { promptTemplate } from '../../../src/server/prompt.ts';

const read = (name: string, environment: Record<string, string> = {}) =>
  readConfig(fileURLToPath(new URL(`../../../configs/${name}.yaml`, import.meta.url)), { environment })
    .config;

describe('sglang-qwen3-embedding-4b', () => {
  const config = read('sglang-qwen3-embedding-4b', { SGLANG_API_KEY: 'key-from-the-environment' });
  const command = config.server.launch!.command;

  test('starts SGLang with every flag that a sweep needs', () => {
    expect(command.slice(0, 3)).toEqual(['python3', '-m', 'sglang.launch_server']);
    expect(command).toEqual(
      expect.arrayContaining(['--is-embedding', '--disable-radix-cache', '--enable-metrics']),
    );
    const override = command[command.indexOf('--json-model-override-args') + 1]!;
    expect(JSON.parse(override)).toEqual({ is_matryoshka: true });
    expect(command).not.toContain('--allow-auto-truncate');
  });

  test('client and server agree on address, model and key', () => {
    const url = new URL(config.server.baseUrl);
    expect(command[command.indexOf('--port') + 1]).toBe(url.port);
    expect(command[command.indexOf('--host') + 1]).toBe(url.hostname);
    expect(command[command.indexOf('--model-path') + 1]).toBe(config.server.model);
    expect(command[command.indexOf('--api-key') + 1]).toBe(config.server.apiKey);
    expect(JSON.stringify(redactConfig(config))).not.toContain('key-from-the-environment');
  });

  test('sweeps 32 to 2560 and loads the widths that it names', () => {
    expect(config.axes.dimensions).toEqual([32, 64, 128, 256, 512, 1024, 1536, 2560]);
    expect(probeNeeds(config)).toEqual({ dimensions: [32, 512, 2560], encodings: ['float'] });
    expect(promptTemplate(config.server.model).apply('Task', 'text')).toBe('Instruct: Task\nQuery:text');
  });
});

test('vllm-qwen3-embedding-4b sweeps the same cells', () => {
  const sglang = read('sglang-qwen3-embedding-4b');
  const vllm = read('vllm-qwen3-embedding-4b');
  expect(vllm.axes).toEqual(sglang.axes);
  expect(vllm.load).toEqual(sglang.load);
  expect(vllm.server.launch?.command).toContain('--no-enable-prefix-caching');
});

test('openai-text-embedding-3 wants its key from the environment and loads nothing', () => {
  expect(() => read('openai-text-embedding-3')).toThrow('OPENAI_API_KEY is not set');
  const config = read('openai-text-embedding-3', { OPENAI_API_KEY: 'sk-test' });
  expect(probeNeeds(config)).toEqual({ dimensions: [], encodings: ['float'] });
});

test('article needs two lines changed to run on SGLang, and its claims can be read', () => {
  const file = fileURLToPath(new URL('../../../configs/article.yaml', import.meta.url));
  const { config } = readConfig(file, {
    environment: {},
    overrides: ['server.baseUrl=http://127.0.0.1:30000/v1', 'server.model=Qwen/Qwen3-Embedding-4B'],
  });
  const sentiment = config.axes.instruction['sentiment']!;
  expect(promptTemplate(config.server.model).apply(sentiment, '很好')).toBe(
    `Instruct: ${sentiment}\nQuery:很好`,
  );
  expect(config.claims.map((claim) => parseClaim(claim).text)).toHaveLength(8);
});

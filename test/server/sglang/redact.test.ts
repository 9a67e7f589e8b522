import { describe, expect, test } from 'vitest';
import { createScrubber, redactReply } from '../../../src/server/sglang/redact.ts';

/** The shape of SGLang's `/server_info`: its whole argument object, once flat and once per rank. */
const SERVER_INFO = {
  model_path: 'Qwen/Qwen3-Embedding-4B',
  tokenizer_path: 'Qwen/Qwen3-Embedding-4B',
  api_key: 'engine-K',
  admin_api_key: 'admin-K',
  hf_token: 'hf_abcdefghijklmnopqrst',
  ssl_keyfile_password: 'opensesame',
  ssl_keyfile: '/etc/key.pem',
  max_total_num_tokens: 374211,
  max_prefill_tokens: 16384,
  token_usage: 0.5,
  disable_radix_cache: false,
  served_model_name: 'q',
  password: 1234,
  model_loader_extra_config: '{"credentials": "s3", "secret_key": "abc"}',
  launch: ['python3', '-m', 'sglang.launch_server', '--api-key', 'engine-K', '--admin-api-key=admin-K'],
  redis: 'redis://worker:hunter2@cache:6379/0',
  command: 'sglang serve --api-key engine-K --port 30000',
  internal_states: [{ api_key: 'engine-K', nested: { deeper: [{ session_token: 'tok-1' }] } }],
};

describe('redactReply', () => {
  const redacted = redactReply(SERVER_INFO) as Record<string, unknown>;
  const text = JSON.stringify(redacted);

  test.each([
    'engine-K',
    'admin-K',
    'hf_abc',
    'opensesame',
    '1234',
    'hunter2',
    'worker',
    'tok-1',
    '"abc"',
    '\\"abc\\"',
  ])('hides %s', (secret) => expect(text).not.toContain(secret));

  test('keeps what people need', () => {
    expect(redacted).toMatchObject({
      model_path: 'Qwen/Qwen3-Embedding-4B',
      tokenizer_path: 'Qwen/Qwen3-Embedding-4B',
      max_total_num_tokens: 374211,
      max_prefill_tokens: 16384,
      token_usage: 0.5,
      disable_radix_cache: false,
      ssl_keyfile: '/etc/key.pem',
      command: 'sglang serve --api-key *** --port 30000',
      launch: ['python3', '-m', 'sglang.launch_server', '--api-key', '***', '--admin-api-key=***'],
    });
  });

  test('shows that there is no secret where there is none', () => {
    expect(redactReply({ api_key: null, admin_api_key: '', skip_tokenizer_init: false })).toEqual({
      api_key: null,
      admin_api_key: '',
      skip_tokenizer_init: false,
    });
  });

  test('hides a known secret wherever it stands', () => {
    expect(redactReply({ note: 'started with zebra-horse-42' }, ['zebra-horse-42'])).toEqual({
      note: 'started with ***',
    });
  });

  test('cuts off what nests without end and what is endlessly long', () => {
    let deep: unknown = 'bottom';
    for (let i = 0; i < 5000; i++) deep = [deep];
    expect(JSON.stringify(redactReply(deep)).length).toBeLessThan(200);
    expect(redactReply(Array(10_000).fill(1))).toHaveLength(500);
    expect((redactReply('x'.repeat(100_000)) as string).length).toBe(4000);
  });

  test('leaves the prototype alone', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "api_key": "k1234"}') as unknown;
    redactReply(hostile);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('createScrubber', () => {
  const scrub = createScrubber(['engine-key-1', 'EMPTY']);
  test.each([
    [
      "server_args=ServerArgs(model_path='m', api_key='other-key', port=1)",
      "server_args=ServerArgs(model_path='m', api_key=***, port=1)",
    ],
    ['ServerArgs(api_key=None, port=1)', 'ServerArgs(api_key=None, port=1)'],
    ['--api-key "two words" --port 1', '--api-key *** --port 1'],
    ['loading with engine-key-1 now', 'loading with *** now'],
    ['Authorization: Bearer abcdef123456', 'Authorization: Bearer ***'],
    ['GET https://user:pass@host/x failed', 'GET https://***:***@host/x failed'],
    ['HF_TOKEN=hf_0123456789abcdefghij', 'HF_TOKEN=***'],
    ['{"api_key": "k-1", "port": 1}', '{"api_key": ***, "port": 1}'],
    ['the placeholder EMPTY stays', 'the placeholder EMPTY stays'],
    ['max_total_num_tokens=374211, tokenizer_path=/m', 'max_total_num_tokens=374211, tokenizer_path=/m'],
  ])('%s', (line, expected) => expect(scrub(line)).toBe(expected));
});

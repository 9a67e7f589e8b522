import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/read-config.ts';
import { redactArguments, redactConfig } from '../../src/config/redact-config.ts';

test('no secret of the config survives, and nothing else changes', () => {
  const secret = 'hunter2';
  const config = parseConfig(
    `name: r
server:
  baseUrl: http://user:${secret}@10.0.0.1:30000/v1
  apiKey: ${secret}
  adminApiKey: ${secret}
  headers: { x-api-key: ${secret} }
  metricsUrl: http://10.0.0.1/metrics?api_key=${secret}&kind=kept
  dcgmUrl: http://user:${secret}@10.0.0.2:9400/metrics
  launch:
    command: [sh, -c, "KEY=${secret} sglang", --api-key, ${secret}, --tokenizer-path, kept, --admin-api-key=${secret}]
    environment: { HF_TOKEN: ${secret}, CUDA_VISIBLE_DEVICES: "0" }
dataset: { builtin: reviews }
axes: { dimensions: [32], serverArgs: { a: [--api-key, ${secret}] } }
cache: { url: "redis://:${secret}@127.0.0.1:6379/0" }
`,
    'r.yaml',
    { environment: {} },
  );
  const redacted = redactConfig(config);
  const text = JSON.stringify(redacted);
  expect(text).not.toContain(secret);
  expect(text).toContain('"kept"');
  expect(text).toContain('?api_key=***&kind=kept');
  expect(text).toContain('"CUDA_VISIBLE_DEVICES":"0"');
  expect(redacted).toMatchObject({ name: 'r', seed: 42, axes: { dimensions: [32] } });
});

test('flags whose names only contain a secret-like word are kept', () => {
  expect(redactArguments(['--max-total-tokens', '1000', '--tokenizer-mode=fast', '--hf-token', 'x'])).toEqual(
    ['--max-total-tokens', '1000', '--tokenizer-mode=fast', '--hf-token', '***'],
  );
});

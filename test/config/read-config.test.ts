import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/read-config.ts';
import { UsageError } from '../../src/core/errors.ts';

const MINIMAL = `name: reviews
server: { baseUrl: embedded }
dataset: { builtin: reviews }
axes: { dimensions: [32, 2560] }
`;

function complaintOf(
  text: string,
  options: { environment?: Record<string, string>; overrides?: string[] } = {},
): string {
  try {
    parseConfig(text, 'sweep.yaml', { environment: {}, ...options });
  } catch (error) {
    if (error instanceof UsageError) return [error.message, error.where].filter(Boolean).join(' @ ');
    throw error;
  }
  throw new Error('the config was accepted');
}

test('a minimal config gets every default', () => {
  const config = parseConfig(MINIMAL, 'sweep.yaml', { environment: {} });
  expect(config.server.model).toBe('use-lite-hash-2560');
  expect(config.axes.instruction).toEqual({ none: null });
  expect(config.quality).toMatchObject({ tasks: ['classification', 'clustering'], folds: 5, margin: 0.03 });
  expect(config.load).toMatchObject({ seconds: 5, trials: 3, cache: 'cold' });
  expect(config.seed).toBe(42);
});

test('JSON is a config as well', () => {
  const config = parseConfig(
    '{"name":"j","server":{"baseUrl":"http://127.0.0.1:30000/v1","model":"m"},"dataset":{"path":"a.csv"},"axes":{"dimensions":[8]}}',
    'sweep.json',
    { environment: {} },
  );
  expect(config.server.baseUrl).toBe('http://127.0.0.1:30000/v1');
});

test('every mistake is named at once, with line, column, value and what is allowed', () => {
  const message = complaintOf(`name: reviews
server: { baseUrl: embedded, modle: x }
dataset: { builtin: reviews }
axes:
  dimensions: [32, "a"]
  encoding: [base46]
quality:
  tasks: [clasification]
load: { seconds: -1 }
`);
  expect(message).toMatchInlineSnapshot(`
    "the config is wrong in 5 places:
      sweep.yaml:2:30 server.modle is not a known key; did you mean model? (known here: baseUrl, model, apiKey, adminApiKey, headers, instructionTemplate, timeoutSeconds, launch, metricsUrl, dcgmUrl, rerankBaseUrl, rerankModel, pid, embedded)
      sweep.yaml:5:20 axes.dimensions.1: "a" is not a number
      sweep.yaml:6:14 axes.encoding.0: "base46" is not one of float, base64; did you mean base64?
      sweep.yaml:8:11 quality.tasks.0: "clasification" is not one of classification, ordinal, clustering, zeroShot, sts, pairs, retrieval, rerank, fidelity; did you mean classification?
      sweep.yaml:9:18 load.seconds: -1 is too small: more than 0"
  `);
});

test('keys inside a union find their nearest name', () => {
  expect(complaintOf(`${MINIMAL}quality: { tasks: [{ task: sts, pth: x }] }\n`)).toContain(
    'sweep.yaml:5:33 quality.tasks.0.pth is not a known key; did you mean path?',
  );
});

test('broken YAML names its place', () => {
  expect(complaintOf('name: [\n')).toMatch(/^the config is not YAML: .* @ sweep\.yaml:\d+:\d+$/);
});

test('a dataset is either built in or a file', () => {
  expect(complaintOf(MINIMAL.replace('builtin: reviews', 'builtin: reviews, path: a.csv'))).toContain(
    'give either builtin or path',
  );
});

test('environment variables are substituted, typed and defaulted', () => {
  const text = `name: reviews
server:
  baseUrl: embedded
  apiKey: "\${KEY}"
  timeoutSeconds: \${TIMEOUT:-7}
dataset: { builtin: reviews }
axes:
  dimensions:
    - \${FIRST}
    - 64
`;
  const config = parseConfig(text, 'sweep.yaml', { environment: { KEY: '0123', FIRST: '32' } });
  expect(config.server.apiKey).toBe('0123');
  expect(config.server.timeoutSeconds).toBe(7);
  expect(config.axes.dimensions).toEqual([32, 64]);
});

test('an unset environment variable is named with its place', () => {
  expect(complaintOf(`name: "\${NOPE}"\n`)).toBe('the environment variable NOPE is not set @ sweep.yaml:1:7');
});

test('--set overrides, adds sections and switches passes off', () => {
  const config = parseConfig(MINIMAL, 'sweep.yaml', {
    environment: {},
    overrides: [
      'axes.batchSize=[1,4]',
      'load=false',
      'quality.map.method=tsne',
      'server.model=hash-ngram-2560',
    ],
  });
  expect(config.axes.batchSize).toEqual([1, 4]);
  expect(config.load).toBe(false);
  expect(config.quality).toMatchObject({ map: { method: 'tsne' } });
  expect(config.server.model).toBe('hash-ngram-2560');
});

test('a wrong override is blamed on the override, not on the file', () => {
  expect(complaintOf(MINIMAL, { overrides: ['axes.batchSize=[0]'] })).toBe(
    'the config is wrong: --set axes.batchSize.0: 0 is too small: at least 1',
  );
  expect(complaintOf(MINIMAL, { overrides: ['axes.batchSize'] })).toContain('is not a setting');
  expect(complaintOf(MINIMAL, { overrides: ['a=[1'] })).toContain('is not YAML');
});

test('a config cannot expand aliases without end', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nname: [*c,*c,*c]\n`;
  expect(() => parseConfig(bomb, 'sweep.yaml', { environment: {} })).toThrow(UsageError);
});

import { afterAll, describe, expect, test } from 'vitest';
import { ServerError } from '../../../src/core/errors.ts';
import type { Capabilities, Finding } from '../../../src/core/record/server-block.ts';
import type { ProbeNeeds } from '../../../src/server/probe/probe-check.ts';
import { finding, type ProbedBlock, probe } from '../../server/probe/probing.ts';
import { createServers } from '../served.ts';
import type { NamedBy } from './named-by.ts';

const MODEL = 'hash-ngram-2560';
const servers = createServers();
afterAll(() => servers.stop());

async function probed(
  fault: string,
  needs: Partial<ProbeNeeds> = {},
  timeoutSeconds = 20,
): Promise<ProbedBlock> {
  const { baseUrl } = await servers.here(fault === '' ? [] : [fault], { model: MODEL });
  return probe({ baseUrl, server: { model: MODEL, timeoutSeconds }, needs });
}

/** What the probe says: which finding, how grave, in which words, with which way out. */
interface Named {
  /** The fault with its settings, when the defaults do not show. */
  readonly written?: string;
  readonly finding: string;
  readonly verdict: Finding['verdict'];
  readonly evidence: RegExp;
  readonly mend?: RegExp;
  readonly capabilities?: Partial<Capabilities>;
}

/** A server that cannot be used at all: one sentence, and the way out. */
interface Refused {
  readonly written?: string;
  readonly needs?: Partial<ProbeNeeds>;
  readonly message: RegExp;
  readonly hint: RegExp;
}

const OLD_ROUTES = { modelInfo: '/get_model_info', serverInfo: '/get_server_info' };

const CASES = {
  'refuse-dimensions': [
    {
      finding: 'dimensions',
      verdict: 'problem',
      evidence: /refused at 32: HTTP 400: .*matryoshka/,
      mend: /is_matryoshka/,
      capabilities: { dimensions: 'refused' },
    },
    { needs: { dimensions: [64] }, message: /refuses the field dimensions.* 64 /, hint: /is_matryoshka/ },
  ],
  'refuse-base64': [
    {
      finding: 'encoding',
      verdict: 'note',
      evidence: /refused: HTTP 400/,
      mend: /\[float\]/,
      capabilities: { encodings: { float: true, base64: 'refused' } },
    },
    { finding: 'encoding.sdk', verdict: 'warning', evidence: /default request is refused/ },
  ],
  'generation-mode': [{ message: /for generating text, not for embeddings/, hint: /--is-embedding/ }],
  'ignore-dimensions': [
    {
      finding: 'dimensions',
      verdict: 'warning',
      evidence: /asked for 32, got 2560 with status 200/,
      mend: /11142/,
      capabilities: { dimensions: 'ignored' },
    },
  ],
  'no-renormalise': [
    {
      finding: 'dimensions.norm',
      verdict: 'warning',
      evidence: /0\.\d{4} to 0\.\d{4} at 32/,
      mend: /without normalising again/,
      capabilities: { dimensions: 'honoured', renormalised: false },
    },
  ],
  'ignore-encoding': [
    {
      finding: 'encoding',
      verdict: 'warning',
      evidence: /got JSON numbers with status 200/,
      mend: /32481/,
      capabilities: { encodings: { float: true, base64: 'ignored' } },
    },
    { finding: 'encoding.sdk', verdict: 'warning', evidence: /2560 numbers become 640, all zero/ },
  ],
  'auto-truncate': [
    {
      finding: 'length',
      verdict: 'warning',
      evidence: /cut without a word.* counts 8191 tokens/,
      mend: /--allow-auto-truncate/,
      capabilities: { overlongInput: 'truncated', maxInputTokens: 8191 },
    },
    { finding: 'flags.autoTruncate', verdict: 'warning', evidence: /allow_auto_truncate is true/ },
  ],
  'prefix-cache': [
    {
      finding: 'prefixCache',
      verdict: 'warning',
      evidence: /^on, by counters: 50 %/,
      mend: /--disable-radix-cache/,
      capabilities: { prefixCache: 'on' },
    },
  ],
  'prefix-cache-silent': [
    {
      written: 'prefix-cache-silent:tokenMs=0.1',
      finding: 'prefixCache',
      verdict: 'problem',
      evidence: /repeats are fast although the server tells of no cache/,
      mend: /do not trust/,
      capabilities: { prefixCache: 'on' },
    },
  ],
  'no-metrics': [
    {
      finding: 'metrics',
      verdict: 'note',
      evidence: /\/metrics does not answer/,
      mend: /--enable-metrics/,
    },
  ],
  'shuffled-index': [
    {
      finding: 'batch.order',
      verdict: 'warning',
      evidence: /vectors come back as \d, \d, \d, \d; their index is right/,
      mend: /sort by index/,
      capabilities: { indexOrder: 'shuffled' },
    },
    {
      written: 'shuffled-index:index=wrong',
      finding: 'batch.order',
      verdict: 'problem',
      evidence: /for other texts than their index says/,
      mend: /batchSize: \[1\]/,
    },
  ],
  nan: [
    {
      finding: 'width.values',
      verdict: 'problem',
      evidence: /vector 3 holds null/,
      mend: /bfloat16/,
    },
  ],
  'all-zero': [{ finding: 'width.values', verdict: 'problem', evidence: /vector 3 is all zero/ }],
  'wrong-length': [
    {
      finding: 'width.values',
      verdict: 'problem',
      evidence: /vector 3 has 2559 dimensions, the first one 2560/,
    },
  ],
  'swapped-rows': [
    {
      finding: 'batch.order',
      verdict: 'problem',
      evidence: /for other texts than their index says/,
      mend: /one text per request/,
    },
  ],
  'slow-serialisation': [
    {
      written: 'slow-serialisation:ms=40,pieces=2',
      finding: 'transfer',
      verdict: 'note',
      evidence: /the body is complete \d+ ms later/,
      mend: /clock stops at the head/,
    },
  ],
  'wrong-usage': [
    {
      finding: 'usage',
      verdict: 'problem',
      evidence: /usage says \d+ tokens, the server's tokenizer counts \d+/,
      mend: /do not compare or bill/,
      capabilities: { usageTokens: 'wrong' },
    },
    {
      written: 'wrong-usage:factor=0',
      finding: 'usage',
      verdict: 'problem',
      evidence: /prompt_tokens is 0 for 4 texts/,
    },
    {
      written: 'wrong-usage:mode=missing',
      finding: 'usage',
      verdict: 'note',
      evidence: /sends none/,
      capabilities: { usageTokens: 'absent' },
    },
  ],
  'sglang-old': [
    {
      finding: 'dimensions',
      verdict: 'warning',
      evidence: /asked for 32, got 2560/,
      mend: /a newer SGLang/,
      capabilities: { dimensions: 'ignored', encodings: { float: true, base64: 'ignored' } },
    },
    { finding: 'software', verdict: 'ok', evidence: /^sglang 0\.5\.2, serving hash-ngram-2560/ },
    {
      finding: 'routes',
      verdict: 'ok',
      evidence: /\/get_model_info, \/get_server_info/,
      capabilities: { routes: expect.objectContaining(OLD_ROUTES) },
    },
  ],
  'sglang-2025-10': [
    {
      finding: 'encoding',
      verdict: 'warning',
      evidence: /got JSON numbers/,
      capabilities: { dimensions: 'honoured', encodings: { float: true, base64: 'ignored' } },
    },
    { finding: 'software', verdict: 'ok', evidence: /^sglang 0\.5\.4/ },
  ],
  'sglang-2026-09': [
    {
      finding: 'software',
      verdict: 'ok',
      evidence: /^sglang 0\.5\.19/,
      capabilities: { dimensions: 'honoured', encodings: { float: true, base64: 'honoured' } },
    },
  ],
} satisfies Record<NamedBy<'probe'>, readonly (Named | Refused)[]>;

const all = Object.entries<readonly (Named | Refused)[]>(CASES).flatMap(([fault, cases]) =>
  cases.map((one) => ({ fault: one.written ?? fault, ...one })),
);

describe('the probe names', () => {
  const blocks = new Map<string, Promise<ProbedBlock>>();
  const probedOnce = (fault: string): Promise<ProbedBlock> => {
    if (!blocks.has(fault)) blocks.set(fault, probed(fault));
    return blocks.get(fault)!;
  };

  test.each(all.filter((one) => 'finding' in one))('$fault: $finding', async (named) => {
    const block = await probedOnce(named.fault);
    const found = finding(block, named.finding);
    expect(found.evidence).toMatch(named.evidence);
    expect(found.verdict).toBe(named.verdict);
    if (named.mend !== undefined) expect(found.mend).toMatch(named.mend);
    if (named.capabilities !== undefined) expect(block.capabilities).toMatchObject(named.capabilities);
  });

  test.each(all.filter((one) => 'message' in one))(
    '$fault, where it cannot be measured at all',
    async ({ fault, needs, message, hint }) => {
      const error: unknown = await probed(fault, needs).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ServerError);
      expect((error as ServerError).message).toMatch(message);
      expect((error as ServerError).hint).toMatch(hint);
    },
  );
});

test('a server without a fault has nothing to be said against it', async () => {
  const { findings, capabilities } = await probed('', {
    dimensions: [32, 512],
    encodings: ['float', 'base64'],
  });
  expect(findings.filter(({ verdict }) => verdict === 'warning' || verdict === 'problem')).toEqual([]);
  expect(capabilities).toMatchObject({
    nativeDimensions: 2560,
    dimensions: 'honoured',
    renormalised: true,
    encodings: { float: true, base64: 'honoured' },
    instructionField: 'dropped',
    indexOrder: 'input',
    batchInvariance: { maxAbsDifference: 0 },
    determinism: { maxAbsDifference: 0 },
    maxInputTokens: 8191,
    overlongInput: 'refused',
    prefixCache: 'off',
    usageTokens: 'present',
  });
});

test.concurrent.each([
  ['burst-503:requests=2,every=12', /http503 \d+×/],
  ['burst-429:requests=2,every=12', /http429 \d+×/],
  ['reset-mid-body:nth=9', /reset \d+×/],
  ['truncated-body:nth=9', /(truncated|reset) \d+×/],
  ['truncated-body:length=short,nth=9', /malformed \d+×/],
])('%s is met and got over: the probe says so', async (fault, evidence) => {
  expect(finding(await probed(fault), 'steadiness')).toMatchObject({
    verdict: 'warning',
    evidence: expect.stringMatching(evidence),
  });
});

test.concurrent.each([
  ['hang', /did not answer within 1 s/, /look at its log/],
  ['reset-mid-body', /closed the connection before its answer was complete/, /Look at its log/],
  ['truncated-body', /closed the connection before its answer was complete/, /Look at its log/],
  ['truncated-body:length=short', /JSON that cannot be read/, /cut long answers/],
])('%s from the first request on is an error that says it', async (fault, message, hint) => {
  const error: unknown = await probed(fault, {}, 1).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServerError);
  expect((error as ServerError).message).toMatch(message);
  expect((error as ServerError).hint).toMatch(hint);
});

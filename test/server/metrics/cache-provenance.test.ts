import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  cachedShareOf,
  cacheProvenance,
  serverMeanMs,
} from '../../../src/server/metrics/cache-provenance.ts';
import { createCounterTally } from '../../../src/server/metrics/counter-tally.ts';
import { parseExposition } from '../../../src/server/metrics/exposition.ts';
import { metricsFinding } from '../../../src/server/metrics/metrics-finding.ts';

const fixture = (name: string) =>
  parseExposition(readFileSync(new URL(`fixtures/${name}.prom`, import.meta.url), 'utf8'));

/** Everything the fixture counted since the server's birth. */
function countersOf(name: string) {
  const tally = createCounterTally();
  tally.take({ samples: [], malformedLines: 0 });
  tally.take(fixture(name));
  return tally.increases();
}

const sglang = (cached: number | undefined, prompt = 1000) => ({
  'sglang:prompt_tokens_total': prompt,
  ...(cached === undefined ? {} : { 'sglang:cached_tokens_total': cached }),
});

describe('cachedShareOf', () => {
  test('sums SGLang’s cache sources', () => {
    expect(cachedShareOf(countersOf('sglang-new'))).toBeCloseTo(1000 / 12000, 12);
  });

  test('reads an absent SGLang counter as no hit yet', () => {
    expect(cachedShareOf(countersOf('sglang-old'))).toBe(0);
  });

  test('uses vLLM’s pair', () => {
    expect(cachedShareOf(countersOf('vllm'))).toBe(0.8);
  });

  test('does not guess for a server that counts no tokens', () => {
    expect(cachedShareOf(countersOf('tei'))).toBeUndefined();
    expect(cachedShareOf({})).toBeUndefined();
    expect(cachedShareOf({ 'llamacpp:prompt_tokens_total': 100 })).toBeUndefined();
  });

  test('falls back to the tokens that were computed', () => {
    expect(
      cachedShareOf({
        'sglang:prompt_tokens_total': 1000,
        'sglang:uncached_prompt_tokens_histogram_sum': 400,
      }),
    ).toBeCloseTo(0.6, 12);
  });
});

describe('cacheProvenance', () => {
  test.each([
    ['cold', undefined, 'agrees'],
    ['cold', 9, 'agrees'],
    ['cold', 11, 'contradicts'],
    ['cold', 900, 'contradicts'],
    ['warm', 900, 'agrees'],
    ['warm', 400, 'contradicts'],
    ['warm', undefined, 'contradicts'],
    ['shared-instruction', 340, 'agrees'],
    ['shared-instruction', undefined, 'agrees'],
    ['shared-instruction', 360, 'contradicts'],
  ] as const)('%s with %s of 1000 tokens cached: %s', (mode, cached, state) => {
    const provenance = cacheProvenance({ mode, counters: sglang(cached), instructionShare: 0.3 });
    expect(provenance.state).toBe(state);
    expect(provenance.cachedShare).toBe((cached ?? 0) / 1000);
  });

  test('is unverified without counters, unless the server has no prefix cache', () => {
    expect(cacheProvenance({ mode: 'cold', counters: {} }).state).toBe('unverified');
    expect(cacheProvenance({ mode: 'cold', counters: {}, prefixCache: 'off' }).state).toBe('agrees');
    expect(cacheProvenance({ mode: 'warm', counters: {}, prefixCache: 'off' }).state).toBe('contradicts');
  });
});

test('serverMeanMs divides seconds by texts', () => {
  expect(serverMeanMs(countersOf('sglang-old'))).toBeCloseTo((1230.88 / 61544) * 1000, 9);
  expect(serverMeanMs(countersOf('vllm'))).toBeCloseTo(20, 9);
  expect(serverMeanMs({})).toBeUndefined();
});

describe('metricsFinding', () => {
  test('is content with SGLang, old and new, and with vLLM', () => {
    for (const name of ['sglang-old', 'sglang-new', 'vllm']) {
      expect(metricsFinding(fixture(name), '/metrics').verdict).toBe('ok');
    }
  });

  test('names the flag when the route is missing', () => {
    expect(metricsFinding(undefined, '/metrics').mend).toContain('--enable-metrics');
  });

  test('says which names are missing when they have changed', () => {
    const renamed = fixture('sglang-new').samples.map((sample) => ({ ...sample, name: `${sample.name}_v2` }));
    const finding = metricsFinding({ samples: renamed, malformedLines: 0 }, '/metrics');
    expect(finding.verdict).toBe('warning');
    expect(finding.evidence).toContain('prompt tokens, running requests, waiting requests');
  });

  test('says when the page is something else', () => {
    const finding = metricsFinding(parseExposition('<html>\n<body>hello</body>'), '/metrics');
    expect(finding).toMatchObject({ verdict: 'warning' });
    expect(finding.evidence).toContain('not in the Prometheus text format');
  });

  test('accepts SGLang names with an underscore', () => {
    const renamed = fixture('sglang-old').samples.map((s) => ({ ...s, name: s.name.replace(':', '_') }));
    expect(metricsFinding({ samples: renamed, malformedLines: 0 }, '/metrics').verdict).toBe('ok');
  });
});

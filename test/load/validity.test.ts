import { expect, test } from 'vitest';
import type { LoadCell } from '../../src/core/cell.ts';
import { type SummaryContext, summariseCell } from '../../src/load/load-row.ts';
import type { TrialFacts } from '../../src/load/trial-facts.ts';
import { backToBack, CLOSED, facts, OPEN, part, samplesOf, type Written } from './sample-fixtures.ts';

const WINDOW = { openMs: 0, closeMs: 1000 };
const GOOD = backToBack(100, 10);

function verdict(
  overrides: Partial<TrialFacts>,
  options: {
    cell?: LoadCell;
    requests?: Written[];
    steady?: boolean;
    context?: Partial<SummaryContext>;
  } = {},
) {
  const { cell = CLOSED, requests = GOOD, steady = true, context } = options;
  const parts = [part(samplesOf(requests, WINDOW), facts(WINDOW, overrides), steady)];
  const { validity } = summariseCell(cell, parts, { errorBudget: 0.01, ...context });
  return { verdict: validity.verdict, codes: validity.reasons.map(({ code }) => code), validity };
}

test('a cell in which nothing went wrong is valid', () => {
  expect(verdict({})).toMatchObject({ verdict: 'valid', codes: [] });
});

const failing = (outcome: Written['outcome'], count: number): Written[] =>
  GOOD.map((request, i) => (i < count ? { ...request, outcome: outcome! } : request));

test.each<[string, 'suspect' | 'invalid', Partial<TrialFacts>, Parameters<typeof verdict>[1]]>([
  ['errorBudget', 'invalid', {}, { requests: failing('http503', 2) }],
  ['badVectors', 'suspect', {}, { requests: failing('badVector', 1) }],
  ['noAnswers', 'invalid', {}, { requests: failing('refused', 100) }],
  ['tooFewSamples', 'invalid', {}, { requests: GOOD.slice(0, 4) }],
  ['encodingIgnored', 'invalid', {}, { cell: { ...CLOSED, encoding: 'base64' } }],
  ['encodingIgnored', 'invalid', { vectors: { checked: 100, base64: 1 } }, {}],
  ['vectorDrift', 'suspect', { sentinelCosineMin: 0.998 }, {}],
  ['vectorDrift', 'invalid', { sentinelCosineMin: 0.9 }, {}],
  ['textReuse', 'invalid', { reusedTexts: 1 }, {}],
  [
    'cacheContradiction',
    'invalid',
    {},
    { context: { cache: { state: 'contradicts', message: 'warm after all' } } },
  ],
  ['clientSaturated', 'suspect', { eventLoopUtilisation: 0.8 }, {}],
  ['clientSaturated', 'invalid', { eventLoopUtilisation: 0.99 }, {}],
  ['nearCeiling', 'suspect', { ceilingRequestsPerSecond: 180 }, {}],
  ['nearCeiling', 'invalid', { ceilingRequestsPerSecond: 120 }, {}],
  ['eventLoopDelay', 'suspect', { eventLoopDelayP99Ms: 20 }, {}],
  ['eventLoopDelay', 'invalid', { eventLoopDelayP99Ms: 120 }, {}],
  ['sendLateness', 'suspect', { latenessMs: { p50: 0, p99: 6, n: 9 }, dueInWindow: 100 }, { cell: OPEN }],
  ['sendLateness', 'invalid', { latenessMs: { p50: 0, p99: 60, n: 9 }, dueInWindow: 100 }, { cell: OPEN }],
  ['rateNotSustained', 'suspect', { dueInWindow: 120 }, { cell: OPEN }],
  ['decodingBehind', 'suspect', { heldMs: 10 }, {}],
  ['decodingBehind', 'invalid', { heldMs: 200 }, {}],
  ['unsteady', 'suspect', {}, { steady: false }],
  [
    'stalled',
    'suspect',
    {},
    { requests: [...backToBack(50, 10), { due: 500, service: 400 }, ...GOOD.slice(90)] },
  ],
  ['newSockets', 'suspect', { newSockets: 1 }, {}],
  ['littlesLaw', 'suspect', { meanInFlight: 1.05 }, {}],
  ['littlesLaw', 'invalid', { meanInFlight: 1.2 }, {}],
  ['garbageCollection', 'suspect', { gcMs: 150 }, {}],
  ['foreignCpu', 'suspect', { foreignCpuFraction: 0.4 }, {}],
  ['interrupted', 'suspect', { cancelled: true }, {}],
])('%s makes a cell %s', (code, expected, overrides, options) => {
  const found = verdict(overrides, options);
  expect(found.codes).toContain(code);
  expect(found.verdict).toBe(expected);
});

test('a client that was late in one trial of several is doubted, in most of them it is no clock', () => {
  const trials = (delays: readonly number[]) =>
    summariseCell(
      CLOSED,
      delays.map((eventLoopDelayP99Ms) =>
        part(samplesOf(GOOD, WINDOW), facts(WINDOW, { eventLoopDelayP99Ms })),
      ),
      { errorBudget: 0.01 },
    ).validity;
  expect(trials([1, 400, 1])).toEqual({
    verdict: 'suspect',
    reasons: [{ code: 'eventLoopDelay', message: 'timers of the client thread ran up to 400 ms late (p99)' }],
  });
  expect(trials([400, 1, 400]).verdict).toBe('invalid');
});

test('what belongs to a mode is no reason to doubt it', () => {
  expect(verdict({ reusedTexts: 99 }, { cell: { ...CLOSED, cache: 'warm' } }).codes).toEqual([]);
  expect(verdict({ newSockets: 3 }, { cell: { ...CLOSED, transport: 'openai' } }).codes).toEqual([]);
  expect(verdict({ newSockets: 3, dueInWindow: 100 }, { cell: OPEN }).codes).toEqual([]);
  expect(verdict({}, { context: { cache: { state: 'unverified', message: '' } } }).codes).toEqual([]);
});

test('requests that straddle an end of the window and time-outs do not break Little’s law', () => {
  // One request in flight all the time; the last one began in the window and ended long behind it.
  const straddling: Written[] = [...backToBack(80, 10), { due: 800, service: 5000 }];
  expect(verdict({}, { requests: straddling }).codes).toEqual([]);
  const timedOut = [...backToBack(80, 10), { due: 800, outcome: 'timeout' as const }];
  expect(verdict({ timeoutMs: 150, meanInFlight: 0.95 }, { requests: timedOut }).codes).toEqual([
    'errorBudget',
  ]);
  const unknown = [...backToBack(80, 10), { due: 800, outcome: 'reset' as const }];
  expect(verdict({ meanInFlight: 3 }, { requests: unknown }).codes).toEqual(['errorBudget']);
});

test('grave reasons come first, and failures speak in the words of the server', () => {
  const { validity } = verdict(
    { cancelled: true, messages: { http503: 'HTTP 503: queue full' } },
    { requests: failing('http503', 50) },
  );
  expect(validity.reasons.map(({ code }) => code)).toEqual(['errorBudget', 'interrupted']);
  expect(validity.reasons[0]?.message).toBe(
    '50 % of the requests failed, the budget is 1.0 %: HTTP 503: queue full',
  );
});

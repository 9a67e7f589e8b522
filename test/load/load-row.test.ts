import { expect, test } from 'vitest';
import { loadRowSchema } from '../../src/core/record/load-row.ts';
import { summariseCell } from '../../src/load/load-row.ts';
import { backToBack, CLOSED, facts, OPEN, part, samplesOf, type Written } from './sample-fixtures.ts';

const CONTEXT = { errorBudget: 0.01 };
const WINDOW = { openMs: 1000, closeMs: 3000 };

test('latency comes from requests that start and end in the window, throughput from what ends in it', () => {
  const requests: Written[] = [
    { due: 900, service: 150 },
    ...Array.from({ length: 10 }, (_, i) => ({ due: 1100 + i * 150, service: 100 + i })),
    { due: 2950, service: 100 },
  ];
  const row = summariseCell(CLOSED, [part(samplesOf(requests, WINDOW), facts(WINDOW))], CONTEXT);
  expect(row.latencyMs.service).toMatchObject({ n: 10, min: 100, max: 109, p50: 104 });
  expect(row.throughput.requestsPerSecond).toBe(11 / 2);
  expect(row.throughput.tokensPerSecond).toBe(33 / 2);
  expect(row.throughput.bytesPerSecond).toBe(1100 / 2);
  expect(row.requests).toEqual({ sent: 11, ok: 11, failed: {} });
  expect(loadRowSchema.parse(row)).toEqual(row);
});

test('the two clocks: service from sending, response from when the request was due', () => {
  const requests = Array.from({ length: 100 }, (_, i) => ({
    due: 1000 + i * 10,
    sent: 1000 + i * 10 + i,
    service: 5,
  }));
  const row = summariseCell(
    OPEN,
    [part(samplesOf(requests, WINDOW), facts(WINDOW, { dueInWindow: 100 }))],
    CONTEXT,
  );
  expect(row.latencyMs.service).toMatchObject({ p50: 5, p95: 5, max: 5 });
  expect(row.latencyMs.response).toMatchObject({ p50: 54, p95: 99, max: 104 });
  expect(row.latencyMs.headers?.p50).toBeCloseTo(4.5, 9);
  expect(row.latencyMs.decoded?.p50).toBeCloseTo(5.5, 9);
  expect(row.decodeMs?.p50).toBeCloseTo(0.5, 9);
});

test('trials pool raw samples: a percentile is never a mean of percentiles', () => {
  const window = { openMs: 0, closeMs: 10_000 };
  const slow = part(samplesOf(backToBack(100, 90), window), facts(window));
  const fast = part(samplesOf(backToBack(400, 10), window), facts(window));
  const row = summariseCell(CLOSED, [slow, fast], CONTEXT);
  expect(row.latencyMs.service).toMatchObject({ n: 500, p50: 10, p90: 90, p99: 90 });
  expect(row.trials.map((trial) => trial.serviceP50Ms)).toEqual([90, 10]);
  expect(row.throughput.requestsPerSecond).toBe(500 / 20);
});

test('a time-out counts at its limit among all requests, and not among the answered ones', () => {
  const window = { openMs: 0, closeMs: 5000 };
  const requests: Written[] = [
    ...backToBack(90, 10),
    ...Array.from({ length: 8 }, (_, i) => ({ due: 1000 + i, sent: 1002 + i, outcome: 'timeout' as const })),
    { due: 1500, service: 20, outcome: 'http503' },
    { due: 1600, outcome: 'reset' },
  ];
  const row = summariseCell(
    CLOSED,
    [part(samplesOf(requests, window), facts(window, { timeoutMs: 700 }))],
    CONTEXT,
  );
  expect(row.latencyMs.service).toMatchObject({ n: 90, max: 10 });
  expect(row.latencyMs.all).toMatchObject({ n: 99, p90: 10, p95: 702, max: 702 });
  expect(row.requests).toEqual({ sent: 100, ok: 90, failed: { timeout: 8, http503: 1, reset: 1 } });
  expect(row.validity.reasons.map(({ code }) => code)).toContain('errorBudget');
});

test('answers that come behind the window count among all requests only', () => {
  const window = { openMs: 0, closeMs: 1000 };
  const requests = [
    ...backToBack(50, 10),
    ...Array.from({ length: 50 }, (_, i) => ({ due: 500 + i, service: 900 })),
  ];
  const row = summariseCell(CLOSED, [part(samplesOf(requests, window), facts(window))], CONTEXT);
  expect(row.latencyMs.service.max).toBe(10);
  expect(row.latencyMs.all).toMatchObject({ n: 100, max: 900 });
});

test('goodput counts requests within the limit of the highest percentile', () => {
  const window = { openMs: 0, closeMs: 10_000 };
  const requests = [
    ...backToBack(80, 10),
    ...Array.from({ length: 20 }, (_, i) => ({ due: 2000 + i, service: 300 })),
  ];
  const slo = { p50Ms: 5, p95Ms: 200, errorShare: 0 };
  const row = summariseCell(CLOSED, [part(samplesOf(requests, window), facts(window))], { ...CONTEXT, slo });
  expect(row.goodput).toEqual({ share: 0.8, requestsPerSecond: 8 });
});

test('the timeline follows the windows one behind the other', () => {
  const window = { openMs: 100, closeMs: 1100 };
  const early = samplesOf(
    Array.from({ length: 100 }, (_, i) => ({ due: 100 + i * 10, service: 3 })),
    window,
  );
  const late = samplesOf(
    Array.from({ length: 100 }, (_, i) => ({ due: 100 + i * 10, service: 7 })),
    window,
  );
  const row = summariseCell(CLOSED, [part(early, facts(window)), part(late, facts(window))], CONTEXT);
  expect(row.timeline).toHaveLength(60);
  expect(row.timeline?.[0]).toEqual([0, 3, 4]);
  expect(row.timeline?.at(-1)?.[0]).toBeCloseTo(1 + 29 / 30, 9);
  expect(row.timeline?.at(-1)?.[1]).toBe(7);
  expect(row.ecdfMs).toHaveLength(101);
});

test("Little's law compares what was counted with what the samples say", () => {
  const window = { openMs: 0, closeMs: 1000 };
  const samples = samplesOf(backToBack(100, 10), window);
  const honest = summariseCell(CLOSED, [part(samples, facts(window))], CONTEXT);
  expect(honest.client.littlesLaw).toEqual({ inFlight: 1, predicted: 0.99 });
  expect(honest.validity).toEqual({ verdict: 'valid', reasons: [] });
  const lying = summariseCell(CLOSED, [part(samples, facts(window, { meanInFlight: 1.4 }))], CONTEXT);
  expect(lying.validity).toMatchObject({ verdict: 'invalid', reasons: [{ code: 'littlesLaw' }] });
});

test('a trial that never opened its window leaves a row that says so', () => {
  const { window: _, ...closed } = facts(WINDOW, {
    cancelled: true,
    messages: { refused: 'no connection: nobody there' },
  });
  const samples = samplesOf([{ due: 0, outcome: 'refused' }], WINDOW);
  const row = summariseCell(CLOSED, [part(samples, closed, false)], CONTEXT);
  expect(loadRowSchema.parse(row)).toEqual(row);
  expect(row.validity.verdict).toBe('invalid');
  expect(row.validity.reasons[0]).toMatchObject({ code: 'noAnswers' });
});

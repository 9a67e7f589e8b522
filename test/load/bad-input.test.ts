import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadCell } from '../../src/core/cell.ts';
import { type StartedServer, startEmbeddedServer } from '../../src/embedded/start.ts';
import { createLoadEngine, type LoadEngine } from '../../src/load/load-engine.ts';
import { summariseCell } from '../../src/load/load-row.ts';
import { openZoo, type Zoo } from '../server/transports/zoo.ts';
import { openCell, outcomeCounts, type Scene, trialRequest } from './engine-scene.ts';
import { CLOSED } from './sample-fixtures.ts';

let engine: LoadEngine;
let zoo: Zoo;
const started: StartedServer[] = [];

beforeAll(async () => {
  engine = createLoadEngine({ firstNonce: 0 });
  zoo = await openZoo();
});
afterAll(async () => {
  await engine.close();
  await zoo.close();
  await Promise.all(started.map((server) => server.stop()));
});

async function measured(cell: LoadCell, faults: readonly string[], scene: Scene = {}) {
  const server = await startEmbeddedServer({ model: 'null-2560', threads: 1, faults });
  started.push(server);
  const result = await engine.measureTrial(trialRequest(server.baseUrl, { ...scene, cell }));
  return { result, row: summariseCell(cell, [result], { errorBudget: 0.01 }) };
}

test.each([undefined, 4])('a rate that the server cannot meet is said so (cap %s)', async (concurrency) => {
  const cell = openCell(300, concurrency === undefined ? {} : { concurrency });
  const { result, row } = await measured(cell, ['service:ms=10,slots=1']);
  const reason = row.validity.reasons.find(({ code }) => code === 'rateNotSustained');
  expect(reason?.message).toMatch(
    /^rate not sustained: [\d.]+ of [\d.]+ requests\/s were answered; the latencies depend on how long the window is$/,
  );
  // Everything that was due is answered for all that, and its latency counts the wait.
  expect(row.requests).toEqual({ sent: result.facts.dueInWindow, ok: result.facts.dueInWindow, failed: {} });
  expect(row.latencyMs.all?.n).toBe(result.facts.dueInWindow);
  expect(row.throughput.requestsPerSecond).toBeLessThanOrEqual(100 + 1 / result.trial.seconds);
});

test('a rate that nobody can meet has no more requests in flight than a client can hold', async () => {
  const cell = openCell(20_000);
  const target = { model: 'hang', timeoutMs: 300 };
  const result = await engine.measureTrial(trialRequest(zoo.baseUrl, { cell, target }));
  const { samples, facts } = result;
  expect(facts.meanInFlight).toBeLessThanOrEqual(2048);
  expect(outcomeCounts(samples)).toEqual({ timeout: samples.length });
  expect(samples.sentMs.filter(Number.isNaN).length).toBeGreaterThan(0);
  const row = summariseCell(cell, [result], { errorBudget: 0.01 });
  expect(row.validity.verdict).toBe('invalid');
});

test('a window that is too short for its load says which setting to change', async () => {
  const { row } = await measured(openCell(1), ['service:ms=1'], { load: { seconds: 0.06 } });
  expect(row.requests).toEqual({ sent: 0, ok: 0, failed: {} });
  expect(row.validity.verdict).toBe('invalid');
  expect(row.validity.reasons[0]).toEqual({
    code: 'noAnswers',
    message: 'no request was due in the windows: they are too short for this load; lengthen load.seconds',
  });
});

test('a window that is too short for any percentile says how many requests it held', async () => {
  const { row } = await measured(CLOSED, ['service:ms=40'], { load: { seconds: 0.15 } });
  expect(row.requests.ok).toBeGreaterThan(0);
  expect(row.validity.verdict).toBe('invalid');
  expect(row.validity.reasons[0]).toEqual({
    code: 'tooFewSamples',
    message: `${row.latencyMs.service.n} requests started and ended in the windows: too few for any percentile; lengthen load.seconds`,
  });
});

test('a server that stopped answering before the window is quoted', async () => {
  const cell = { ...CLOSED, concurrency: 2 };
  const target = { model: 'hang', timeoutMs: 250 };
  const load = { warmupSeconds: 0.26, seconds: 0.06 };
  const { samples, facts, trial } = await engine.measureTrial(
    trialRequest(zoo.baseUrl, { cell, target, load }),
  );
  const row = summariseCell(cell, [{ samples, facts, trial }], { errorBudget: 0.01 });
  expect(row.validity.reasons[0]?.message).toBe('no request was answered: no complete answer within 250 ms');
});

test('a first nonce far up counts like any other', async () => {
  const far = createLoadEngine({ firstNonce: Number.MAX_SAFE_INTEGER / 2 ** 20 });
  const target = { model: 'good' };
  const cell = { ...CLOSED, dimensions: 3, concurrency: 2 };
  const { facts, trial } = await far.measureTrial(trialRequest(zoo.baseUrl, { cell, target }));
  await far.close();
  expect(trial.ok).toBe(trial.sent);
  expect(facts.reusedTexts).toBe(0);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENCODINGS, TRANSPORTS } from '../../src/core/axes.ts';
import type { LoadCell } from '../../src/core/cell.ts';
import type { FailureKind } from '../../src/core/outcome.ts';
import { type StartedServer, startEmbeddedServer } from '../../src/embedded/start.ts';
import { createLoadEngine, type LoadEngine } from '../../src/load/load-engine.ts';
import { summariseCell } from '../../src/load/load-row.ts';
import type { TrialResult } from '../../src/load/trial-result.ts';
import { type Animal, openZoo, type Zoo } from '../server/transports/zoo.ts';
import { answeredTexts, openCell, outcomeCounts, trialRequest } from './engine-scene.ts';
import { CLOSED } from './sample-fixtures.ts';

/** Requests that repeat a few of the window's texts when it is over. */
const ALONE = 8;
let engine: LoadEngine;
let zoo: Zoo;
let steady: StartedServer;
const started: StartedServer[] = [];

beforeAll(async () => {
  engine = createLoadEngine({ firstNonce: 0 });
  zoo = await openZoo();
  steady = await start(['service:ms=4']);
});
afterAll(async () => {
  await engine.close();
  await zoo.close();
  await Promise.all(started.map((server) => server.stop()));
});

async function start(faults: readonly string[]): Promise<StartedServer> {
  const server = await startEmbeddedServer({ model: 'null-2560', threads: 1, faults });
  started.push(server);
  return server;
}

function rowOf(cell: LoadCell, result: TrialResult) {
  return summariseCell(cell, [result], { errorBudget: 0.01 });
}

const loops: [string, LoadCell][] = [
  ['a closed loop', { ...CLOSED, concurrency: 3 }],
  ['constant arrivals', openCell(100)],
  ['Poisson arrivals', openCell(100, { arrivals: 'poisson' })],
  ['gamma arrivals', openCell(100, { arrivals: 'gamma' })],
  ['Poisson arrivals with a cap', openCell(100, { arrivals: 'poisson', concurrency: 2 })],
];
const routes = TRANSPORTS.flatMap((transport) => ENCODINGS.map((encoding) => ({ transport, encoding })));
const shorter = { seconds: 0.2, warmupSeconds: 0 };

describe.each(loops)('%s', (name, loop) => {
  // Each loop over each transport; encodings take turns.
  const turn = loops.findIndex(([its]) => its === name);
  test.each(routes.filter((_, i) => (i + (i >> 1) + turn) % 2 === 0))(
    'every request over $transport as $encoding is sent once and answered once',
    async (route) => {
      const before = await answeredTexts(steady.baseUrl);
      const cell = { ...loop, ...route, batchSize: 2, dimensions: 64 };
      const result = await engine.measureTrial(trialRequest(steady.baseUrl, { cell, load: shorter }));
      const { samples, facts } = result;
      expect(outcomeCounts(samples)).toEqual({ ok: samples.length });
      expect(facts.vectors).toMatchObject({
        checked: samples.length * 2,
        base64: route.encoding === 'base64' ? samples.length * 2 : 0,
      });
      // The server answered the samples and the few repeats behind the window, and nothing else.
      const repeats = (await answeredTexts(steady.baseUrl)) - before - samples.length * 2;
      expect(repeats).toBeGreaterThanOrEqual(2);
      expect(repeats).toBeLessThanOrEqual(2 * ALONE);
      expect(facts.sentinelCosineMin).toBeCloseTo(1, 6);
      const { requests, validity } = rowOf(cell, result);
      expect(requests).toEqual({ sent: requests.ok, ok: requests.ok, failed: {} });
      const codes = validity.reasons.map(({ code }) => code);
      for (const code of ['conservation', 'littlesLaw', 'encodingIgnored', 'vectorDrift', 'textReuse']) {
        expect(codes).not.toContain(code);
      }
      if (cell.arrivals !== 'closed') expect(requests.sent).toBe(facts.dueInWindow);
    },
  );
});

test.each(routes)('stamps over $transport as $encoding are in order', async (route) => {
  const cell = { ...openCell(200), ...route };
  const { samples } = await engine.measureTrial(trialRequest(steady.baseUrl, { cell }));
  for (let row = 0; row < samples.length; row++) {
    const { intendedMs, sentMs, headersMs, lastByteMs, decodedMs } = samples;
    const stamps = [intendedMs, sentMs, headersMs, lastByteMs, decodedMs].map((column) => column[row]!);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    // An exact service time is what the client sees at least.
    expect(lastByteMs[row]! - sentMs[row]!).toBeGreaterThanOrEqual(4);
  }
});

const animals: [Animal, FailureKind, string][] = [
  ['full', 'http503', 'HTTP 503: queue full'],
  ['limited', 'http429', 'HTTP 429: slow down'],
  ['broken', 'http5xx', 'HTTP 500: boom'],
  ['resetAtOnce', 'reset', 'the connection was closed before an answer'],
  ['truncated', 'truncated', 'the body ended before its announced length'],
  ['notJson', 'malformed', 'the body is not JSON'],
  ['good', 'badVector', 'vectors of 3 dimensions came back, 32 were asked for'],
];
describe.each(TRANSPORTS)('%s', (transport) => {
  test.each(animals)(
    'a server that is %s: every request is an outcome of its kind',
    async (animal, kind, said) => {
      const before = zoo.requests.length;
      const cell = { ...CLOSED, transport, concurrency: 2 };
      const target = { model: animal };
      const result = await engine.measureTrial(
        trialRequest(zoo.baseUrl, { cell, target, load: { seconds: 0.15 } }),
      );
      expect(outcomeCounts(result.samples)).toEqual({ [kind]: result.samples.length });
      expect(result.samples.length).toBeGreaterThan(0);
      expect(zoo.requests.length - before).toBe(result.samples.length);
      const { requests, validity } = rowOf(cell, result);
      expect(requests).toEqual({ sent: requests.sent, ok: 0, failed: { [kind]: requests.sent } });
      expect(validity.verdict).toBe('invalid');
      expect(validity.reasons[0]?.code).toBe('noAnswers');
      expect(validity.reasons[0]?.message).toContain(said);
    },
  );
});

test('failures among answers are counted exactly, each under its kind', async () => {
  const server = await start([
    'service:ms=1',
    'burst-503:requests=1,every=10',
    'burst-429:requests=1,every=15',
    'reset-mid-body:nth=21',
    'truncated-body:nth=22',
    'nan:nth=26',
  ]);
  const cell = { ...CLOSED, concurrency: 1 };
  const result = await engine.measureTrial(trialRequest(server.baseUrl, { cell, load: { seconds: 0.5 } }));
  // A loop of one sends its requests in the order of the samples; what the first fault refuses the second never sees.
  const expected: Record<string, number> = {};
  for (let [n, admitted] = [1, 0]; n <= result.samples.length; n++) {
    if (n % 10 > 0) admitted++;
    const kinds: readonly [boolean, string][] = [
      [n % 10 === 0, 'http503'],
      [admitted % 15 === 0, 'http429'],
      [n % 21 === 0 || n % 22 === 0, 'broken off'],
      [n % 26 === 0, 'badVector'],
    ];
    const kind = kinds.find(([happens]) => happens)?.[1] ?? 'ok';
    expected[kind] = (expected[kind] ?? 0) + 1;
  }
  // A reset that arrives together with data looks like an early end (libuv reports the end first).
  const { reset = 0, truncated = 0, ...counted } = outcomeCounts(result.samples);
  expect({ ...counted, 'broken off': reset + truncated }).toEqual(expected);
  const { requests, validity, latencyMs } = rowOf(cell, result);
  const failed = Object.values(requests.failed).reduce((sum, count) => sum + (count ?? 0), 0);
  expect(requests.sent).toBe(requests.ok + failed);
  // Answers with an error took time, too, and broken ones never had a last byte.
  expect(latencyMs.all?.n).toBe(
    requests.ok +
      (requests.failed.http503 ?? 0) +
      (requests.failed.http429 ?? 0) +
      (requests.failed.badVector ?? 0),
  );
  expect(validity.reasons.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['errorBudget', 'badVectors']),
  );
});

test('an unreachable server is refused, and its slots rest between attempts', async () => {
  const gone = await openZoo();
  await gone.close();
  const cell = { ...CLOSED, concurrency: 2 };
  const result = await engine.measureTrial(trialRequest(gone.baseUrl, { cell }));
  const { length } = result.samples;
  expect(outcomeCounts(result.samples)).toEqual({ refused: length });
  // Two slots, one attempt each per 50 ms at most.
  const { closeMs } = result.facts.window!;
  expect(length).toBeLessThanOrEqual(2 * (Math.ceil(closeMs / 50) + 1));
  expect(rowOf(cell, result).validity.reasons[0]?.message).toContain('ECONNREFUSED');
});

describe('time-outs', () => {
  test('a server that hangs: every request counts at the limit', async () => {
    const cell = { ...CLOSED, concurrency: 2 };
    const target = { model: 'hang', timeoutMs: 60 };
    const result = await engine.measureTrial(trialRequest(zoo.baseUrl, { cell, target }));
    expect(outcomeCounts(result.samples)).toEqual({ timeout: result.samples.length });
    const { latencyMs, requests } = rowOf(cell, result);
    expect(requests.failed).toEqual({ timeout: requests.sent });
    expect(latencyMs.service.n).toBe(0);
    expect(latencyMs.all).toMatchObject({ n: requests.sent });
    expect(latencyMs.all?.min).toBeCloseTo(60, 6);
    expect(latencyMs.all?.max).toBeCloseTo(60, 6);
  });

  test('what was due and could not be sent has timed out, and its clock ran', async () => {
    const cell = openCell(50, { concurrency: 1 });
    const target = { model: 'hang', timeoutMs: 100 };
    const result = await engine.measureTrial(trialRequest(zoo.baseUrl, { cell, target }));
    const { samples, facts } = result;
    expect(outcomeCounts(samples)).toEqual({ timeout: samples.length });
    const unsent = samples.sentMs.filter(Number.isNaN).length;
    expect(unsent).toBeGreaterThan(0);
    const { latencyMs, requests } = rowOf(cell, result);
    expect(requests.sent).toBe(facts.dueInWindow);
    expect(latencyMs.all?.n).toBe(requests.sent);
    expect(latencyMs.all?.min).toBeGreaterThanOrEqual(100 - 1e-6);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadCell } from '../../src/core/cell.ts';
import { createRandom } from '../../src/core/random.ts';
import { type StartedServer, startEmbeddedServer } from '../../src/embedded/start.ts';
import { createTimetable, type OpenArrivals } from '../../src/load/arrivals.ts';
import { createLoadEngine, type LoadEngine } from '../../src/load/load-engine.ts';
import { summariseCell } from '../../src/load/load-row.ts';
import { answeredTexts, openCell, trialRequest } from './engine-scene.ts';
import { CLOSED } from './sample-fixtures.ts';

let engine: LoadEngine;
let steady: StartedServer;
const started: StartedServer[] = [];

beforeAll(async () => {
  engine = createLoadEngine({ firstNonce: 0 });
  steady = await start(['service:ms=10']);
});
afterAll(async () => {
  await engine.close();
  await Promise.all(started.map((server) => server.stop()));
});

async function start(faults: readonly string[]): Promise<StartedServer> {
  const server = await startEmbeddedServer({ model: 'null-2560', threads: 1, faults });
  started.push(server);
  return server;
}

describe('two clocks', () => {
  test.each<[OpenArrivals, number]>([
    ['constant', 1],
    ['poisson', 1],
    ['gamma', 0.3],
  ])(
    '%s requests are due by an absolute timetable, and none is sent before',
    async (arrivals, burstiness) => {
      const cell = openCell(150, { arrivals });
      const scene = { cell, load: { burstiness }, request: { seed: 7, trial: 2 } };
      const { samples, facts } = await engine.measureTrial(trialRequest(steady.baseUrl, scene));
      const random = createRandom(7, 'arrivals/2');
      const due = createTimetable({ arrivals, rate: 150, seconds: 1.4, burstiness, random });
      expect([...samples.intendedMs]).toEqual([...due.subarray(0, samples.length)]);
      for (let row = 0; row < samples.length; row++) {
        expect(samples.sentMs[row]!).toBeGreaterThanOrEqual(samples.intendedMs[row]!);
      }
      expect(facts.latenessMs?.n).toBe(facts.dueInWindow);
    },
  );

  test('a stall is in the response latency of all that were due, not only of the few that were sent', async () => {
    const server = await start(['service:ms=2', 'stall:seconds=0.4,every=0.8']);
    const cell = openCell(200, { concurrency: 4 });
    // Two whole periods, wherever they begin.
    const result = await engine.measureTrial(trialRequest(server.baseUrl, { cell, load: { seconds: 1.6 } }));
    const { latencyMs, requests } = summariseCell(cell, [result], { errorBudget: 0 });
    expect(requests.sent).toBe(result.facts.dueInWindow);
    const { samples } = result;
    const inWindow = Array.from({ length: samples.length }, (_, row) => row).filter(
      (row) => samples.inWindow[row] === 1,
    );
    const atLeast = (ms: number, from: Float64Array): number =>
      inWindow.filter((row) => samples.lastByteMs[row]! - from[row]! >= ms).length;
    // Half of each period stalls: of 80 requests due in it, those of the first 300 ms wait 100 ms at least.
    const expected = 2 * 0.3 * 200;
    expect(atLeast(100, samples.intendedMs)).toBeGreaterThanOrEqual(expected - 4);
    expect(latencyMs.response.p90).toBeGreaterThanOrEqual(100);
    // Only four at a time could be on their way when a stall began.
    expect(atLeast(100, samples.sentMs)).toBeLessThan(expected / 2);
    expect(latencyMs.service.p50).toBeLessThan(100);
  });

  test('a closed loop has one clock', async () => {
    const { samples } = await engine.measureTrial(trialRequest(steady.baseUrl));
    expect([...samples.intendedMs]).toEqual([...samples.sentMs]);
  });
});

describe('windows', () => {
  test('the warm-up ends in the window without a gap', async () => {
    const cell = { ...CLOSED, concurrency: 3 };
    const { samples, facts } = await engine.measureTrial(trialRequest(steady.baseUrl, { cell }));
    const { openMs, closeMs } = facts.window!;
    const across = (at: number): number =>
      samples.sentMs.filter((sent, row) => sent < at && samples.lastByteMs[row]! >= at).length;
    expect(across(openMs)).toBe(3);
    expect(across(closeMs)).toBe(3);
    for (let row = 0; row < samples.length; row++) {
      const due = samples.sentMs[row]!;
      expect(samples.inWindow[row]).toBe(Number(due >= openMs && due < closeMs));
    }
  });

  test('a server that never settles is measured all the same, and said to be unsteady', async () => {
    const server = await start(['service:ms=4', 'ramp:ms=400,seconds=20']);
    const load = { warmupSeconds: 0.1, maxWarmupSeconds: 0.4, seconds: 0.5 };
    const cell = { ...CLOSED, concurrency: 8 };
    const result = await engine.measureTrial(trialRequest(server.baseUrl, { cell, load }));
    expect(result.facts.settled).toBe(false);
    expect(result.facts.window!.openMs).toBeGreaterThanOrEqual(400);
    expect(result.trial.ok).toBeGreaterThan(0);
    const { validity } = summariseCell(cell, [result], { errorBudget: 0 });
    expect(validity.reasons.map(({ code }) => code)).toContain('unsteady');
  });

  test('a window ends when its percentile is precise enough, or when the budget is spent', async () => {
    const cell = { ...CLOSED, concurrency: 4 };
    const precision = (relative: number, maxSeconds: number) => ({
      seconds: 0.2,
      precision: { statistic: 'p50', relative, maxSeconds },
    });
    const easy = trialRequest(steady.baseUrl, { cell, load: precision(0.9, 20) });
    const { trial } = await engine.measureTrial(easy);
    expect(trial.seconds).toBeGreaterThanOrEqual(0.2);
    expect(trial.seconds).toBeLessThan(20);
    const jittery = await start(['service:ms=2', 'jitter:ms=20']);
    const hard = trialRequest(jittery.baseUrl, { cell, load: precision(1e-6, 0.5) });
    expect((await engine.measureTrial(hard)).trial.seconds).toBeGreaterThanOrEqual(0.5);
  });

  test('a percentile that the sample cannot carry is absent', async () => {
    const result = await engine.measureTrial(trialRequest(steady.baseUrl));
    const { latencyMs } = summariseCell(CLOSED, [result], { errorBudget: 0 });
    // At 10 ms each, fewer than 299 fit into a third of a second.
    expect(latencyMs.service.n).toBeLessThan(299);
    expect(latencyMs.service.p50).toBeGreaterThanOrEqual(10);
    expect(latencyMs.service).not.toHaveProperty('p99');
  });

  test('an interrupted trial gives what it has', async () => {
    const stop = new AbortController();
    const result = await engine.measureTrial(trialRequest(steady.baseUrl, { load: { seconds: 60 } }), {
      signal: stop.signal,
      onWindowOpen: async () => stop.abort(),
    });
    expect(result.facts.cancelled).toBe(true);
    expect(result.samples.length).toBeGreaterThan(0);
    const { validity } = summariseCell(CLOSED, [result], { errorBudget: 0 });
    expect(validity.reasons.map(({ code }) => code)).toContain('interrupted');
  });

  test.each(['beforeWarmup', 'onWindowOpen', 'onWindowClose', 'beforeQuiet'] as const)(
    'a %s that fails ends the trial with its error, and the engine goes on',
    async (hook) => {
      const failing = { [hook]: () => Promise.reject(new Error(`the ${hook} hook failed`)) };
      await expect(engine.measureTrial(trialRequest(steady.baseUrl), failing)).rejects.toThrow(
        `the ${hook} hook failed`,
      );
      const { trial } = await engine.measureTrial(trialRequest(steady.baseUrl));
      expect(trial.ok).toBe(trial.sent);
    },
  );
});

describe('client threads', () => {
  const loops: [string, LoadCell, number][] = [
    ['a closed loop', { ...CLOSED, concurrency: 3, batchSize: 2 }, 2],
    ['an open loop', openCell(150, { arrivals: 'poisson', batchSize: 2 }), 2],
    ['a loop of one', { ...CLOSED, concurrency: 1, batchSize: 2 }, 1],
  ];
  test.each(loops)('two of them account for %s like one', async (_, cell, threads) => {
    const before = await answeredTexts(steady.baseUrl);
    const result = await engine.measureTrial(trialRequest(steady.baseUrl, { cell, load: { workers: 2 } }));
    const { samples, facts } = result;
    expect(facts.threads).toBe(threads);
    expect(facts.reusedTexts).toBe(0);
    expect(facts.vectors.checked).toBe(samples.length * 2);
    const repeats = (await answeredTexts(steady.baseUrl)) - before - samples.length * 2;
    expect(repeats).toBeGreaterThanOrEqual(2);
    expect(repeats).toBeLessThanOrEqual(16);
    const sent = [...samples.sentMs];
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    const { requests, client, validity } = summariseCell(cell, [result], { errorBudget: 0 });
    expect(requests).toEqual({ sent: requests.ok, ok: requests.ok, failed: {} });
    expect(client.workers).toBe(threads);
    if (cell.arrivals === 'closed') expect(facts.meanInFlight).toBeLessThanOrEqual(cell.concurrency!);
    else expect(requests.sent).toBe(facts.dueInWindow);
    expect(validity.reasons.map(({ code }) => code)).not.toContain('littlesLaw');
  });
});

describe('the client about itself', () => {
  test('a slow server is far below the client’s ceiling, which is measured once per payload', async () => {
    const load = { ceiling: true };
    const first = await engine.measureTrial(trialRequest(steady.baseUrl, { load }));
    const again = await engine.measureTrial(trialRequest(steady.baseUrl, { load, request: { trial: 1 } }));
    expect(first.facts.ceilingRequestsPerSecond).toBeGreaterThan(0);
    expect(again.facts.ceilingRequestsPerSecond).toBe(first.facts.ceilingRequestsPerSecond);
    const { client, throughput } = summariseCell(CLOSED, [first, again], { errorBudget: 0 });
    // One request in flight that takes 10 ms.
    expect(throughput.requestsPerSecond).toBeLessThanOrEqual(100 + 1 / first.trial.seconds);
    expect(client.ceilingRequestsPerSecond).toBe(first.facts.ceilingRequestsPerSecond);
  });

  test('vectors that change under load make the cell invalid', async () => {
    const server = await start(['service:ms=5', 'drift:above=2,size=0.8']);
    const cell = { ...CLOSED, concurrency: 6 };
    const result = await engine.measureTrial(trialRequest(server.baseUrl, { cell }));
    expect(result.facts.sentinelCosineMin).toBeLessThan(0.99);
    const { validity } = summariseCell(cell, [result], { errorBudget: 0 });
    expect(validity.reasons.map(({ code }) => code)).toContain('vectorDrift');
    expect(validity.verdict).toBe('invalid');
  });

  test('an encoding that the server ignores makes the cell invalid', async () => {
    const server = await start(['ignore-encoding']);
    const cell: LoadCell = { ...CLOSED, encoding: 'base64' };
    const result = await engine.measureTrial(trialRequest(server.baseUrl, { cell }));
    const { validity } = summariseCell(cell, [result], { errorBudget: 0 });
    expect(validity.verdict).toBe('invalid');
    expect(validity.reasons.map(({ code }) => code)).toContain('encodingIgnored');
  });
});

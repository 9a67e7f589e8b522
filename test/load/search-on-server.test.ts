import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Slo } from '../../src/config/load-config.ts';
import type { LoadCell } from '../../src/core/cell.ts';
import type { LoadRow } from '../../src/core/record/load-row.ts';
import { type StartedServer, startEmbeddedServer } from '../../src/embedded/start.ts';
import { createLoadEngine, type LoadEngine } from '../../src/load/load-engine.ts';
import { summariseCell } from '../../src/load/load-row.ts';
import { kneeRows, searchSlo } from '../../src/load/search-rows.ts';
import { shortLoad, trialRequest } from './engine-scene.ts';
import { CLOSED } from './sample-fixtures.ts';

let engine: LoadEngine;
const started: StartedServer[] = [];

beforeAll(() => {
  engine = createLoadEngine({ firstNonce: 0 });
});
afterAll(async () => {
  await engine.close();
  await Promise.all(started.map((server) => server.stop()));
});

/** Searches a server that serves `slots` requests at a time, each exactly `ms` long. */
async function searched(
  { slots, ms }: { slots: number; ms: number },
  slo: Slo,
  load: Readonly<Record<string, unknown>>,
) {
  const faults = [`service:ms=${ms},slots=${slots}`];
  const server = await startEmbeddedServer({ model: 'null-2560', threads: 1, faults });
  started.push(server);
  const { search, arrivals } = shortLoad({ arrivals: 'constant', ...load });
  const rows: LoadRow[] = [];
  const row = await searchSlo({
    cell: CLOSED,
    slo,
    search: search!,
    arrivals,
    measure: async (cell: LoadCell) => {
      const result = await engine.measureTrial(trialRequest(server.baseUrl, { cell, load }));
      // Other work on this machine must not decide what the search finds.
      const { validity, ...its } = summariseCell(cell, [result], { errorBudget: 0 });
      const reasons = validity.reasons.filter(({ code }) => code === 'rateNotSustained');
      rows.push({ ...its, validity: { verdict: 'suspect', reasons } });
      return rows.at(-1)!;
    },
  });
  return { row, rows };
}

test('the highest concurrency that meets the objective is what the server’s capacity says', async () => {
  // Up to four requests take 60 ms; n of them take n × 15 ms, in turn.
  const { row, rows } = await searched(
    { slots: 4, ms: 60 },
    { p50Ms: 200, errorShare: 0 },
    { search: { over: 'concurrency', min: 2, max: 64, tolerance: 0.5 }, seconds: 1 },
  );
  expect(row.best).toBeGreaterThanOrEqual(4);
  expect(row.best).toBeLessThan(14);
  expect(row.exceeded).toBeLessThanOrEqual(16);
  expect(row.objective).toBe('p50 ≤ 200 ms, failed ≤ 0 %');
  expect(row.cells).toEqual(rows.map(({ id }) => id));
  const [knee] = kneeRows(rows);
  expect(knee).toMatchObject({ kind: 'knee', over: 'concurrency' });
  expect(knee?.cells).toEqual(expect.arrayContaining([rows[0]!.id, rows[1]!.id]));
});

test('the highest rate is found below the server’s capacity, and above it nothing is accepted', async () => {
  const { row, rows } = await searched(
    { slots: 1, ms: 20 },
    { p50Ms: 250, errorShare: 0 },
    { search: { over: 'rate', min: 20, max: 400, tolerance: 0.5 }, seconds: 1 },
  );
  expect(row.best).toBeGreaterThanOrEqual(20);
  // Fifty requests per second is all that one slot of 20 ms can do.
  expect(row.best).toBeLessThan(80);
  expect(row.exceeded).toBeLessThanOrEqual(80);
  expect(rows.every(({ arrivals }) => arrivals === 'constant')).toBe(true);
});

test('an impossible objective is one sentence, and what was measured is kept', async () => {
  const { row, rows } = await searched(
    { slots: 0, ms: 20 },
    { p50Ms: 5, errorShare: 0 },
    // Eight requests at a time are enough for a median as soon as each has been answered once.
    { search: { over: 'concurrency', min: 8 }, seconds: 0.5 },
  );
  expect(row.best).toBeUndefined();
  expect(row.note).toBe('not even the lowest concurrency (8) meets p50 ≤ 5 ms, failed ≤ 0 %');
  expect(row.cells).toEqual([rows[0]?.id]);
  expect(rows[0]?.latencyMs.service.min).toBeGreaterThanOrEqual(20);
});

test('an objective that the windows are too short for is not called missed', async () => {
  const { row, rows } = await searched(
    { slots: 1, ms: 20 },
    { p99Ms: 5000, errorShare: 0 },
    { search: { over: 'concurrency' } },
  );
  expect(row.best).toBeUndefined();
  expect(row.note).toBe(
    'not even the lowest concurrency (1) was shown to meet p99 ≤ 5000 ms, failed ≤ 0 %; ' +
      `p99 needs 299 requests in the windows and has ${rows[0]?.latencyMs.response.n}: lengthen load.seconds or add trials`,
  );
});

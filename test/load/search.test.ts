import { expect, test } from 'vitest';
import { loadConfigSchema } from '../../src/config/load-config.ts';
import type { LoadCell } from '../../src/core/cell.ts';
import type { LoadRow } from '../../src/core/record/load-row.ts';
import { kneeOf } from '../../src/load/knee.ts';
import { summariseCell } from '../../src/load/load-row.ts';
import { searchHighestLoad } from '../../src/load/load-search.ts';
import { kneeRows, searchSlo } from '../../src/load/search-rows.ts';
import { CLOSED, facts, part, samplesOf } from './sample-fixtures.ts';

const bounds = { over: 'concurrency', min: 1, max: 256, tolerance: 0.05 } as const;

test.each([1, 2, 3, 7, 31, 100, 255])(
  'finds the limit %d within the tolerance, in few attempts',
  async (limit) => {
    const { best, exceeded, attempts } = await searchHighestLoad(bounds, async (load) => ({
      met: load <= limit,
      unreliable: false,
    }));
    expect(best).toBeLessThanOrEqual(limit);
    expect(exceeded).toBeGreaterThan(limit);
    expect(exceeded! - best!).toBeLessThanOrEqual(Math.max(1, best! * 0.05));
    expect(attempts.length).toBeLessThanOrEqual(16);
    expect(new Set(attempts.map(({ load }) => load)).size).toBe(attempts.length);
  },
);

test('says so when nothing or everything meets the objective', async () => {
  expect(await searchHighestLoad(bounds, async () => ({ met: false, unreliable: false }))).toMatchObject({
    exceeded: 1,
  });
  const all = await searchHighestLoad(bounds, async () => ({ met: true, unreliable: false }));
  expect(all.best).toBe(256);
  expect(all.exceeded).toBeUndefined();
});

test('an invalid cell does not win', async () => {
  const { best } = await searchHighestLoad(bounds, async (load) => ({ met: true, unreliable: load > 16 }));
  expect(best).toBe(16);
});

/** A server with one worker of 10 ms: c requests in flight each take c × 10 ms. */
function measured(cell: LoadCell, valid = true): LoadRow {
  const window = { openMs: 0, closeMs: 20_000 };
  const service = (cell.concurrency ?? 1) * 10;
  const requests = Array.from({ length: 1900 }, (_, i) => ({ due: i * 10, service }));
  const its = facts(window, { meanInFlight: cell.concurrency ?? 1, ...(valid ? {} : { reusedTexts: 1 }) });
  return summariseCell(cell, [part(samplesOf(requests, window), its)], { errorBudget: 0.01 });
}

const search = loadConfigSchema.parse({ search: { over: 'concurrency', max: 64, tolerance: 0.01 } }).search!;

test('a row of the record names the objective, the answer and every cell that was measured', async () => {
  const slo = { p95Ms: 125, errorShare: 0 };
  const row = await searchSlo({
    cell: CLOSED,
    slo,
    search,
    arrivals: 'poisson',
    measure: async (cell) => measured(cell),
  });
  expect(row).toMatchObject({
    kind: 'slo',
    over: 'concurrency',
    best: 12,
    exceeded: 13,
    objective: 'p95 ≤ 125 ms, failed ≤ 0 %',
    fixed: { dimensions: 32, batchSize: 1, transport: 'wire' },
  });
  expect(row.cells.length).toBeGreaterThan(4);
  expect(row.note).toBeUndefined();
});

test('an impossible objective is one clear sentence', async () => {
  const slo = { p95Ms: 5, errorShare: 0 };
  const row = await searchSlo({
    cell: CLOSED,
    slo,
    search,
    arrivals: 'poisson',
    measure: async (cell) => measured(cell),
  });
  expect(row.best).toBeUndefined();
  expect(row.note).toBe('not even the lowest concurrency (1) meets p95 ≤ 5 ms, failed ≤ 0 %');
});

test('the knee is where throughput per latency is greatest', () => {
  const points = [1, 2, 4, 8, 16].map((load) => ({
    load,
    throughput: Math.min(load * 10, 60),
    latencyMs: Math.max(100, (load / 60) * 1000),
  }));
  expect(kneeOf(points)?.load).toBe(8);
  expect(kneeOf(points.slice(0, 3))).toBeUndefined();
  expect(kneeOf(points.slice(0, 2))).toBeUndefined();
});

test('curves are rows that differ in their load only; invalid ones are left out', () => {
  const at = (concurrency: number, dimensions = 32, valid = true) =>
    measured({ ...CLOSED, concurrency, dimensions }, valid);
  const rows = kneeRows([at(1), at(2), at(4), at(1, 64), at(2, 64), at(4, 64, false)]);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ kind: 'knee', over: 'concurrency', best: 1, fixed: { dimensions: 32 } });
  expect(rows[0]?.cells).toHaveLength(3);
});

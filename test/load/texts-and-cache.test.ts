import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadCell } from '../../src/core/cell.ts';
import { type StartedServer, startEmbeddedServer } from '../../src/embedded/start.ts';
import { createLoadEngine } from '../../src/load/load-engine.ts';
import { summariseCell } from '../../src/load/load-row.ts';
import { cacheProvenance } from '../../src/server/metrics/cache-provenance.ts';
import { createMetricsScraper } from '../../src/server/metrics/metrics-scraper.ts';
import { createServerAdmin, type ServerAdmin } from '../../src/server/sglang/server-admin.ts';
import { systemClock } from '../../src/threads/system-clock.ts';
import { openZoo, type Zoo } from '../server/transports/zoo.ts';
import { openCell, trialRequest } from './engine-scene.ts';
import { CLOSED } from './sample-fixtures.ts';

let zoo: Zoo;
let caching: StartedServer;
let admin: ServerAdmin;

beforeAll(async () => {
  zoo = await openZoo();
  caching = await startEmbeddedServer({
    model: 'null-2560',
    threads: 1,
    faults: ['prefix-cache:tokenMs=0.05', 'service:ms=2'],
  });
  admin = createServerAdmin({
    config: { apiKey: 'EMPTY', headers: {}, model: 'null-2560' },
    baseUrl: caching.baseUrl,
    clock: systemClock,
  });
});
afterAll(async () => {
  await zoo.close();
  await admin.close();
  await caching.stop();
});

/** For the zoo, whose vectors are three numbers long. */
const small: LoadCell = { ...CLOSED, dimensions: 3, concurrency: 2 };
/** For the server with a prefix cache. */
const cached: LoadCell = { ...CLOSED, concurrency: 2 };

test('no text comes twice: not in warm-up, window, other trials or other cells', async () => {
  const engine = createLoadEngine({ firstNonce: 0 });
  const cells: LoadCell[] = [
    small,
    { ...small, batchSize: 3 },
    { ...openCell(200), dimensions: 3 },
    { ...small, cache: 'shared-instruction' },
  ];
  const seen = new Map<string, number>();
  let sent = 0;
  for (const [i, cell] of cells.entries()) {
    const before = zoo.requests.length;
    const request = { trial: i % 2, instruction: 'Classify it' };
    const scene = { cell, target: { model: 'good' }, request, load: { seconds: 0.15 } };
    const { samples, facts } = await engine.measureTrial(trialRequest(zoo.baseUrl, scene));
    expect(facts.reusedTexts).toBe(0);
    // Behind the samples come the few that are repeated alone.
    for (const { body } of zoo.requests.slice(before, before + samples.length)) {
      for (const text of body.input) seen.set(text, (seen.get(text) ?? 0) + 1);
      sent += body.input.length;
    }
  }
  expect(Math.max(...seen.values())).toBe(1);
  expect(engine.ledger.size).toBe(sent);
  await engine.close();
});

test('what is repeated alone are texts of the window, when nothing else is in flight', async () => {
  const engine = createLoadEngine({ firstNonce: 0 });
  const before = zoo.requests.length;
  const scene = { cell: small, target: { model: 'good' } };
  const { samples } = await engine.measureTrial(trialRequest(zoo.baseUrl, scene));
  const requests = zoo.requests.slice(before).map(({ body }) => body.input.join());
  const repeated = requests.slice(samples.length);
  expect(repeated.length).toBeGreaterThanOrEqual(1);
  expect(repeated.length).toBeLessThanOrEqual(8);
  const inWindow = requests.slice(samples.inWindow.indexOf(1), samples.length);
  for (const text of repeated) expect(inWindow).toContain(text);
  await engine.close();
});

test('a run that starts at the nonces of another is found out by the ledger', async () => {
  // The first request of either run holds all texts that are looked for.
  const cell: LoadCell = { ...small, batchSize: 10 };
  const scene = { cell, target: { model: 'good' } };
  const before = zoo.requests.length;
  const first = createLoadEngine({ firstNonce: 500 });
  await first.measureTrial(trialRequest(zoo.baseUrl, scene));
  await first.close();
  const second = createLoadEngine({ firstNonce: 500 });
  second.ledger.addTexts(zoo.requests[before]!.body.input);
  const result = await second.measureTrial(trialRequest(zoo.baseUrl, scene));
  await second.close();
  expect(result.facts.reusedTexts).toBe(10);
  const { validity } = summariseCell(cell, [result], { errorBudget: 0 });
  expect(validity.verdict).toBe('invalid');
  expect(validity.reasons).toContainEqual({
    code: 'textReuse',
    message: '10 texts had been sent before in this run, so a cache may have answered',
  });
});

/** One trial as a run measures it: flushed before it starts, the server's counters read around its window. */
async function measured(
  cell: LoadCell,
  firstNonce: number,
  { flush = true, declared = cell.cache, seconds = 0.3 } = {},
) {
  const scraper = createMetricsScraper({ scrape: (signal) => admin.metrics(signal), clock: systemClock });
  const engine = createLoadEngine({ firstNonce });
  let counters: Readonly<Record<string, number>> = {};
  const emptied = async (): Promise<void> => {
    if (flush) expect(await admin.flushCache({ waitMs: 1000 })).toMatchObject({ state: 'flushed' });
  };
  const scene = { cell, request: { instruction: 'Tell what the text is about' }, load: { seconds } };
  const result = await engine.measureTrial(trialRequest(caching.baseUrl, scene), {
    beforeWarmup: emptied,
    onWindowOpen: () => scraper.start(),
    onWindowClose: async () => {
      ({ counters } = await scraper.stop());
    },
    beforeQuiet: emptied,
  });
  await engine.close();
  const cache = cacheProvenance({ mode: declared, counters, prefixCache: 'on', instructionShare: 0.5 });
  return { cache, row: summariseCell({ ...cell, cache: declared }, [result], { errorBudget: 0, cache }) };
}

test('a cold cell finds nothing in the prefix cache, also in a short window', async () => {
  const { cache, row } = await measured(cached, 10_000);
  expect(cache.state).toBe('agrees');
  // Words of the server's model are hashes, so a rare pair of nonces is one word to it.
  expect(cache.cachedShare).toBeLessThan(0.01);
  expect(row.vectors?.sentinelCosineMin).toBeCloseTo(1, 6);
});

test.each([
  ['shared-instruction', 20_000],
  ['warm', 30_000],
] as const)('the counters agree with a %s cell', async (cache, firstNonce) => {
  // One request holds all texts that a warm cell has.
  const { cache: found } = await measured({ ...cached, cache, batchSize: 64 }, firstNonce);
  expect(found.state).toBe('agrees');
  expect(found.cachedShare).toBeGreaterThan(0.1);
});

test('a cell that is declared cold and is not is invalid', async () => {
  const warm = await measured({ ...cached, cache: 'warm', batchSize: 64 }, 40_000, { declared: 'cold' });
  expect(warm.cache.state).toBe('contradicts');
  expect(warm.row.validity.verdict).toBe('invalid');
  expect(warm.row.validity.reasons.find(({ code }) => code === 'cacheContradiction')?.message).toMatch(
    /^declared cold, but \d+\.\d % of the prompt tokens came from the prefix cache$/,
  );
});

test('texts of an earlier run are found out by the counters alone', async () => {
  await measured(cached, 50_000, { flush: false, seconds: 0.8 });
  const again = await measured(cached, 50_000, { flush: false, seconds: 0.1 });
  expect(again.cache.state).toBe('contradicts');
  expect(again.row.validity.verdict).toBe('invalid');
});

import { expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/config.ts';
import { configSchema } from '../../src/config/config.ts';
import { cellId, describeCell } from '../../src/core/cell.ts';
import { UsageError } from '../../src/core/errors.ts';
import { estimatePlan } from '../../src/plan/estimate.ts';
import { createPlan } from '../../src/plan/plan.ts';

function config(overrides: Partial<ConfigInput>) {
  return configSchema.parse({
    name: 'p',
    server: { baseUrl: 'embedded' },
    dataset: { builtin: 'reviews' },
    axes: {
      dimensions: [64, 32],
      instruction: { none: null, task: 'Classify' },
      batchSize: [1, 8],
      concurrency: [1, 4],
    },
    ...overrides,
  });
}

test('cross makes every combination once', () => {
  const plan = createPlan(config({}));
  expect(plan.load).toHaveLength(16);
  expect(new Set(plan.load.map(cellId)).size).toBe(16);
  expect(plan.quality.map((c) => `${c.instruction}@${c.dimensions}`)).toEqual([
    'none@32',
    'none@64',
    'task@32',
    'task@64',
  ]);
});

test('one at a time varies each axis around the base, and crosses the axes that belong together', () => {
  const plan = createPlan(
    config({
      design: 'oneAtATime',
      base: { dimensions: 64, concurrency: 4 },
      together: ['batchSize', 'concurrency'],
    }),
  );
  expect(plan.load.map(describeCell)).toMatchInlineSnapshot(`
    [
      "64 dimensions, instruction none, batch 1, concurrency 4, float",
      "64 dimensions, instruction none, batch 1, concurrency 1, float",
      "64 dimensions, instruction none, batch 8, concurrency 1, float",
      "64 dimensions, instruction none, batch 8, concurrency 4, float",
      "32 dimensions, instruction none, batch 1, concurrency 4, float",
      "64 dimensions, instruction task, batch 1, concurrency 4, float",
    ]
  `);
});

test('a base outside its axis is refused', () => {
  expect(() => createPlan(config({ design: 'oneAtATime', base: { dimensions: 48 } }))).toThrow(UsageError);
});

test('rates make open-loop cells beside the closed ones', () => {
  const plan = createPlan(
    config({ axes: { dimensions: [32], concurrency: [2], rate: [50] }, load: { maxInFlight: 64 } }),
  );
  expect(plan.load.map(({ arrivals, concurrency, rate }) => ({ arrivals, concurrency, rate }))).toEqual([
    { arrivals: 'closed', concurrency: 2, rate: undefined },
    { arrivals: 'poisson', concurrency: 64, rate: 50 },
  ]);
});

test('trials are rounds over all cells, each round in another seeded order', () => {
  const plan = createPlan(config({ load: { trials: 3 } }));
  const rounds = [0, 1, 2].map((trial) => plan.trials.slice(trial * 16, (trial + 1) * 16));
  for (const [trial, round] of rounds.entries()) {
    expect(round.every((slot) => slot.trial === trial)).toBe(true);
    expect(new Set(round.map((slot) => slot.cellId)).size).toBe(16);
  }
  const orders = rounds.map((round) => round.map((slot) => slot.cellId).join());
  expect(new Set(orders).size).toBe(3);
  expect(createPlan(config({ load: { trials: 3 } })).trials).toEqual(plan.trials);
  expect(createPlan(config({ load: { trials: 3 }, seed: 7 })).trials).not.toEqual(plan.trials);
});

test('cells of one server-flag set are measured together', () => {
  const plan = createPlan(
    config({
      axes: { dimensions: [32, 64], serverArgs: { plain: [], chunked: ['--chunked-prefill-size', '512'] } },
      load: { trials: 2 },
    }),
  );
  expect(plan.trials.map((slot) => slot.cell.serverArgs)).toEqual([
    ...Array<string>(4).fill('plain'),
    ...Array<string>(4).fill('chunked'),
  ]);
});

test('a cell keeps its id when keys come in another order, and changes it with any value', () => {
  const [cell] = createPlan(config({})).load;
  if (cell === undefined) throw new Error('no cell');
  const reversed = Object.fromEntries(Object.entries(cell).reverse()) as unknown as typeof cell;
  expect(cellId(reversed)).toBe(cellId(cell));
  expect(cellId({ ...cell, batchSize: 2 })).not.toBe(cellId(cell));
});

test('the estimate counts quality requests exactly and open loops by their rate', () => {
  const c = config({
    axes: { dimensions: [32], instruction: { none: null, task: 'x' }, concurrency: [], rate: [100] },
    quality: { batchSize: 32, instructionSample: 600 },
    load: { seconds: 4, warmupSeconds: 1, trials: 2 },
  });
  const estimate = estimatePlan(c, createPlan(c), 3000, 20);
  expect(estimate.qualityTexts).toBe(3600);
  expect(estimate.qualityRequests).toBe(94 + 19);
  expect(estimate.loadRequests).toBe(2 * 2 * 500);
  expect(estimate.loadSeconds).toBe(20);
});

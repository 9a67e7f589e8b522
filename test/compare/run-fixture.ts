import { cellId, type LoadCell, type QualityCell } from '../../src/core/cell.ts';
import { createRandom, type Random } from '../../src/core/random.ts';
import type { LoadRow, Trial } from '../../src/core/record/load-row.ts';
import type { QualityRow } from '../../src/core/record/quality-row.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { exampleRecord } from '../store/example-record.ts';

/** A complete record with just these rows. */
export function runOf(
  rows: { readonly quality?: readonly QualityRow[]; readonly load?: readonly LoadRow[] },
  changes: Partial<RunRecord> = {},
): RunRecord {
  const record = exampleRecord();
  return {
    ...record,
    config: { seed: 42, quality: { margin: 0.03, bootstrapResamples: 400 }, load: { seconds: 5 } },
    dataset: { ...record.dataset, labelColumns: ['sentiment'] },
    quality: [...(rows.quality ?? [])],
    load: [...(rows.load ?? [])],
    memory: { client: { rssPeakBytes: 1 }, vectorBytes: [] },
    items: { ids: ITEMS, labels: { sentiment: ITEMS.map((_, i) => CLASSES[i % 2]!) } },
    ...changes,
  };
}

const CLASSES = ['negative', 'positive'];
export const ITEMS: string[] = Array.from({ length: 1000 }, (_, i) => `item-${i}`);

/** A quality cell whose classifier was right on the first `items` exactly where `isRight` says so. */
export function qualityRow(
  isRight: readonly boolean[],
  axes: Partial<Omit<QualityCell, 'kind'>> = {},
): QualityRow {
  const cell = { dimensions: 512, instruction: 'none', dtype: 'float32', ...axes } as const;
  const testIds = ITEMS.slice(0, isRight.length);
  const right = isRight.filter(Boolean).length;
  return {
    id: cellId({ kind: 'quality', ...cell }),
    ...cell,
    bytesPerVector: cell.dimensions * 4,
    rows: ITEMS.length,
    scores: {
      accuracy: interval(right / isRight.length, 0.02, isRight.length),
    },
    classification: {
      classes: CLASSES,
      confusion: [],
      report: '',
      majorityBaseline: 0.5,
      c: 1,
      engine: 'native',
      testIds,
      predicted: isRight.map((isHit, i) => (isHit ? i % 2 : 1 - (i % 2))),
    },
  };
}

export function interval(value: number, half: number, n: number): QualityRow['scores'][string] {
  return { value, low: value - half, high: value + half, level: 0.95, method: 'wilson', n };
}

/** The first `count` of `n` are true. */
export function firstOf(n: number, count: number): boolean[] {
  return Array.from({ length: n }, (_, i) => i < count);
}

/**
 * A valid load cell with one trial for each factor: times are multiplied by it, rates divided.
 *
 * @param tails further factors of the 95th percentiles alone
 */
export function loadRow(
  factors: readonly number[],
  axes: Partial<Omit<LoadCell, 'kind'>> = {},
  tails: readonly number[] = [],
): LoadRow {
  const cell = {
    dimensions: 512,
    instruction: 'none',
    batchSize: 1,
    arrivals: 'closed',
    concurrency: 4,
    encoding: 'float',
    transport: 'wire',
    cache: 'cold',
    ...axes,
  } as const;
  const trials = factors.map((factor, index) => trialOf(factor, index, cell.batchSize, tails[index] ?? 1));
  const middle = [...factors].sort((a, b) => a - b)[factors.length >> 1] ?? 1;
  const distribution = {
    n: 1000,
    p50: 10 * middle,
    p95: 20 * middle,
    intervals: { p50: [9.9 * middle, 10.1 * middle], p95: [19 * middle, 21 * middle] },
  } satisfies LoadRow['latencyMs']['service'];
  return {
    id: cellId({ kind: 'load', ...cell }),
    ...cell,
    latencyMs: { service: distribution, response: distribution },
    throughput: {
      requestsPerSecond: 100 / middle,
      textsPerSecond: (100 * cell.batchSize) / middle,
      bytesPerSecond: 1e6 / middle,
    },
    requests: { sent: 500 * factors.length, ok: 500 * factors.length, failed: {} },
    trials,
    client: {},
    validity: { verdict: 'valid', reasons: [] },
  };
}

function trialOf(factor: number, index: number, batchSize: number, tail: number): Trial {
  return {
    index,
    startedAt: '2026-01-02T03:04:30.000Z',
    seconds: 5,
    warmupSeconds: 1,
    steady: true,
    sent: 500,
    ok: 500,
    failed: {},
    serviceP50Ms: 10 * factor,
    serviceP95Ms: 20 * factor * tail,
    responseP50Ms: 11 * factor,
    responseP95Ms: 22 * factor * tail,
    requestsPerSecond: 100 / factor,
    textsPerSecond: (100 * batchSize) / factor,
  };
}

/** Standard normal by Box–Muller. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/**
 * Factors of trials as machines make them: 3 % of spread, and now and then a trial that a neighbour slowed.
 */
export function trialFactors(count: number, random: Random, spread = 0.03): number[] {
  return Array.from({ length: count }, () => {
    const slowed = random.next() < 0.05 ? 1.1 : 1;
    return slowed * Math.exp(spread * normal(random));
  });
}

export function seeded(stream: string): Random {
  return createRandom(2026, stream);
}

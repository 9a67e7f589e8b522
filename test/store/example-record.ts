import { cellId } from '../../src/core/cell.ts';
import { createRandom } from '../../src/core/random.ts';
import type { LoadRow } from '../../src/core/record/load-row.ts';
import type { QualityRow } from '../../src/core/record/quality-row.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';

interface Size {
  readonly qualityCells?: number;
  readonly testItems?: number;
  readonly loadCells?: number;
  readonly trials?: number;
}

/** A complete, valid record with numbers of full length, so that what is kept and what is rounded shows. */
export function exampleRecord(size: Size = {}): RunRecord {
  const { qualityCells = 2, testItems = 6, loadCells = 2, trials = 3 } = size;
  const random = createRandom(7);
  const ids = Array.from({ length: testItems + 4 }, (_, i) => `row-${i + 1}`);
  const classes = ['negative', 'neutral', 'positive'];
  const labels = ids.map((_, i) => (i === 1 ? null : classes[i % 3]!));
  const testIds = ids.slice(0, testItems);
  return {
    schemaVersion: 1,
    runId: '20260102T030405Z-example-abcdef0',
    name: 'example',
    status: 'complete',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:05:05.000Z',
    runKey: 'abcdef0'.padEnd(64, '0'),
    configHash: 'c0ffee0'.padEnd(64, '0'),
    config: { name: 'example', seed: 42, quality: { margin: 0.0300000001 } },
    environment: {
      dimsweep: '0.1.0',
      node: '20.20.2',
      platform: 'linux',
      arch: 'x64',
      cpuModel: 'Example CPU',
      cpus: 2,
      memoryBytes: 8_000_000_000,
      hardwareHash: '0123456789abcdef',
      commit: '1'.repeat(40),
      branch: 'main',
      dirty: false,
    },
    server: {
      baseUrl: 'http://127.0.0.1:30000/v1',
      kind: 'remote',
      model: 'example-2560',
      fingerprint: 'f'.repeat(64),
      capabilities: {
        nativeDimensions: 2560,
        dimensions: 'honoured',
        encodings: { float: true, base64: 'honoured' },
        routes: {},
      },
      findings: [{ id: 'a', title: 'A finding', verdict: 'note', evidence: 'something seen' }],
      info: { version: '1' },
    },
    dataset: {
      name: 'reviews',
      source: 'builtin:reviews',
      hash: 'd'.repeat(64),
      rows: ids.length,
      sourceRows: ids.length,
      labelColumns: ['sentiment'],
      labels: { negative: 4, neutral: 3, positive: 3 },
      duplicates: 0,
      badRows: { count: 1, shown: [{ line: 3, reason: 'emptyText', message: 'SECRET TEXT of a bad row' }] },
    },
    instructions: [
      { name: 'none', text: null, template: '{text}', example: 'SECRET TEXT of the first item' },
    ],
    parity: [],
    quality: Array.from({ length: qualityCells }, (_, i) => qualityRow(i, testIds, classes, random.next)),
    verdicts: [],
    load: Array.from({ length: loadCells }, (_, i) => loadRow(i, trials, random.next)),
    memory: {
      server: { rssPeakBytes: 123_456_789 },
      client: { rssPeakBytes: 98_765_432 },
      vectorBytes: [{ dimensions: 2560, dtype: 'float32', bytesPerVector: 10_240 }],
    },
    maps: [
      {
        method: 'pca',
        dimensions: 2560,
        instruction: 'none',
        ids,
        points: ids.map(() => [random.next(), random.next()]),
      },
    ],
    items: { ids, texts: ids.map((id) => `SECRET TEXT of ${id}`), labels: { sentiment: labels } },
    embeddingFailures: [{ instruction: 'none', kind: 'timeout', count: 1, ids: ['row-4'] }],
    doubts: [{ code: 'noisy', message: 'The machine was busy.' }],
    phases: { quality: 12.5, load: 30 },
  };
}

function qualityRow(
  index: number,
  testIds: readonly string[],
  classes: readonly string[],
  next: () => number,
): QualityRow {
  const dimensions = 32 * (index + 1);
  return {
    id: cellId({ kind: 'quality', dimensions, instruction: 'none', dtype: 'float32' }),
    dimensions,
    instruction: 'none',
    dtype: 'float32',
    bytesPerVector: dimensions * 4,
    rows: testIds.length + 4,
    scores: Object.fromEntries(
      ['accuracy', 'macroF1', 'balancedAccuracy', 'mcc', 'ari', 'nmi', 'vMeasure'].map((metric) => [
        metric,
        {
          value: next(),
          low: next() / 10,
          high: 1 - next() / 10,
          level: 0.95,
          method: 'bootstrap',
          n: testIds.length,
        },
      ]),
    ),
    classification: {
      classes: [...classes],
      confusion: classes.map(() => classes.map(() => Math.floor(next() * 100))),
      report: 'a long text '.repeat(40),
      majorityBaseline: 1 / 3,
      c: 1,
      engine: 'native',
      testIds: [...testIds],
      predicted: testIds.map(() => Math.floor(next() * 3)),
    },
    perItem: {
      fidelity: { ids: [...testIds], values: testIds.map(() => next()) },
      retrieval: { ids: ['q1', 'q2', 'q3'], values: [0, 0.5, 1] },
    },
  };
}

function loadRow(index: number, trials: number, next: () => number): LoadRow {
  const axes = {
    dimensions: 32 * (index + 1),
    instruction: 'none',
    batchSize: 8,
    arrivals: 'closed',
    concurrency: 4,
    encoding: 'float',
    transport: 'wire',
    cache: 'cold',
  } as const;
  const interval = (): [number, number] => [10 + next(), 20 + next()];
  const distribution = () => ({
    n: 1000,
    p50: 12 + next(),
    p90: 15 + next(),
    p95: 17 + next(),
    p99: 19 + next(),
    mean: 13 + next(),
    max: 40 + next(),
    intervals: { p50: interval(), p95: interval() },
  });
  return {
    id: cellId({ kind: 'load', ...axes }),
    ...axes,
    latencyMs: { service: distribution(), response: distribution() },
    throughput: {
      requestsPerSecond: 100 + next(),
      textsPerSecond: 800 + next(),
      bytesPerSecond: 9e6 + next(),
    },
    requests: { sent: 1000, ok: 990, failed: { timeout: 10 } },
    timeline: Array.from({ length: 50 }, (_, i) => [i, 12 + next(), 20]),
    ecdfMs: Array.from({ length: 101 }, (_, i) => i / 7),
    trials: Array.from({ length: trials }, (_, i) => ({
      index: i,
      startedAt: '2026-01-02T03:04:30.000Z',
      seconds: 5.000123456,
      warmupSeconds: 1,
      steady: true,
      sent: 500,
      ok: 495,
      failed: { timeout: 5 },
      serviceP50Ms: 12 + next(),
      serviceP95Ms: 17 + next(),
      responseP50Ms: 12 + next(),
      requestsPerSecond: 100 + next(),
      textsPerSecond: 800 + next(),
    })),
    client: { eventLoopUtilisation: 0.25 + next() / 100 },
    server: { counters: { requests: 1000 }, rssBytes: 120_000_000 },
    validity: { verdict: index === 1 ? 'suspect' : 'valid', reasons: [] },
    reproduce: 'dimsweep run --cell x',
  };
}

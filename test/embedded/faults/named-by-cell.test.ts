import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadCell } from '../../../src/core/cell.ts';
import type { FailureKind } from '../../../src/core/outcome.ts';
import type { LoadRow } from '../../../src/core/record/load-row.ts';
import { createLoadEngine, type LoadEngine } from '../../../src/load/load-engine.ts';
import { summariseCell } from '../../../src/load/load-row.ts';
import { trialRequest } from '../../load/engine-scene.ts';
import { CLOSED } from '../../load/sample-fixtures.ts';
import { createServers } from '../served.ts';
import type { NamedBy } from './named-by.ts';

const servers = createServers();
let engine: LoadEngine;
beforeAll(() => {
  engine = createLoadEngine({ firstNonce: 0 });
});
afterAll(async () => {
  await engine.close();
  await servers.stop();
});

/** What a measured cell shows of a fault. */
interface Named {
  readonly faults: readonly string[];
  readonly model?: string;
  readonly cell?: Partial<LoadCell>;
  readonly load?: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
  /** Failures are counted, all of these kinds. */
  readonly failed?: readonly FailureKind[];
  readonly reason?: readonly [string, RegExp];
  readonly invalid?: boolean;
  readonly row?: (row: LoadRow) => void;
}

const CASES = {
  service: {
    faults: ['service:ms=60'],
    row: ({ latencyMs: { service } }) => {
      expect(service.min).toBeGreaterThanOrEqual(60);
      expect(service.p50).toBeGreaterThanOrEqual(60);
    },
  },
  stall: {
    faults: ['service:ms=2', 'stall:seconds=0.6,every=0.8'],
    load: { seconds: 1.2 },
    reason: ['stalled', /^nothing was answered for up to \d+ ms while requests waited \(\d stalls?, \d+ %/],
  },
  ramp: {
    faults: ['ramp:ms=150,seconds=2'],
    load: { seconds: 0.8, warmupSeconds: 0.2, maxWarmupSeconds: 0.3 },
    reason: ['unsteady', /still drifted in 1 of 1 trials/],
  },
  jitter: {
    faults: ['jitter:ms=80'],
    load: { seconds: 1 },
    row: ({ latencyMs: { service } }) => expect(service.p90! - service.min!).toBeGreaterThan(40),
  },
  hang: {
    faults: ['hang:nth=5'],
    timeoutMs: 250,
    load: { seconds: 0.6 },
    failed: ['timeout'],
    reason: ['errorBudget', /of the requests failed.*250 ms/],
    invalid: true,
    row: ({ latencyMs: { all } }) => expect(all?.max).toBeGreaterThanOrEqual(250),
  },
  'burst-503': {
    faults: ['service:ms=2', 'burst-503:requests=3,every=9'],
    failed: ['http503'],
    reason: ['errorBudget', /of the requests failed.*The request queue is full/],
    invalid: true,
  },
  'burst-429': {
    faults: ['service:ms=2', 'burst-429:requests=3,every=9'],
    failed: ['http429'],
    reason: ['errorBudget', /Too many requests/],
    invalid: true,
  },
  'queue-limit': {
    faults: ['queue-limit:texts=4'],
    model: 'use-lite-512',
    cell: { concurrency: 8, batchSize: 4 },
    failed: ['http503'],
    reason: ['errorBudget', /The request queue is full/],
    invalid: true,
  },
  drift: {
    faults: ['service:ms=5', 'drift:above=1,size=0.5'],
    reason: ['vectorDrift', /vectors change under load: cosine 0\.\d{5}/],
    invalid: true,
  },
  'reset-mid-body': {
    faults: ['service:ms=2', 'reset-mid-body:nth=2'],
    // A client that is slow to read takes a reset for an end.
    failed: ['reset', 'truncated'],
    reason: ['errorBudget', /of the requests failed/],
    invalid: true,
  },
  'truncated-body': {
    faults: ['service:ms=2', 'truncated-body:length=short,nth=2'],
    failed: ['malformed'],
    reason: ['badVectors', /of the answers held unusable vectors/],
    invalid: true,
  },
} satisfies Record<NamedBy<'cell'>, Named>;

/** Faults that the probe names as well, when they begin under load only. */
const UNDER_LOAD: Record<string, Named> = {
  'truncated-body, closed': {
    faults: ['service:ms=2', 'truncated-body:nth=2'],
    failed: ['truncated'],
    reason: ['errorBudget', /of the requests failed/],
  },
  nan: {
    faults: ['service:ms=2', 'nan:nth=2'],
    failed: ['badVector'],
    reason: ['badVectors', /holds a value that is not finite|holds null/],
  },
  'all-zero': {
    faults: ['service:ms=2', 'all-zero:nth=2'],
    failed: ['badVector'],
    reason: ['badVectors', /is all zero/],
  },
  'wrong-length': {
    faults: ['service:ms=2', 'wrong-length:nth=2'],
    cell: { batchSize: 2 },
    failed: ['badVector'],
    reason: ['badVectors', /has 31 dimensions, the first one 32/],
  },
  'ignore-dimensions': {
    faults: ['service:ms=2', 'ignore-dimensions'],
    failed: ['badVector'],
    reason: ['noAnswers', /2560 dimensions came back, 32 were asked for/],
    invalid: true,
  },
  'ignore-encoding': {
    faults: ['service:ms=2', 'ignore-encoding'],
    cell: { encoding: 'base64' },
    reason: ['encodingIgnored', /did not come as base64/],
    invalid: true,
  },
  'shuffled-index, wrong': {
    faults: ['service:ms=2', 'shuffled-index:index=wrong'],
    model: 'hash-ngram-2560',
    cell: { batchSize: 8 },
    reason: ['vectorDrift', /vectors change under load/],
    invalid: true,
  },
  'slow-serialisation': {
    faults: ['slow-serialisation:ms=60,pieces=3'],
    row: ({ latencyMs: { service, headers } }) => expect(service.p50! - headers!.p50!).toBeGreaterThan(40),
  },
};

test.each(Object.entries<Named>({ ...CASES, ...UNDER_LOAD }))('a cell shows %s', async (_, named) => {
  const { baseUrl } = await servers.start({
    model: named.model ?? 'null-2560',
    threads: 1,
    faults: named.faults,
  });
  const cell: LoadCell = { ...CLOSED, concurrency: 4, dimensions: 32, ...named.cell };
  const nativeDimensions = named.model === 'use-lite-512' ? 512 : 2560;
  const target = {
    nativeDimensions,
    ...(named.timeoutMs === undefined ? {} : { timeoutMs: named.timeoutMs }),
  };
  const load = { seconds: 0.6, ...named.load };
  const result = await engine.measureTrial(trialRequest(baseUrl, { cell, load, target }));
  const row = summariseCell(cell, [result], { errorBudget: 0.01 });
  const { failed } = row.requests;
  expect(Object.keys(failed).length > 0).toBe(named.failed !== undefined);
  expect(named.failed ?? []).toEqual(expect.arrayContaining(Object.keys(failed)));
  if (named.reason !== undefined) {
    const [code, message] = named.reason;
    const found = row.validity.reasons.find((reason) => reason.code === code);
    expect(found?.message, JSON.stringify(row.validity)).toMatch(message);
  }
  if (named.invalid === true) expect(row.validity.verdict).toBe('invalid');
  named.row?.(row);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareRuns } from '../../../src/compare/compare-runs.ts';
import { type ConfigInput, configSchema } from '../../../src/config/config.ts';
import type { RunRecord } from '../../../src/core/record/run-record.ts';
import { runSweep } from '../../../src/run/run-sweep.ts';
import { systemClock } from '../../../src/threads/system-clock.ts';
import type { NamedBy } from './named-by.ts';

let results: string;
beforeAll(() => {
  results = mkdtempSync(join(tmpdir(), 'dimsweep-faults-'));
});
afterAll(() => rmSync(results, { recursive: true, force: true }));

/** A whole run on the embedded server, and what it wrote down. */
async function run(
  faults: readonly string[],
  rest: Partial<ConfigInput>,
  model = 'null-2560',
): Promise<RunRecord> {
  const config = configSchema.parse({
    name: 'faulty',
    server: {
      baseUrl: 'embedded',
      model,
      embedded: { threads: 1, faults: [...faults] },
    },
    dataset: { builtin: 'reviews', label: 'sentiment', limit: 300 },
    axes: { dimensions: [256] },
    cache: false,
    quality: false,
    load: false,
    ...rest,
  } satisfies ConfigInput);
  const { record } = await runSweep({
    loaded: { config, file: 'faulty.yaml', baseDirectory: results },
    resultsDirectory: results,
    resume: false,
    clock: systemClock,
    environment: {},
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  return record;
}

/**
 * More trials than a comparison needs, with a fault beside which the machine adds little; eight requests at a time
 * are enough for a trial's median as soon as each has been answered once.
 */
const LOAD: ConfigInput['load'] = {
  seconds: 0.4,
  trials: 6,
  warmupSeconds: 0,
  maxWarmupSeconds: 0,
  ceiling: false,
};
const AXES = { dimensions: [256], concurrency: [8] };
const QUALITY: ConfigInput['quality'] = { tasks: ['classification'], folds: 3, map: { method: 'none' } };

/** Verdicts on one metric over all cells. */
function verdicts(metric: string, base: RunRecord, candidate: RunRecord): string[] {
  return compareRuns(base, candidate)
    .differences.filter(({ subject }) => subject.metric === metric)
    .map(({ verdict }) => verdict);
}

const CASES = {
  slow: async () => {
    const exact = await run(['service:ms=20'], { load: LOAD, axes: AXES });
    const slow = await run(['service:ms=20', 'slow:percent=400'], { load: LOAD, axes: AXES });
    expect(verdicts('serviceP50Ms', exact, slow)).toEqual(['regressed']);
  },
  perturb: async () => {
    const model = 'use-lite-512';
    const good = await run([], { quality: QUALITY }, model);
    const noisy = await run(['perturb:size=4'], { quality: QUALITY }, model);
    expect(verdicts('accuracy', good, noisy)).toEqual(['regressed']);
  },
  leak: async () => {
    const record = await run(['service:ms=20', 'leak:kib=1024'], {
      load: { seconds: 1.5, trials: 1, warmupSeconds: 0, maxWarmupSeconds: 0, ceiling: false },
      axes: { dimensions: [256], concurrency: [8] },
    });
    expect(record.doubts).toContainEqual({
      code: 'memoryGrowth',
      message: expect.stringMatching(/^the server's memory grew: RSS .* from \d+ MiB to \d+ MiB .*a leak/),
    });
  },
} satisfies Record<NamedBy<'run'>, () => Promise<void>>;

describe('a run, or the comparison of two, names', () => {
  test.each(Object.entries(CASES))('%s', { timeout: 120_000 }, (_, names) => names());
});

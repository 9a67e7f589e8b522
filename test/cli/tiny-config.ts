import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../src/core/record/run-record.ts';

/** The quickest sweep that has everything: two widths, two load cells, sixty reviews. */
const TINY = {
  name: 'tiny',
  server: { baseUrl: 'embedded', model: 'hash-ngram-2560', embedded: { threads: 1 } },
  dataset: { builtin: 'reviews', limit: 60 },
  axes: { dimensions: [1024, 2560], batchSize: [1, 4] },
  quality: { tasks: ['classification'], folds: 3, bootstrapResamples: 100, map: { method: 'none' } },
  load: {
    dimensions: [1024],
    seconds: 0.2,
    warmupSeconds: 0.05,
    maxWarmupSeconds: 0.1,
    trials: 1,
    ceiling: false,
  },
  cache: false,
};

/** Writes the tiny config, with top-level keys of the test's own, and returns its file's name. */
export function writeTinyConfig(
  folder: string,
  changes: Readonly<Record<string, unknown>> = {},
  file = 'tiny.json',
): string {
  writeFileSync(join(folder, file), JSON.stringify({ ...TINY, ...changes }, undefined, 2));
  return file;
}

/** `--set` arguments. */
export function settings(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([path, value]) => ['--set', `${path}=${JSON.stringify(value)}`]);
}

/** A busy machine may cast so much doubt on every load cell that nothing was measured: exit 4, and only then. */
export function expectedCode(record: RunRecord): number {
  return record.load.every(({ validity }) => validity.verdict === 'invalid') ? 4 : 0;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, type ConfigInput, configSchema } from '../src/config/config.ts';
import { createRandom, type Random } from '../src/core/random.ts';
import type { RunRecord } from '../src/core/record/run-record.ts';
import { compareLive } from '../src/run/live/live-comparison.ts';
import { systemClock } from '../src/threads/system-clock.ts';

/** One live comparison of two embedded servers that differ in their faults alone. */
export interface SimulatedComparison {
  readonly kind: 'load' | 'quality';
  readonly base: readonly string[];
  readonly candidate: readonly string[];
  /** Draws texts and data; equal seeds give equal ones. */
  readonly seed: number;
  /** Compared with itself, as a calibration is. */
  readonly isCalibration?: boolean;
}

/** Rows of labelled text of a quality comparison: 2,000 to learn from, 3,000 held out. */
const ROWS = 5000;

/** Runs one whole comparison, with servers of its own, and hands back both records. */
export async function simulate(
  comparison: SimulatedComparison,
): Promise<{ readonly base: RunRecord; readonly candidate: RunRecord }> {
  const folder = mkdtempSync(join(tmpdir(), 'dimsweep-simulation-'));
  try {
    if (comparison.kind === 'quality')
      writeFileSync(join(folder, 'rows.csv'), labelledTexts(comparison.seed));
    const loaded = (faults: readonly string[]) => ({
      config: configOf(comparison, faults),
      ...{ file: 'simulation.yaml', baseDirectory: folder },
    });
    const { base, candidate } = await compareLive({
      base: loaded(comparison.base),
      ...(comparison.isCalibration ? {} : { candidate: loaded(comparison.candidate) }),
      resultsDirectory: join(folder, 'results'),
      clock: systemClock,
      environment: {},
      emit: () => undefined,
      signal: new AbortController().signal,
    });
    return { base: base.record, candidate: candidate.record };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf({ kind, seed }: SimulatedComparison, faults: readonly string[]): Config {
  return configSchema.parse({ ...(kind === 'load' ? loadConfig(faults) : qualityConfig(faults)), seed });
}

/** Two cells with many short windows: of about fifty requests each, too few for a p95. */
function loadConfig(faults: readonly string[]): ConfigInput {
  return {
    name: 'simulation',
    server: { baseUrl: 'embedded', model: 'null-2560', embedded: { threads: 1, faults: [...faults] } },
    dataset: { builtin: 'reviews', label: 'sentiment', limit: 200 },
    axes: { dimensions: [64], batchSize: [1, 4], concurrency: [8] },
    quality: false,
    load: { seconds: 0.1, warmupSeconds: 0, maxWarmupSeconds: 0, ceiling: false },
  };
}

function qualityConfig(faults: readonly string[]): ConfigInput {
  return {
    name: 'simulation',
    server: { baseUrl: 'embedded', model: 'hash-ngram-2560', embedded: { threads: 1, faults: [...faults] } },
    dataset: { path: 'rows.csv', label: 'label' },
    axes: { dimensions: [512] },
    quality: {
      tasks: ['classification'],
      map: { method: 'none' },
      ...{ testShare: 0.6, paritySample: 0, bootstrapResamples: 100, batchSize: 64 },
    },
    load: false,
  };
}

/** Twelve words a text; every third or so is one of its class's own, and some of those are the other class's. */
function labelledTexts(seed: number): string {
  const random = createRandom(seed, 'texts');
  const common = vocabulary('common', 800);
  const own = { good: vocabulary('good', 40), bad: vocabulary('bad', 40) };
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const [label, other] = i % 2 === 0 ? (['good', 'bad'] as const) : (['bad', 'good'] as const);
    const words = Array.from({ length: 12 }, () => {
      if (random.next() >= 0.35) return pick(common, random);
      return pick(random.next() < 0.95 ? own[label] : own[other], random);
    });
    return `${words.join(' ')},${label}`;
  });
  return `text,label\n${lines.join('\n')}\n`;
}

function vocabulary(name: string, size: number): string[] {
  const random = createRandom('vocabulary', name);
  const letter = (): string => String.fromCharCode(97 + random.integer(26));
  return Array.from({ length: size }, () => Array.from({ length: 3 + random.integer(5) }, letter).join(''));
}

function pick(words: readonly string[], random: Random): string {
  return words[random.integer(words.length)]!;
}

import { createNativeEngine } from '../../src/quality/engines/native.ts';
import { evaluateQuality } from '../../src/quality/evaluate.ts';
import type { QualityJob, QualityJobResult } from '../../src/quality/quality-job.ts';
import { blobs } from '../reference/blobs.ts';

export const CLASSES = ['negative', 'neutral', 'positive'] as const;

/** 240 items in three blobs at 64 dimensions: easy at full width, hard at 8. */
const ROWS = 240;
const DIMENSIONS = 64;

/** A complete job over made-up vectors; give what a test wants other than that. */
export function exampleJob(changes: Partial<QualityJob> = {}): QualityJob {
  const { values, labels } = blobs({ seed: 3, rows: ROWS, dims: DIMENSIONS, classes: 3, separation: 0.6 });
  const ids = Array.from({ length: ROWS }, (_, i) => `item-${i}`);
  return {
    instruction: 'none',
    engine: 'native',
    mlSteps: 50,
    matrix: { ids, dimensions: DIMENSIONS, values },
    items: {
      ids,
      labels: {
        sentiment: Array.from(labels, (label) => CLASSES[label]!),
        parity: ids.map((_, i) => (i % 2 === 0 ? 'even' : 'odd')),
      },
    },
    tasks: [],
    dimensions: [8, 64],
    dtypes: ['float32'],
    options: {
      testShare: 0.3,
      folds: 5,
      repeats: 1,
      c: 1,
      tuneC: false,
      nInit: 3,
      clusteringSeeds: 1,
      bootstrapResamples: 200,
      seed: 42,
    },
    neighbours: 0,
    ...changes,
  };
}

/** The job's result by the native engine, on this thread. */
export function evaluateExample(changes: Partial<QualityJob> = {}): QualityJobResult {
  return evaluateQuality(exampleJob(changes), createNativeEngine());
}

/** Vectors for a task's own texts: one per id, from a recipe of the test's choosing. */
export function ownMatrix(rows: readonly (readonly [string, readonly number[]])[]) {
  const dimensions = rows[0]![1].length;
  return {
    ids: rows.map(([id]) => id),
    dimensions,
    values: Float32Array.from(rows.flatMap(([, values]) => [...values])),
  };
}

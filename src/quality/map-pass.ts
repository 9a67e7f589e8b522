import type { EmbeddingMatrix } from '../core/matrix.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { PrefixView, QualityEngine } from './engine.ts';
import { createMaps, mappedRows } from './map-drawing.ts';
import type { QualityJob } from './quality-job.ts';
import { engineInput } from './through-store.ts';

/** Pictures drawn while the sweep goes by. */
export interface MapPass {
  /** Draws the view's width, when it is one of those asked for. */
  visit(view: PrefixView): void;
  rows(): RunRecord['maps'];
  close(): void;
}

/**
 * Draws the job's maps from the sweep's own views, or, where a picture shows a sample of the rows, from a sweep of
 * that sample.
 *
 * @param labels of the matrix rows; null without one
 */
export function createMapPass(
  job: QualityJob,
  engine: QualityEngine,
  matrix: EmbeddingMatrix,
  labels: readonly (string | null)[],
): MapPass {
  const options = job.map;
  const widths = [...new Set(options?.dimensions)]
    .filter((width) => job.dimensions.includes(width))
    .sort((a, b) => a - b);
  if (options === undefined || widths.length === 0)
    return { visit: () => undefined, rows: () => [], close: () => undefined };
  const rows = mappedRows(matrix.ids.length, options.points, job.options.seed);
  const sample =
    rows.length === matrix.ids.length ? undefined : engine.open(engineInput(sampled(matrix, rows)), widths);
  const maps = createMaps(
    job.instruction,
    Array.from(rows, (row) => matrix.ids[row]!),
    Array.from(rows, (row) => labels[row] ?? null),
    options,
  );
  return {
    visit(view) {
      if (widths.includes(view.dimensions)) maps.visit(sample?.at(view.dimensions) ?? view);
    },
    rows: () => maps.rows(),
    close: () => sample?.close(),
  };
}

function sampled({ ids, dimensions, values }: EmbeddingMatrix, rows: Int32Array): EmbeddingMatrix {
  const kept = new Float32Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    kept.set(values.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions);
  });
  return { ids: Array.from(rows, (row) => ids[row]!), dimensions, values: kept };
}

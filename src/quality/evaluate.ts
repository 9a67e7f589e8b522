import { bytesPerVector } from '../core/axes.ts';
import { cellId } from '../core/cell.ts';
import { UsageError } from '../core/errors.ts';
import type { EmbeddingMatrix } from '../core/matrix.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import { calibrationRows } from './calibration-rows.ts';
import { type SweptCell, sweptCells } from './cell-sweeps.ts';
import type { QualityEngine } from './engine.ts';
import { mlLimits } from './engines/ml.ts';
import { createErrorNeighbours } from './error-neighbours.ts';
import { createMapPass } from './map-pass.ts';
import type { QualityJob, QualityJobResult, QualityProgress } from './quality-job.ts';
import { prepareTasks, sharedEnvironment } from './task-runs.ts';
import { mergeOutcomes } from './tasks/merge-outcomes.ts';
import type { CellViews, TaskOutcome } from './tasks/task.ts';
import { usableMatrix } from './usable-matrix.ts';

/**
 * Scores one instruction's vectors at every width and dtype. Synchronous and heavy: it runs in the quality
 * worker, never on the main thread.
 *
 * @throws UsageError when nothing can be scored: no usable vector, a width beyond the native one, data that no
 *   split can be made of
 */
export function evaluateQuality(
  job: QualityJob,
  engine: QualityEngine,
  onProgress?: QualityProgress,
): QualityJobResult {
  const widths = sweptWidths(job);
  const { matrix, notes: lost } = usableMatrix(job.matrix, 'items');
  const notes = job.engine === 'ml' ? [mlLimits(job.mlSteps), ...lost] : lost;
  const environment = sharedEnvironment(job, matrix);
  const tasks = prepareTasks(job, environment);
  const labels = primaryLabels(job, matrix);
  const errors = createErrorNeighbours(job.instruction, matrix.ids, job.neighbours, widths.at(-1)!);
  const truth = new Map(matrix.ids.map((id, row) => [id, labels[row]!]));
  const maps = createMapPass(job, engine, matrix, labels);
  const pending: (() => QualityRow)[] = [];
  const plan = {
    widths,
    dtypes: job.dtypes,
    fullWidth: tasks.some((task) => task.wantsFullWidth),
    calibration: calibrationRows(matrix.ids.length, environment),
  };
  const own = tasks.map((task) => task.own);
  try {
    for (const cell of sweptCells(engine, matrix, own, plan)) {
      const outcomes = tasks.map((task, t) => task.score({ ...cell, ...ownView(cell, t) }));
      if (!cell.wanted) continue;
      pending.push(() => qualityRow(job, matrix, cell, outcomes, notes));
      if (cell.dtype === 'float32') {
        maps.visit(cell.view);
        for (const outcome of outcomes)
          if (typeof outcome !== 'function') errors.visit(cell.view, outcome, truth);
      }
      onProgress?.(pending.length, widths.length * job.dtypes.length);
    }
    return { rows: pending.map((row) => row()), maps: maps.rows(), neighbours: errors.rows() };
  } finally {
    maps.close();
  }
}

/** Distinct widths, ascending. */
function sweptWidths({ dimensions, dtypes, matrix, instruction }: QualityJob): number[] {
  const widths = [...new Set(dimensions)].sort((a, b) => a - b);
  if (widths.length === 0 || dtypes.length === 0) {
    throw new UsageError('the quality sweep has no dimensions or no dtypes', { hint: 'set axes.dimensions' });
  }
  const tooWide = widths.find((width) => width > matrix.dimensions);
  if (tooWide === undefined) return widths;
  throw new UsageError(
    `${tooWide} dimensions cannot be scored: the vectors of instruction "${instruction}" have ${matrix.dimensions}`,
    { hint: `take ${matrix.dimensions} as the largest of axes.dimensions` },
  );
}

/** Class of every matrix row by the first label column; null without one. */
function primaryLabels({ items }: QualityJob, matrix: EmbeddingMatrix): (string | null)[] {
  const [primary] = Object.values(items.labels);
  const labelOf = new Map(items.ids.map((id, i) => [id, primary?.[i] ?? null]));
  return matrix.ids.map((id) => labelOf.get(id) ?? null);
}

function ownView(cell: SweptCell, task: number): Pick<CellViews, 'own'> {
  const own = cell.ownViews[task];
  return own === undefined ? {} : { own };
}

function qualityRow(
  job: QualityJob,
  matrix: EmbeddingMatrix,
  { dimensions, dtype, zeroRows }: SweptCell,
  outcomes: readonly (TaskOutcome | (() => TaskOutcome))[],
  jobNotes: readonly string[],
): QualityRow {
  const merged = outcomes
    .map((outcome) => (typeof outcome === 'function' ? outcome() : outcome))
    .reduce(mergeOutcomes, { scores: {} });
  const { instruction, serverArgs } = job;
  const server = serverArgs === undefined ? {} : { serverArgs };
  const notes = [...jobNotes, ...zeroRowNote(zeroRows, dimensions), ...(merged.notes ?? [])];
  return {
    id: cellId({ kind: 'quality', dimensions, instruction, dtype, ...server }),
    dimensions,
    instruction,
    dtype,
    ...server,
    bytesPerVector: bytesPerVector(dimensions, dtype),
    rows: matrix.ids.length,
    scores: { ...merged.scores },
    ...(merged.classification === undefined ? {} : { classification: merged.classification }),
    ...(merged.clustering === undefined ? {} : { clustering: [...merged.clustering] }),
    ...(merged.perItem === undefined ? {} : { perItem: merged.perItem }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function zeroRowNote(zeroRows: number, dimensions: number): string[] {
  if (zeroRows === 0) return [];
  const items = zeroRows === 1 ? 'item has' : 'items have';
  return [
    `${zeroRows} ${items} nothing but zeros in the first ${dimensions} dimensions, and cosine 0 to all others`,
  ];
}

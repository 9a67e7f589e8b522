import type { Dtype } from '../core/axes.ts';
import type { EmbeddingMatrix } from '../core/matrix.ts';
import type { EngineInput, PrefixSweep, PrefixView, QualityEngine } from './engine.ts';
import { storedVectors } from './stored-vectors.ts';
import type { TaskRun } from './task-runs.ts';

/** One point of the sweep, with its vectors opened. Dead once the next point is asked for. */
export interface SweptCell {
  readonly dimensions: number;
  readonly dtype: Dtype;
  readonly view: PrefixView;
  /** Vectors of each task's own texts. */
  readonly ownViews: readonly (PrefixView | undefined)[];
  /** Rows whose prefix is all zero. */
  readonly zeroRows: number;
  /** False for the full-width float32 point that only serves as a reference. */
  readonly wanted: boolean;
}

export interface SweepPlan {
  /** Ascending. */
  readonly widths: readonly number[];
  readonly dtypes: readonly Dtype[];
  /** Rows that int8 ranges are learned from. */
  readonly calibration: EmbeddingMatrix;
}

/**
 * Opens the points of the sweep one by one: float32 first, all widths over one open matrix, then dtype by dtype
 * the vectors as they would be stored. What is open is closed when the walk ends, also when it is broken off.
 */
export function* sweptCells(
  engine: QualityEngine,
  matrix: EmbeddingMatrix,
  tasks: readonly TaskRun[],
  { widths, dtypes, calibration }: SweepPlan,
): Generator<SweptCell> {
  const matrices = [matrix, ...tasks.map((task) => task.own)];
  const fullWidth = tasks.some((task) => task.wantsFullWidth) ? [matrix.dimensions] : [];
  const floatWidths = [...new Set([...(dtypes.includes('float32') ? widths : []), ...fullWidth])];
  if (floatWidths.length > 0) {
    const inputs = matrices.map((one) => one && inputOf(one));
    const wanted = (width: number): boolean => dtypes.includes('float32') && widths.includes(width);
    yield* openCells(engine, inputs, floatWidths, 'float32', wanted);
  }
  for (const dtype of dtypes) {
    if (dtype === 'float32') continue;
    for (const width of widths) {
      const stored = matrices.map((one) => one && storedVectors(one, width, dtype, calibration));
      yield* openCells(engine, stored, [width], dtype, () => true);
    }
  }
}

function* openCells(
  engine: QualityEngine,
  inputs: readonly (EngineInput | undefined)[],
  widths: readonly number[],
  dtype: Dtype,
  wanted: (width: number) => boolean,
): Generator<SweptCell> {
  const sweeps: (PrefixSweep | undefined)[] = [];
  try {
    for (const input of inputs) sweeps.push(input && engine.open(input, widths));
    for (const dimensions of widths) {
      const [view, ...ownViews] = sweeps.map((sweep) => sweep?.at(dimensions));
      yield {
        dimensions,
        dtype,
        view: view!,
        ownViews,
        zeroRows: view!.zeroRows.length,
        wanted: wanted(dimensions),
      };
    }
  } finally {
    for (const sweep of sweeps) sweep?.close();
  }
}

function inputOf({ ids, dimensions, values }: EmbeddingMatrix): EngineInput {
  return { rows: ids.length, dimensions, values };
}

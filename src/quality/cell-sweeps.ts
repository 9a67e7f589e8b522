import type { Dtype } from '../core/axes.ts';
import type { EmbeddingMatrix } from '../core/matrix.ts';
import type { EngineInput, PrefixSweep, PrefixView, QualityEngine } from './engine.ts';
import { engineInput, storedInputs } from './through-store.ts';

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
  /** Also opens full width in float32, wanted or not. */
  readonly fullWidth: boolean;
  /** Rows that int8 ranges are learned from. */
  readonly calibration: Int32Array;
}

/**
 * Opens the points of the sweep one by one: float32 first, then dtype by dtype the vectors as they would come
 * back from a store; within a dtype all widths over one open matrix. What is open is closed when the walk ends,
 * also when it is broken off.
 *
 * @param own vectors of the tasks' own texts, one matrix per task that has any
 */
export function* sweptCells(
  engine: QualityEngine,
  items: EmbeddingMatrix,
  own: readonly (EmbeddingMatrix | undefined)[],
  { widths, dtypes, fullWidth, calibration }: SweepPlan,
): Generator<SweptCell> {
  const wantsFloat = dtypes.includes('float32');
  const floatWidths = new Set([...(wantsFloat ? widths : []), ...(fullWidth ? [items.dimensions] : [])]);
  if (floatWidths.size > 0) {
    const inputs = { items: engineInput(items), own: own.map((matrix) => matrix && engineInput(matrix)) };
    yield* openCells(
      engine,
      inputs,
      [...floatWidths],
      'float32',
      (width) => wantsFloat && widths.includes(width),
    );
  }
  for (const dtype of dtypes) {
    if (dtype === 'float32') continue;
    yield* openCells(engine, storedInputs(items, own, dtype, calibration), widths, dtype, () => true);
  }
}

function* openCells(
  engine: QualityEngine,
  inputs: { readonly items: EngineInput; readonly own: readonly (EngineInput | undefined)[] },
  widths: readonly number[],
  dtype: Dtype,
  wanted: (width: number) => boolean,
): Generator<SweptCell> {
  const opened: PrefixSweep[] = [];
  const open = (input: EngineInput): PrefixSweep => {
    const sweep = engine.open(input, widths);
    opened.push(sweep);
    return sweep;
  };
  try {
    const items = open(inputs.items);
    const own = inputs.own.map((input) => input && open(input));
    for (const dimensions of widths) {
      const view = items.at(dimensions);
      yield {
        dimensions,
        dtype,
        view,
        ownViews: own.map((sweep) => sweep?.at(dimensions)),
        zeroRows: view.zeroRows.length,
        wanted: wanted(dimensions),
      };
    }
  } finally {
    for (const sweep of opened) sweep.close();
  }
}

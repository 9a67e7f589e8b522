import type { LogisticModel, PrefixView } from '../engine.ts';
import type { LabelledRows } from './hold-out.ts';

/** Settings of one fit. */
export interface FitSettings {
  readonly classes: number;
  readonly c: number;
  readonly maxIterations?: number;
}

export interface Predictions {
  readonly model: LogisticModel;
  /** rows × classes. */
  readonly probabilities: Float64Array;
  /** Class with the largest probability of every row; the first of equals, as NumPy's `argmax`. */
  readonly predicted: Int32Array;
}

/** Fits on some rows and predicts others; `start` is a model of the same rows at a smaller prefix. */
export function fitAndPredict(
  view: PrefixView,
  train: LabelledRows,
  testRows: Int32Array,
  settings: FitSettings,
  start?: LogisticModel,
): Predictions {
  const model = view.fitLogistic({
    rows: train.rows,
    labels: train.labels,
    ...settings,
    ...(start === undefined ? {} : { warmStart: start }),
  });
  const probabilities = view.predictProbabilities(model, testRows);
  return { model, probabilities, predicted: argmaxRows(probabilities, settings.classes) };
}

/** Column of the largest value in every row. */
export function argmaxRows(values: ArrayLike<number>, columns: number): Int32Array {
  return Int32Array.from({ length: values.length / columns }, (_, row) => {
    let best = 0;
    for (let k = 1; k < columns; k++)
      if (values[row * columns + k]! > values[row * columns + best]!) best = k;
    return best;
  });
}

/** 1 where the prediction is right. */
export function correctness(predicted: ArrayLike<number>, truth: ArrayLike<number>): number[] {
  return Array.from(predicted, (label, i) => Number(label === truth[i]));
}

/**
 * The last model of each dtype, as the solver's start at the next wider prefix: with nested prefixes the
 * optimum moves little.
 */
export function warmStarts(): {
  get(dtype: string): LogisticModel | undefined;
  set(dtype: string, model: LogisticModel): void;
} {
  const models = new Map<string, LogisticModel>();
  return {
    get: (dtype) => models.get(dtype),
    set: (dtype, model) => {
      models.set(dtype, model);
    },
  };
}

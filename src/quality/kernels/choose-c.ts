import { UsageError } from '../../core/errors.ts';
import type { LogisticModel, PrefixView } from '../engine.ts';
import { stratifiedKFold } from './splits.ts';

/** Powers of ten that cover embeddings of unit length from few rows to many. */
export const C_GRID: readonly number[] = [0.01, 0.1, 1, 10, 100, 1000];

export interface ChooseCOptions {
  /** Rows to choose on (the training side), and the class of each. */
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly classes: number;
  readonly grid?: readonly number[];
  /** Default 5; fewer where a class has fewer rows. */
  readonly folds?: number;
  readonly seed: number;
}

export interface CScore {
  readonly c: number;
  /** Means over the held-out rows of all folds. */
  readonly accuracy: number;
  readonly logLoss: number;
}

export interface ChosenC {
  readonly c: number;
  readonly folds: number;
  readonly scores: readonly CScore[];
}

/**
 * Inverse regularisation strength by inner cross-validation: the C of the best accuracy over stratified folds
 * (scikit-learn's `LogisticRegressionCV`), among equals that of the lowest log-loss. In each fold a fit starts
 * from that of the C before.
 *
 * @throws UsageError when a class has a single row
 */
export function chooseC(view: PrefixView, options: ChooseCOptions): ChosenC {
  const { rows, labels, classes, grid = C_GRID, seed } = options;
  const folds = foldsFor(labels, classes, options.folds ?? 5);
  const sums = grid.map((c) => ({ c, right: 0, loss: 0 }));
  for (const { train, test } of stratifiedKFold(labels, folds, seed)) {
    const fitRows = train.map((p) => rows[p]!);
    const fitLabels = train.map((p) => labels[p]!);
    const testRows = test.map((p) => rows[p]!);
    let warmStart: LogisticModel | undefined;
    for (const sum of sums) {
      const start = warmStart === undefined ? {} : { warmStart };
      warmStart = view.fitLogistic({ rows: fitRows, labels: fitLabels, classes, c: sum.c, ...start });
      const probabilities = view.predictProbabilities(warmStart, testRows);
      test.forEach((p, i) => {
        const own = probabilities.subarray(i * classes, (i + 1) * classes);
        if (own.indexOf(Math.max(...own)) === labels[p]) sum.right++;
        sum.loss -= Math.log(Math.max(own[labels[p]!]!, Number.EPSILON));
      });
    }
  }
  const scores = sums.map(({ c, right, loss }) => ({
    c,
    accuracy: right / rows.length,
    logLoss: loss / rows.length,
  }));
  const [best] = scores.toSorted((a, b) => b.accuracy - a.accuracy || a.logLoss - b.logLoss);
  return { c: best!.c, folds, scores };
}

/** Every fold must leave each class in its training side, so a class with few rows allows few folds. */
function foldsFor(labels: Int32Array, classes: number, wanted: number): number {
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]! += 1;
  const folds = Math.min(wanted, ...counts);
  if (folds < 2) {
    throw new UsageError('C cannot be chosen by cross-validation: a class has a single row', {
      hint: 'set quality.tuneC to false, or bring more rows of that class',
    });
  }
  return folds;
}

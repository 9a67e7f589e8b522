import type { PrefixView } from '../engine.ts';
import { stratifiedKFold } from '../kernels/splits.ts';
import { macroF1OfCounts } from '../metrics/classification-scores.ts';
import { confusionCodes } from '../metrics/confusion.ts';
import { countScores, proportionScore } from '../score-intervals.ts';
import { majorityShare } from './classification-hold-out.ts';
import { correctness, fitAndPredict } from './classifier.ts';
import { type LabelledRows, planHoldOut } from './hold-out.ts';
import type { CellViews, TaskEnvironment, TaskOutcome } from './task.ts';

/** Inverse regularisation strengths that inner cross-validation chooses from. */
export const C_GRID = [0.01, 0.1, 1, 10, 100, 1000] as const;
const INNER_FOLDS = 5;

/**
 * Hold-out scores with C chosen by stratified cross-validation inside the training part. C = 1 is strong
 * regularisation for unit vectors and under-fits low dimensions, so that a sweep at C = 1 alone blames the
 * dimension for what the penalty did.
 */
export function scoreTuned(
  column: string,
  environment: TaskEnvironment,
): (cell: CellViews) => TaskOutcome & { readonly bestC?: number } {
  const split = planHoldOut(column, environment);
  const classes = split.classes.length;
  const folds = innerFolds(split.train, environment.options.seed);
  return ({ view }) => {
    if (folds === undefined) {
      return { scores: {}, notes: ['C was not tuned: no class has two rows to train on'] };
    }
    const bestC = chooseC(view, folds, classes);
    const { predicted } = fitAndPredict(view, split.train, split.test.rows, { classes, c: bestC });
    const truth = split.test.labels;
    const hits = correctness(predicted, truth).reduce((total, hit) => total + hit, 0);
    const { macroF1BestC } = countScores(
      confusionCodes(truth, predicted, classes),
      classes * classes,
      { macroF1BestC: (counts) => macroF1OfCounts(counts, classes) },
      environment.options,
      { macroF1BestC: { range: [0, 1] } },
    );
    return {
      scores: {
        accuracyBestC: proportionScore(hits, truth.length, majorityShare(split)),
        ...(macroF1BestC === undefined ? {} : { macroF1BestC }),
      },
      bestC,
      perItem: { accuracyBestC: { ids: [...split.testIds], values: correctness(predicted, truth) } },
    };
  };
}

interface Fold {
  readonly train: LabelledRows;
  readonly test: LabelledRows;
}

function innerFolds(train: LabelledRows, seed: number): Fold[] | undefined {
  const counts = new Map<number, number>();
  for (const label of train.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const folds = Math.min(INNER_FOLDS, Math.max(...counts.values()));
  if (folds < 2) return undefined;
  const pick = (positions: Int32Array): LabelledRows => ({
    rows: positions.map((position) => train.rows[position]!),
    labels: positions.map((position) => train.labels[position]!),
  });
  return stratifiedKFold(train.labels, folds, seed)
    .map((fold) => ({ train: pick(fold.train), test: pick(fold.test) }))
    .filter((fold) => new Set(fold.train.labels).size === counts.size);
}

/** The C with the best mean accuracy; of equals the smallest, the strongest regularisation. */
function chooseC(view: PrefixView, folds: readonly Fold[], classes: number): number {
  let best = { c: C_GRID[0] as number, right: -1 };
  const starts = folds.map(() => undefined as ReturnType<typeof fitAndPredict>['model'] | undefined);
  for (const c of C_GRID) {
    let right = 0;
    folds.forEach((fold, f) => {
      const { model, predicted } = fitAndPredict(view, fold.train, fold.test.rows, { classes, c }, starts[f]);
      starts[f] = model;
      right += mean01(correctness(predicted, fold.test.labels));
    });
    if (right > best.right + 1e-12) best = { c, right };
  }
  return best.c;
}

function mean01(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

import { UsageError } from '../../core/errors.ts';
import type { PrefixView } from '../engine.ts';
import { chooseC } from '../kernels/choose-c.ts';
import { macroF1OfCounts } from '../metrics/classification-scores.ts';
import { confusionCodes } from '../metrics/confusion.ts';
import { countScores, proportionScore } from '../score-intervals.ts';
import { majorityShare } from './classification-hold-out.ts';
import { correctness, fitAndPredict } from './classifier.ts';
import { type LabelledRows, planHoldOut } from './hold-out.ts';
import type { CellViews, TaskEnvironment, TaskOutcome } from './task.ts';

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
  return ({ view }) => {
    const bestC = chosenC(view, split.train, classes, environment.options.seed);
    if (typeof bestC === 'string') return { scores: {}, notes: [bestC] };
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

/** The C that inner cross-validation chooses, or why it cannot: the fixed C's scores stand without it. */
function chosenC(view: PrefixView, train: LabelledRows, classes: number, seed: number): number | string {
  try {
    return chooseC(view, { ...train, classes, seed }).c;
  } catch (thrown) {
    if (thrown instanceof UsageError) return thrown.message;
    throw thrown;
  }
}

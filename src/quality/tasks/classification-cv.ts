import type { Score } from '../../core/record/score.ts';
import { mean } from '../../stats/moments.ts';
import { meanStatistic } from '../../stats/paired-bootstrap.ts';
import type { LogisticModel } from '../engine.ts';
import { repeatedStratifiedKFold } from '../kernels/splits.ts';
import { macroF1OfCounts } from '../metrics/classification-scores.ts';
import { confusionCounts } from '../metrics/confusion.ts';
import { statisticScore } from '../score-intervals.ts';
import { labelledItems } from './classes.ts';
import { fitAndPredict } from './classifier.ts';
import { type RowSplit, requireTrainable, splitRows } from './hold-out.ts';
import type { DirectScorer, TaskEnvironment } from './task.ts';

/**
 * Repeated stratified cross-validation, folds as scikit-learn's `RepeatedStratifiedKFold`. Values are means over
 * folds, as `cross_val_score` gives them; intervals resample items, each with its outcomes of all repeats, since
 * folds share training rows and are not independent.
 */
export function scoreCrossValidation(column: string, environment: TaskEnvironment): DirectScorer {
  const { folds, repeats, seed, c } = environment.options;
  const labelled = labelledItems(environment.items, column);
  const classes = labelled.classes.length;
  const splits = repeatedStratifiedKFold(labelled.labels, folds, repeats, seed).map((split) =>
    splitRows(split, labelled, environment),
  );
  for (const split of splits) requireTrainable(split, labelled.classes);
  const starts = new Map<string, LogisticModel[]>();
  return ({ view, dtype }) => {
    const before = starts.get(dtype);
    const fits = splits.map(({ train, test }, s) =>
      fitAndPredict(view, train, test.rows, { classes, c }, before?.[s]),
    );
    starts.set(
      dtype,
      fits.map((fit) => fit.model),
    );
    const outcomes = pooledOutcomes(
      splits,
      fits.map((fit) => fit.predicted),
      folds,
    );
    const byFold = splits.map(({ test }, s) => foldScores(test.labels, fits[s]!.predicted, classes));
    return {
      scores: crossValidationScores(byFold, outcomes, classes, environment),
      perItem: {
        accuracyCvFolds: {
          ids: splits.map((_, s) => `repeat ${Math.floor(s / folds) + 1} fold ${(s % folds) + 1}`),
          values: byFold.map((fold) => fold.accuracy),
        },
      },
    };
  };
}

interface FoldScores {
  readonly accuracy: number;
  readonly macroF1: number;
}

function foldScores(truth: Int32Array, predicted: Int32Array, classes: number): FoldScores {
  const right = truth.reduce((total, label, i) => total + Number(label === predicted[i]), 0);
  return {
    accuracy: right / truth.length,
    macroF1: macroF1OfCounts(confusionCounts(truth, predicted, classes), classes),
  };
}

/** Every item's class and what each repeat predicted for it. */
interface PooledOutcomes {
  readonly truth: readonly number[];
  /** Repeat by repeat, one prediction per item. */
  readonly predicted: readonly (readonly number[])[];
}

function pooledOutcomes(
  splits: readonly RowSplit[],
  predicted: readonly Int32Array[],
  folds: number,
): PooledOutcomes {
  const position = new Map<number, number>();
  const truth: number[] = [];
  splits.slice(0, folds).forEach(({ test }) => {
    test.rows.forEach((row, i) => {
      position.set(row, truth.length);
      truth.push(test.labels[i]!);
    });
  });
  const byRepeat = Array.from({ length: splits.length / folds }, () =>
    new Array<number>(truth.length).fill(0),
  );
  splits.forEach(({ test }, s) => {
    test.rows.forEach((row, i) => {
      byRepeat[Math.floor(s / folds)]![position.get(row)!] = predicted[s]![i]!;
    });
  });
  return { truth, predicted: byRepeat };
}

function crossValidationScores(
  byFold: readonly FoldScores[],
  { truth, predicted }: PooledOutcomes,
  classes: number,
  { options }: TaskEnvironment,
): Record<string, Score> {
  const rightShare = truth.map((label, i) => mean(predicted.map((repeat) => Number(repeat[i] === label))));
  const macroF1 = (items: Int32Array): number =>
    mean(
      predicted.map((repeat) => {
        const counts = new Int32Array(classes * classes);
        for (const item of items) {
          const code = truth[item]! * classes + repeat[item]!;
          counts[code] = counts[code]! + 1;
        }
        return macroF1OfCounts(counts, classes);
      }),
    );
  const centred = { centred: true, range: [0, 1] as const };
  return {
    accuracyCv: statisticScore(truth.length, meanStatistic(rightShare), options, {
      ...centred,
      value: mean(byFold.map((fold) => fold.accuracy)),
    }),
    macroF1Cv: statisticScore(truth.length, macroF1, options, {
      ...centred,
      value: mean(byFold.map((fold) => fold.macroF1)),
    }),
  };
}

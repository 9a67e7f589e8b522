import type { Score } from '../../core/record/score.ts';
import { classificationReport } from '../metrics/classification-report.ts';
import {
  balancedAccuracyOfCounts,
  macroF1OfCounts,
  mccOfCounts,
  weightedF1OfCounts,
} from '../metrics/classification-scores.ts';
import { confusionCodes, confusionCounts, confusionRows } from '../metrics/confusion.ts';
import { logLosses } from '../metrics/log-loss.ts';
import { countScores, meanScore, proportionScore } from '../score-intervals.ts';
import { correctness, fitAndPredict, type Predictions, warmStarts } from './classifier.ts';
import { planHoldOut, type RowSplit, requireTrainable, restrictToSample } from './hold-out.ts';
import type { CellViews, DirectScorer, TaskEnvironment, TaskOutcome } from './task.ts';

/** Stratified hold-out: one fit, everything the report shows of it. */
export function scoreHoldOut(column: string, environment: TaskEnvironment): DirectScorer {
  const split = planHoldOut(column, environment);
  const { classes } = split;
  const sample = trainableSample(restrictToSample(split, environment), classes);
  const { c } = environment.options;
  const settings = { classes: classes.length, c };
  const starts = warmStarts();
  return (cell) => {
    const fit = fitAndPredict(cell.view, split.train, split.test.rows, settings, starts.get(cell.dtype));
    starts.set(cell.dtype, fit.model);
    return {
      scores: holdOutScores(fit, split, classes.length, environment),
      classification: {
        classes: [...classes],
        confusion: confusionRows(
          confusionCounts(split.test.labels, fit.predicted, classes.length),
          classes.length,
        ),
        report: classificationReport(
          confusionCounts(split.test.labels, fit.predicted, classes.length),
          classes,
        ),
        majorityBaseline: majorityShare(split),
        c,
        engine: environment.engine,
        testIds: [...split.testIds],
        predicted: Array.from(fit.predicted),
        iterations: fit.model.iterations,
        converged: fit.model.converged,
      },
      ...sharedSampleItems(cell, sample, settings),
    };
  };
}

/** Hold-out scores with their intervals; accuracy and macro-F1 know what always naming one class would give. */
function holdOutScores(
  fit: Predictions,
  split: RowSplit,
  classes: number,
  environment: TaskEnvironment,
): Record<string, Score> {
  const truth = split.test.labels;
  const hits = correctness(fit.predicted, truth).reduce((total, hit) => total + hit, 0);
  const resampling = environment.options;
  const share = { range: [0, 1] as const };
  return {
    accuracy: proportionScore(hits, truth.length, majorityShare(split)),
    ...countScores(
      confusionCodes(truth, fit.predicted, classes),
      classes * classes,
      {
        macroF1: (counts) => macroF1OfCounts(counts, classes),
        weightedF1: (counts) => weightedF1OfCounts(counts, classes),
        balancedAccuracy: (counts) => balancedAccuracyOfCounts(counts, classes),
        mcc: (counts) => mccOfCounts(counts, classes),
      },
      resampling,
      {
        macroF1: share,
        weightedF1: share,
        balancedAccuracy: { ...share, baseline: 1 / classes },
        mcc: { range: [-1, 1], baseline: 0 },
      },
    ),
    logLoss: meanScore(logLosses(fit.probabilities, truth, classes), resampling),
  };
}

/** Share of the test items that are of the training part's most frequent class. */
export function majorityShare({ train, test }: RowSplit): number {
  const counts = new Map<number, number>();
  for (const label of train.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [majority] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
  return test.labels.filter((label) => label === majority).length / test.labels.length;
}

/** The shared sample, where every class can be trained on it; an instruction's own sample is judged elsewhere. */
function trainableSample(sample: RowSplit | undefined, classes: readonly string[]): RowSplit | undefined {
  if (sample === undefined) return undefined;
  requireTrainable(sample, classes);
  return sample;
}

/** Correctness on the sample that all instructions share, after training on its rows only. */
function sharedSampleItems(
  cell: CellViews,
  sample: RowSplit | undefined,
  settings: { classes: number; c: number },
): Pick<TaskOutcome, 'perItem'> {
  if (sample === undefined) return {};
  const { predicted } = fitAndPredict(cell.view, sample.train, sample.test.rows, settings);
  return {
    perItem: {
      accuracySample: { ids: [...sample.testIds], values: correctness(predicted, sample.test.labels) },
    },
  };
}

import { UsageError } from '../../core/errors.ts';
import { mean, median } from '../../stats/moments.ts';
import { kappaOfCounts } from '../metrics/classification-scores.ts';
import { confusionCodes } from '../metrics/confusion.ts';
import { spearmanCorrelation } from '../metrics/rank-correlation.ts';
import { countScores, meanScore, statisticScore } from '../score-intervals.ts';
import { fitAndPredict, warmStarts } from './classifier.ts';
import { planHoldOut } from './hold-out.ts';
import type { QualityTask } from './task.ts';

export interface OrdinalSpec {
  readonly column: string;
}

/**
 * Ratings as numbers, not as names: the expected rating under the classifier's probabilities against the true
 * one. A miss by one star costs less than a miss by four, which accuracy cannot see.
 */
export const ordinal: QualityTask<OrdinalSpec, OrdinalSpec> = {
  id: 'ordinal',
  reads: 'items',
  plan: (source) => ({ spec: source, texts: [] }),
  prepare({ column }, environment) {
    const split = planHoldOut(column, environment);
    const ratings = numericRatings(split.classes, column);
    const levels = levelOrder(ratings);
    const { c } = environment.options;
    const settings = { classes: ratings.length, c };
    const truth = Array.from(split.test.labels, (label) => ratings[label]!);
    const middle = median(Array.from(split.train.labels, (label) => ratings[label]!));
    const guessMae = mean(truth.map((rating) => Math.abs(rating - middle)));
    const starts = warmStarts();
    return ({ view, dtype }) => {
      const fit = fitAndPredict(view, split.train, split.test.rows, settings, starts.get(dtype));
      starts.set(dtype, fit.model);
      const expected = truth.map((_, i) => expectedRating(fit.probabilities, i, ratings));
      const errors = expected.map((rating, i) => Math.abs(rating - truth[i]!));
      const codes = confusionCodes(
        Array.from(split.test.labels, (label) => levels[label]!),
        expected.map((rating) => nearestLevel(rating, ratings, levels)),
        ratings.length,
      );
      const spearman = statisticScore(
        truth.length,
        (items) =>
          spearmanCorrelation(
            Float64Array.from(items, (i) => expected[i]!),
            Float64Array.from(items, (i) => truth[i]!),
          ),
        environment.options,
        { range: [-1, 1], baseline: 0 },
      );
      return {
        scores: {
          ratingMae: meanScore(errors, environment.options, {
            range: [0, Number.POSITIVE_INFINITY],
            baseline: guessMae,
          }),
          ...countScores(
            codes,
            ratings.length ** 2,
            { quadraticKappa: (counts) => kappaOfCounts(counts, ratings.length, 'quadratic') },
            environment.options,
            { quadraticKappa: { range: [-1, 1], baseline: 0 } },
          ),
          ...(Number.isFinite(spearman.value) ? { ratingSpearman: spearman } : {}),
        },
        perItem: { ratingMae: { ids: [...split.testIds], values: errors } },
        ...(Number.isFinite(spearman.value)
          ? {}
          : { notes: ['ordinal: all predicted ratings are equal, so there is no rank correlation'] }),
      };
    };
  },
};

function numericRatings(classes: readonly string[], column: string): number[] {
  return classes.map((name) => {
    const rating = name.trim() === '' ? Number.NaN : Number(name);
    if (Number.isFinite(rating)) return rating;
    throw new UsageError(`the task ordinal needs numbers as classes, and "${column}" has "${name}"`, {
      hint: 'give the task a column of ratings (column:), or leave dataset.labels away for it',
    });
  });
}

/** Position of every class in ascending order of rating: "10" sorts before "2" as a name. */
function levelOrder(ratings: readonly number[]): number[] {
  const sorted = [...ratings].sort((a, b) => a - b);
  return ratings.map((rating) => sorted.indexOf(rating));
}

function expectedRating(probabilities: Float64Array, item: number, ratings: readonly number[]): number {
  return ratings.reduce((total, rating, k) => total + rating * probabilities[item * ratings.length + k]!, 0);
}

function nearestLevel(rating: number, ratings: readonly number[], levels: readonly number[]): number {
  let nearest = 0;
  ratings.forEach((candidate, k) => {
    if (Math.abs(candidate - rating) < Math.abs(ratings[nearest]! - rating)) nearest = k;
  });
  return levels[nearest]!;
}

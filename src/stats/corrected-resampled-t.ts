import type { Interval } from './interval.ts';
import { mean, sampleVariance } from './moments.ts';
import { tQuantile, tTwoSidedP } from './t-distribution.ts';

export interface CorrectedResampledT extends Interval {
  readonly meanDifference: number;
  readonly standardError: number;
  readonly t: number;
  readonly df: number;
  readonly p: number;
}

/**
 * Corrected resampled t-test for the differences of repeated cross-validation, whose training sets overlap:
 * t = mean(d) / √((1/J + n_test/n_train)·s²_d), J − 1 degrees of freedom for J = folds × repeats (Nadeau &
 * Bengio, Machine Learning 52, 2003; Bouckaert & Frank, PAKDD 2004). The plain t-test rejects far too often
 * here.
 *
 * @param differences one per fold and repeat: candidate − reference on the same split
 * @param testTrainRatio rows tested ÷ rows trained on in each split: 1/(k − 1) for k folds
 * @throws RangeError below two differences
 */
export function correctedResampledT(
  differences: ArrayLike<number>,
  testTrainRatio: number,
  level = 0.95,
): CorrectedResampledT {
  if (differences.length < 2)
    throw new RangeError('the corrected resampled t-test needs two differences or more');
  const meanDifference = mean(differences);
  const df = differences.length - 1;
  const error = Math.sqrt((1 / differences.length + testTrainRatio) * sampleVariance(differences));
  const half = error === 0 ? 0 : tQuantile(1 - (1 - level) / 2, df) * error;
  const t =
    error === 0
      ? meanDifference === 0
        ? 0
        : Math.sign(meanDifference) * Number.POSITIVE_INFINITY
      : meanDifference / error;
  return {
    meanDifference,
    standardError: error,
    t,
    df,
    p: tTwoSidedP(t, df),
    low: meanDifference - half,
    high: meanDifference + half,
    level,
  };
}

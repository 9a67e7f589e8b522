import { linearRegression } from 'simple-statistics';
import { mean } from './moments.ts';
import { tQuantile, tTwoSidedP } from './t-distribution.ts';

export interface Trend {
  /** Change of the value per step of position. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided p of "no trend". */
  readonly p: number;
  /** Change over the whole series by the fitted line, as a share of the mean; NaN when the mean is 0. */
  readonly relativeDrift: number;
}

/**
 * Least-squares slope with its t-test (Draper & Smith, Applied Regression Analysis, §1.4). The test takes the
 * residuals for independent: give it batch means or per-slice figures, not raw neighbouring latencies.
 *
 * @param values in the order of time
 * @param positions when each was taken; default 0, 1, 2 …
 * @returns undefined below three values, or when all positions are equal
 */
export function slopeTest(
  values: ArrayLike<number>,
  positions?: ArrayLike<number>,
  level = 0.95,
): Trend | undefined {
  const n = values.length;
  if (n < 3) return undefined;
  const x = Array.from(values, (_, i) => positions?.[i] ?? i);
  const centre = mean(x);
  const spread = x.reduce((total, position) => total + (position - centre) ** 2, 0);
  if (spread === 0) return undefined;
  const { m: slope, b: intercept } = linearRegression(x.map((position, i) => [position, values[i]!]));
  const residuals = x.reduce(
    (total, position, i) => total + (values[i]! - intercept - slope * position) ** 2,
    0,
  );
  const error = Math.sqrt(residuals / (n - 2) / spread);
  const half = tQuantile(1 - (1 - level) / 2, n - 2) * error;
  // A line fitted to a constant leaves rounding residues: no slope, no doubt about it.
  const t = slope === 0 ? 0 : slope / error;
  return {
    slope,
    low: slope - half,
    high: slope + half,
    p: tTwoSidedP(t, n - 2),
    relativeDrift: (slope * (x.at(-1)! - x[0]!)) / mean(values),
  };
}

import type { QualityRow } from '../core/record/quality-row.ts';
import type { Score } from '../core/record/score.ts';
import { normalCdf, normalQuantile } from '../stats/normal-distribution.ts';
import { tQuantile } from '../stats/t-distribution.ts';
import { foldTest } from './fold-test.ts';
import { reach } from './item-change.ts';
import type { MeasuredEvidence } from './trial-change.ts';

const LEVEL = 0.95;
const POWER = 0.8;

/**
 * Two scores with intervals and no item values: taken for independent, which scores on the same items are not.
 * Their difference then looks more doubtful than it is, so that no false alarm comes of it.
 *
 * @returns undefined when a side has no interval, or one without width
 */
export function independentChange(base: Score, candidate: Score): MeasuredEvidence | undefined {
  const errors = [standardError(base), standardError(candidate)];
  if (errors[0] === undefined || errors[1] === undefined) return undefined;
  const error = Math.hypot(errors[0], errors[1]);
  if (!(error > 0)) return undefined;
  const value = candidate.value - base.value;
  const interval = (level: number) => {
    const half = normalQuantile(1 - (1 - level) / 2) * error;
    return { low: value - half, high: value + half };
  };
  return {
    change: {
      base: base.value,
      candidate: candidate.value,
      scale: 'absolute',
      value,
      ...interval(LEVEL),
      p: Math.min(1, 2 * normalCdf(-Math.abs(value) / error)),
      n: { base: base.n, candidate: candidate.n, of: 'items' },
      method: 'two intervals taken for independent: item values are missing',
    },
    evidence: {
      intervalAt: interval,
      detectableAt: (alpha) => reach(alpha) * error,
      neededFor: () => undefined,
    },
  };
}

function standardError({ low, high, level = LEVEL }: Score): number | undefined {
  if (low === undefined || high === undefined) return undefined;
  return (high - low) / (2 * normalQuantile(1 - (1 - level) / 2));
}

/**
 * Cross-validated accuracy by the corrected resampled t-test.
 *
 * @returns undefined when the rows were not scored on the same folds
 */
export function foldChange(base: QualityRow, candidate: QualityRow): MeasuredEvidence | undefined {
  const test = foldTest(base, candidate);
  if (test === undefined) return undefined;
  const { differences, least } = test;
  const { meanDifference, p, df, low, high, error } = test.testAt(LEVEL);
  const n = differences.length;
  return {
    change: {
      base: test.base,
      candidate: test.candidate,
      scale: 'absolute',
      value: meanDifference,
      low,
      high,
      p,
      ...(differences.every((difference) => difference === 0) ? { leastP: 1 } : {}),
      n: { base: n, candidate: n, of: 'folds' },
      method: 'corrected resampled t-test over the same folds',
    },
    evidence: {
      intervalAt: (level) => test.testAt(level),
      detectableAt: (alpha) => Math.max(least, (tQuantile(1 - alpha / 2, df) + tQuantile(POWER, df)) * error),
      neededFor: () => undefined,
    },
  };
}

import type { PairedVerdict } from '../core/record/quality-row.ts';
import { nonInferiority } from '../stats/non-inferiority.ts';
import { foldTest } from './fold-test.ts';
import type { DeclaredPair } from './verdict-families.ts';

const LEVEL = 0.95;

/**
 * Non-inferiority of cross-validated accuracy, by the corrected resampled t-test.
 *
 * @returns undefined when the rows were not scored on the same folds
 */
export function correctedFoldVerdict(
  { question, candidate, reference }: DeclaredPair,
  relativeMargin: number,
): PairedVerdict | undefined {
  const test = foldTest(reference, candidate);
  if (test === undefined) return undefined;
  const { meanDifference, p, low, high } = test.testAt(LEVEL);
  const oneSided = test.testAt(2 * LEVEL - 1);
  const margin = relativeMargin * test.base;
  if (!(margin > 0)) return undefined;
  const n = test.differences.length;
  const { verdict } = nonInferiority({
    difference: meanDifference,
    low: oneSided.low,
    high: oneSided.high,
    standardError: 0,
    n,
    margin,
  });
  return {
    question,
    metric: 'accuracyCv',
    candidate: candidate.id,
    reference: reference.id,
    difference: { value: meanDifference, low, high, level: LEVEL, method: 'corrected resampled t', n },
    margin,
    verdict,
    p,
  };
}

import type { PairedVerdict } from '../core/record/quality-row.ts';
import { correctedResampledT } from '../stats/corrected-resampled-t.ts';
import { mean } from '../stats/moments.ts';
import { nonInferiority, ruleOfThree } from '../stats/non-inferiority.ts';
import type { DeclaredPair } from './verdict-families.ts';

const LEVEL = 0.95;

/**
 * Cross-validated accuracy, fold by fold on the same folds, by the corrected resampled t-test: folds share
 * training rows, which the plain t-test takes for independent evidence.
 *
 * @returns undefined when the rows were not scored on the same folds
 */
export function correctedFoldVerdict(
  { question, candidate, reference }: DeclaredPair,
  relativeMargin: number,
): PairedVerdict | undefined {
  const here = candidate.perItem?.['accuracyCvFolds'];
  const there = reference.perItem?.['accuracyCvFolds'];
  if (here === undefined || there === undefined || here.ids.join() !== there.ids.join()) return undefined;
  if (here.ids.length < 2) return undefined;
  const differences = here.values.map((value, i) => value - there.values[i]!);
  const folds = here.ids.filter((id) => id.startsWith('repeat 1 ')).length;
  const least = ruleOfThree(reference.rows);
  const testAt = (level: number) => {
    const { meanDifference, low, high, p } = correctedResampledT(differences, 1 / (folds - 1), level);
    return {
      meanDifference,
      p,
      low: Math.min(low, meanDifference - least),
      high: Math.max(high, meanDifference + least),
    };
  };
  const { meanDifference, p, low, high } = testAt(LEVEL);
  const oneSided = testAt(2 * LEVEL - 1);
  const margin = relativeMargin * mean(there.values);
  if (!(margin > 0)) return undefined;
  const { verdict } = nonInferiority({
    difference: meanDifference,
    low: oneSided.low,
    high: oneSided.high,
    standardError: 0,
    n: differences.length,
    margin,
  });
  const n = differences.length;
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

import type { QualityRow } from '../core/record/quality-row.ts';
import { correctedResampledT } from '../stats/corrected-resampled-t.ts';
import { mean } from '../stats/moments.ts';
import { ruleOfThree } from '../stats/non-inferiority.ts';

/** Cross-validated accuracy of two rows, fold by fold on the same folds. */
export interface FoldTest {
  readonly base: number;
  readonly candidate: number;
  readonly differences: readonly number[];
  /** Half-width below which no interval goes: what folds that all agree still leave open. */
  readonly least: number;
  testAt(level: number): {
    readonly meanDifference: number;
    readonly low: number;
    readonly high: number;
    readonly p: number;
    readonly df: number;
    /** Standard error that the folds show. */
    readonly error: number;
  };
}

/**
 * The corrected resampled t-test: folds share training rows, which the plain t-test takes for independent evidence.
 *
 * @returns undefined when the rows were not scored on the same folds
 */
export function foldTest(base: QualityRow, candidate: QualityRow): FoldTest | undefined {
  const [there, here] = [base.perItem?.['accuracyCvFolds'], candidate.perItem?.['accuracyCvFolds']];
  if (there === undefined || here === undefined || there.ids.join('\n') !== here.ids.join('\n'))
    return undefined;
  const folds = here.ids.filter((id) => id.startsWith('repeat 1 ')).length;
  if (folds < 2) return undefined;
  const differences = here.values.map((value, i) => value - there.values[i]!);
  const least = ruleOfThree(base.rows);
  return {
    base: mean(there.values),
    candidate: mean(here.values),
    differences,
    least,
    testAt: (level) => {
      const { meanDifference, low, high, p, df, standardError } = correctedResampledT(
        differences,
        1 / (folds - 1),
        level,
      );
      return {
        meanDifference,
        low: Math.min(low, meanDifference - least),
        high: Math.max(high, meanDifference + least),
        p,
        df,
        error: standardError,
      };
    },
  };
}

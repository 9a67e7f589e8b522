import { holm } from '../stats/multiplicity.ts';
import {
  betterSign,
  type Difference,
  type DifferenceDraft,
  type JudgeOptions,
  type MeasuredChange,
} from './difference.ts';

/**
 * Gives every draft its verdict. All tests form one family: their p-values are adjusted together (Holm), so that
 * a comparison of a hundred cells cries wolf no more often than one of one cell. A change is only called when
 * the test rejects, its interval leaves 0 out, and it is at least as large as the least effect.
 */
export function judge(drafts: readonly DifferenceDraft[], options: JudgeOptions): Difference[] {
  const tested = drafts.filter((draft) => draft.blocked === undefined && draft.change?.p !== undefined);
  const adjusted = holm(tested.map((draft) => draft.change!.p!));
  const adjustedOf = new Map(tested.map((draft, i) => [draft, adjusted[i]!]));
  return drafts.map((draft) => {
    const { subject, direction, change, blocked } = draft;
    const pAdjusted = adjustedOf.get(draft);
    const verdict = verdictOf(draft, pAdjusted, tested.length, options);
    return {
      subject,
      direction,
      ...(change === undefined ? {} : { change }),
      ...(pAdjusted === undefined || blocked !== undefined ? {} : { pAdjusted }),
      ...verdict,
    };
  });
}

type Verdict = Pick<Difference, 'verdict' | 'reason'>;

function verdictOf(
  draft: DifferenceDraft,
  pAdjusted: number | undefined,
  family: number,
  options: JudgeOptions,
): Verdict {
  const { change, blocked, subject, direction } = draft;
  if (blocked !== undefined) return { verdict: 'noVerdict', reason: blocked };
  if (change === undefined) return { verdict: 'noVerdict', reason: 'one side has no figure' };
  if (change.base === change.candidate && change.low === undefined) {
    return { verdict: 'same', reason: 'both sides have the same figure' };
  }
  if (pAdjusted === undefined) return byRule(change, options.leastEffect(subject), direction);
  if (change.leastP !== undefined && change.leastP * family > options.alpha) {
    return {
      verdict: 'noVerdict',
      reason: `${change.n.base} and ${change.n.candidate} trials cannot show a change in a family of ${family} tests`,
    };
  }
  const least = options.leastEffect(subject);
  const excludesZero =
    change.low !== undefined && change.high !== undefined && (change.low > 0 || change.high < 0);
  if (pAdjusted <= options.alpha && excludesZero && Math.abs(change.value) >= least)
    return called(change, direction);
  const tolerance = Math.max(least, options.tolerance(subject));
  if (
    change.low !== undefined &&
    change.high !== undefined &&
    change.low > -tolerance &&
    change.high < tolerance
  ) {
    return { verdict: 'same', reason: 'the whole interval lies within the tolerance' };
  }
  return {
    verdict: 'inconclusive',
    reason:
      pAdjusted <= options.alpha && excludesZero
        ? 'there is a change, but it is smaller than the least effect that is called here'
        : 'the data allow both a change and none',
  };
}

function called(change: MeasuredChange, direction: Difference['direction']): Verdict {
  const sign = betterSign(direction);
  if (sign === 0) return { verdict: 'inconclusive', reason: 'it changed, and neither way is better' };
  return change.value * sign > 0
    ? { verdict: 'improved', reason: 'better beyond chance and beyond the least effect' }
    : { verdict: 'regressed', reason: 'worse beyond chance and beyond the least effect' };
}

/** Figures that no test applies to (memory): the size of the change alone decides. */
function byRule(change: MeasuredChange, least: number, direction: Difference['direction']): Verdict {
  if (Math.abs(change.value) < least)
    return { verdict: 'same', reason: 'the change is smaller than the rule allows for' };
  const sign = betterSign(direction);
  if (sign === 0) return { verdict: 'inconclusive', reason: 'it changed, and neither way is better' };
  return change.value * sign > 0
    ? { verdict: 'improved', reason: 'better by more than the rule’s least change' }
    : { verdict: 'regressed', reason: 'worse by more than the rule’s least change' };
}

import {
  betterSign,
  type Difference,
  type DifferenceDraft,
  type DifferenceSubject,
  type MeasuredChange,
} from './difference.ts';
import { testFamily } from './test-family.ts';

export interface JudgeOptions {
  /** Chance of any false alarm among all verdicts. */
  readonly alpha: number;
  /** Smallest change that is called at all, on the change's own scale. */
  readonly leastEffect: (subject: DifferenceSubject, change: MeasuredChange | undefined) => number;
  /** A change whose whole interval is smaller than this counts as none. */
  readonly tolerance: (subject: DifferenceSubject, change: MeasuredChange | undefined) => number;
}

/** Differences with what they share. */
export interface Judgement {
  readonly differences: readonly Difference[];
  /** Tests that could reject, and so shared the error rate. */
  readonly family: number;
}

/** What the verdict of one draft depends on, besides the draft. */
interface Setting {
  readonly alpha: number;
  /** Level of the hardest step that the test must take to be called. */
  readonly stepAlpha: number;
  readonly family: number;
  readonly pAdjusted: number | undefined;
  readonly leastEffect: number;
  readonly tolerance: number;
}

type Verdict = Pick<Difference, 'verdict' | 'reason'>;

/**
 * Gives every draft its verdict. All tests form one family: their p values are adjusted together (Holm), so that
 * a comparison of a hundred cells cries wolf no more often than one of one cell. A change is called when the test
 * rejects, its interval leaves 0 out, and it is at least as large as the least effect.
 */
export function judge(drafts: readonly DifferenceDraft[], options: JudgeOptions): Judgement {
  const tested = drafts.filter((draft) => draft.blocked === undefined && draft.change?.p !== undefined);
  const family = testFamily(
    tested.map(({ change }) => ({
      p: change!.p!,
      ...(change!.leastP === undefined ? {} : { leastP: change!.leastP }),
    })),
    options.alpha,
  );
  const adjustedOf = new Map(tested.map((draft, i) => [draft, family.adjusted[i]]));
  const differences = drafts.map((draft) => {
    const leastEffect = Math.max(draft.leastEffect ?? 0, options.leastEffect(draft.subject, draft.change));
    const pAdjusted = adjustedOf.get(draft);
    return judged(draft, {
      alpha: options.alpha,
      // A test that cannot reject yet would bring all others of its kind along, once it could.
      stepAlpha: pAdjusted === undefined ? options.alpha / Math.max(1, tested.length) : family.stepAlpha,
      family: family.size,
      pAdjusted,
      leastEffect,
      tolerance: options.tolerance(draft.subject, draft.change),
    });
  });
  return { differences, family: family.size };
}

function judged(draft: DifferenceDraft, setting: Setting): Difference {
  const { subject, direction, change, evidence, doubts = [] } = draft;
  const verdict = verdictOf(draft, setting);
  const detectable = evidence?.detectableAt(setting.stepAlpha);
  const isOpen = verdict.verdict === 'inconclusive' || verdict.verdict === 'noVerdict';
  // However much is measured, nothing below the least effect is called.
  const decisive = Math.max(setting.tolerance, setting.leastEffect);
  const need =
    isOpen && draft.blocked === undefined && decisive > 0
      ? evidence?.neededFor(decisive, setting.stepAlpha)
      : undefined;
  return {
    subject,
    direction,
    ...(change === undefined ? {} : { change }),
    ...(setting.pAdjusted === undefined ? {} : { pAdjusted: setting.pAdjusted }),
    ...(detectable === undefined ? {} : { detectable: Math.max(detectable, setting.leastEffect) }),
    leastEffect: setting.leastEffect,
    ...verdict,
    ...(need === undefined ? {} : { need }),
    doubts,
  };
}

function verdictOf({ change, blocked, direction }: DifferenceDraft, setting: Setting): Verdict {
  if (blocked !== undefined) return { verdict: 'noVerdict', reason: blocked };
  if (change === undefined) return { verdict: 'noVerdict', reason: 'one side has no figure' };
  if (change.p === undefined) return byRule(change, setting.leastEffect, direction);
  if (setting.pAdjusted !== undefined && shows(change, setting.pAdjusted, setting.alpha)) {
    if (Math.abs(change.value) >= setting.leastEffect) return called(change, direction);
  }
  if (change.leastP === 1 && change.value === 0) {
    return { verdict: 'same', reason: `all ${change.n.base} ${change.n.of} came out the same` };
  }
  if (within(change, setting.tolerance)) {
    return { verdict: 'same', reason: 'the whole interval lies within the tolerance' };
  }
  if (setting.pAdjusted === undefined) return unable(change, setting);
  return {
    verdict: 'inconclusive',
    reason: shows(change, setting.pAdjusted, setting.alpha)
      ? 'there is a change, but it is smaller than the least effect that is called here'
      : 'the data allow both a change and none',
  };
}

function shows({ low, high }: MeasuredChange, pAdjusted: number, alpha: number): boolean {
  const excludesZero = low !== undefined && high !== undefined && (low > 0 || high < 0);
  return pAdjusted <= alpha && excludesZero;
}

/** Touching the tolerance counts as inside: where it is 0, only a figure that cannot vary is the same. */
function within({ low, high }: MeasuredChange, tolerance: number): boolean {
  return low !== undefined && high !== undefined && low >= -tolerance && high <= tolerance;
}

/** A test that could not have rejected: too few trials, or too few items on which the sides differ. */
function unable({ n }: MeasuredChange, { family }: Setting): Verdict {
  if (n.of !== 'trials') {
    return { verdict: 'inconclusive', reason: `too few ${n.of} came out differently to show a change` };
  }
  const beside = family === 0 ? '' : ` beside ${family} other ${family === 1 ? 'test' : 'tests'}`;
  return {
    verdict: 'noVerdict',
    reason: `${n.base} and ${n.candidate} trials cannot show a change${beside}, whatever they measure`,
  };
}

function called(change: MeasuredChange, direction: Difference['direction']): Verdict {
  const sign = betterSign(direction);
  if (sign === 0) return { verdict: 'inconclusive', reason: 'it changed, and neither way is better' };
  return change.value * sign > 0
    ? { verdict: 'improved', reason: 'better beyond chance and beyond the least effect' }
    : { verdict: 'regressed', reason: 'worse beyond chance and beyond the least effect' };
}

/** Figures that no test applies to (memory, bytes): the size of the change alone decides. */
function byRule(change: MeasuredChange, least: number, direction: Difference['direction']): Verdict {
  if (change.value === 0) return { verdict: 'same', reason: 'both sides have the same figure' };
  if (Math.abs(change.value) < least)
    return { verdict: 'same', reason: 'the change is smaller than the least change that counts' };
  const sign = betterSign(direction);
  if (sign === 0) return { verdict: 'inconclusive', reason: 'it changed, and neither way is better' };
  return change.value * sign > 0
    ? { verdict: 'improved', reason: 'better by more than the least change that counts' }
    : { verdict: 'regressed', reason: 'worse by more than the least change that counts' };
}

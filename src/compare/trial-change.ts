import { logChoose } from '../stats/binomial-distribution.ts';
import { hodgesLehmannShift } from '../stats/hodges-lehmann.ts';
import { mannWhitney } from '../stats/mann-whitney.ts';
import { median, sampleSd } from '../stats/moments.ts';
import { pairedShift, signedRankTest } from '../stats/signed-rank.ts';
import { tQuantile } from '../stats/t-distribution.ts';
import type { ChangeScale, Evidence, MeasuredChange, Need } from './difference.ts';
import type { TrialSides } from './trial-figures.ts';

/** A change with what it can show beyond its verdict. */
export interface MeasuredEvidence {
  readonly change: MeasuredChange;
  readonly evidence: Evidence;
}

const LEVEL = 0.95;
const POWER = 0.8;
/** More trials than anyone will run. */
const MOST_TRIALS = 1000;

/**
 * Two samples of trials by ranks: the rank-sum test with the Hodges–Lehmann shift, or, for trials that ran side by
 * side, the signed-rank test with the median of Walsh averages. Relative changes are shifts of logarithms.
 */
export function trialChange(sides: TrialSides, scale: ChangeScale, paired: boolean): MeasuredEvidence {
  const design = paired ? pairedDesign(sides) : unpairedDesign(sides);
  const { toChange, toShift, toFigure } = SCALES[scale];
  const interval = (level: number) => {
    const { low, high } = design.shiftAt(level);
    return low === undefined || high === undefined ? undefined : { low: toChange(low), high: toChange(high) };
  };
  return {
    change: {
      base: toFigure(median(sides.base)),
      candidate: toFigure(median(sides.candidate)),
      scale,
      value: toChange(design.shiftAt(LEVEL).shift),
      ...interval(LEVEL),
      p: design.p,
      leastP: design.leastP,
      n: { base: sides.base.length, candidate: sides.candidate.length, of: 'trials' },
      method: design.method,
    },
    evidence: {
      intervalAt: interval,
      detectableAt: (alpha) => {
        const shift =
          design.leastP > alpha ? undefined : design.detectableShift(sides.candidate.length, alpha);
        return shift === undefined ? undefined : toChange(shift);
      },
      neededFor: (change, alpha) => trialsFor(design, toShift(change), alpha),
    },
  };
}

const SCALES = {
  relative: { toChange: Math.expm1, toShift: Math.log1p, toFigure: Math.exp },
  absolute: {
    toChange: (shift: number) => shift,
    toShift: (change: number) => change,
    toFigure: (value: number) => value,
  },
} as const;

interface Design {
  shiftAt(level: number): { readonly shift: number; readonly low?: number; readonly high?: number };
  readonly p: number;
  readonly leastP: number;
  /** Least p with `trials` a side. */
  leastPWith(trials: number): number;
  /** Shift that `trials` a side would show; undefined when the spread is not known. */
  detectableShift(trials: number, alpha: number): number | undefined;
  readonly method: string;
}

function unpairedDesign({ base, candidate }: TrialSides): Design {
  const spread = Math.sqrt((sampleSd(base) ** 2 + sampleSd(candidate) ** 2) / 2);
  const leastPOf = (n1: number, n2: number): number => Math.min(1, 2 * Math.exp(-logChoose(n1 + n2, n1)));
  return {
    shiftAt: (level) => hodgesLehmannShift(base, candidate, level),
    p: mannWhitney(base, candidate).p,
    leastP: leastPOf(base.length, candidate.length),
    leastPWith: (trials) => leastPOf(trials, trials),
    detectableShift: (trials, alpha) => {
      // Asked about the trials that there are, the other side's count is known as well.
      const others = trials === candidate.length ? base.length : trials;
      return smallestShift(spread, 1 / trials + 1 / others, trials + others - 2, alpha);
    },
    method: 'rank-sum test and Hodges–Lehmann shift over trials',
  };
}

function pairedDesign({ base, candidate }: TrialSides): Design {
  const differences = candidate.map((value, i) => value - base[i]!);
  const test = signedRankTest(differences);
  const spread = sampleSd(differences);
  return {
    shiftAt: (level) => pairedShift(differences, level),
    p: test.p,
    leastP: leastSignedRankP(test.n),
    leastPWith: leastSignedRankP,
    detectableShift: (trials, alpha) => smallestShift(spread, 1 / trials, trials - 1, alpha),
    method: 'signed-rank test and Walsh-average shift over paired trials',
  };
}

/** All differences on one side: 1 of 2ⁿ sign patterns, on either side. */
function leastSignedRankP(n: number): number {
  return Math.min(1, 2 ** (1 - n));
}

/**
 * (t₁₋α/₂ + t_power)·σ·√(share)·√(π/3): Student's quantiles, because σ is estimated from a handful of trials, and
 * the rank tests' efficiency of 3/π under normal noise (Lehmann, Nonparametrics, §2.4).
 */
function smallestShift(spread: number, share: number, df: number, alpha: number): number | undefined {
  if (!Number.isFinite(spread) || df < 1) return undefined;
  const quantiles = tQuantile(1 - alpha / 2, df) + tQuantile(POWER, df);
  return quantiles * spread * Math.sqrt((share * Math.PI) / 3);
}

function trialsFor(design: Design, shift: number, alpha: number): Need | undefined {
  const isEnough = (trials: number): boolean => {
    if (design.leastPWith(trials) > alpha) return false;
    const seen = design.detectableShift(trials, alpha);
    return seen !== undefined && seen <= shift;
  };
  if (!(shift > 0) || !isEnough(MOST_TRIALS)) return undefined;
  let low = 1;
  let high = MOST_TRIALS;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return { count: high, of: 'trials' };
}

import type { Direction, MetricId } from '../core/metrics.ts';

/**
 * What a comparison says about one metric of one cell. `same` means shown to be equal within the tolerance,
 * `inconclusive` that the data allow either, `noVerdict` that nothing fit to be judged was measured.
 */
export type ComparisonVerdict = 'improved' | 'same' | 'regressed' | 'inconclusive' | 'noVerdict';

/** Where a difference was seen. */
export interface DifferenceSubject {
  readonly kind: 'quality' | 'load' | 'memory';
  /** Cell id; `run` for figures of the run as a whole. */
  readonly cell: string;
  /** The cell's axes, for people and for selectors. */
  readonly axes: Readonly<Record<string, string | number>>;
  /** Score key or metric id: `accuracy`, `ari[domain]`, `serviceP95Ms`. */
  readonly metric: string;
  readonly metricId: MetricId;
}

/** How the candidate differs from the base, before any verdict. */
export interface MeasuredChange {
  readonly base: number;
  readonly candidate: number;
  /** `relative`: candidate ÷ base − 1; `absolute`: candidate − base. */
  readonly scale: 'relative' | 'absolute';
  readonly value: number;
  /** 95 % interval of the change; absent where too little was measured for one. */
  readonly low?: number;
  readonly high?: number;
  /** Two-sided p of "no difference"; absent where no test applies. */
  readonly p?: number;
  /** Smallest p that this many trials can give at all; absent where p is not bounded below. */
  readonly leastP?: number;
  /** Smallest change that this comparison would have shown with a chance of 80 %. */
  readonly detectable?: number;
  /** Trials or items behind each side. */
  readonly n: { readonly base: number; readonly candidate: number };
  /** How it was tested, in words. */
  readonly method: string;
}

/** A judged difference. */
export interface Difference {
  readonly subject: DifferenceSubject;
  readonly direction: Direction;
  /** Absent when one side has no figure. */
  readonly change?: MeasuredChange;
  /** p after Holm over all tests of the comparison. */
  readonly pAdjusted?: number;
  readonly verdict: ComparisonVerdict;
  /** Why, in one sentence. */
  readonly reason: string;
}

/** A change that waits for its verdict, or the reason why it cannot get one. */
export interface DifferenceDraft {
  readonly subject: DifferenceSubject;
  readonly direction: Direction;
  readonly change?: MeasuredChange;
  readonly blocked?: string;
}

export interface JudgeOptions {
  /** Family-wise error rate. */
  readonly alpha: number;
  /** Least size of a change that is called at all, on the change's own scale. */
  readonly leastEffect: (subject: DifferenceSubject) => number;
  /** A change whose whole interval is smaller than this counts as none. */
  readonly tolerance: (subject: DifferenceSubject) => number;
}

/** +1 when a larger value is better, −1 when a smaller one is, 0 when neither. */
export function betterSign(direction: Direction): -1 | 0 | 1 {
  return direction === 'higher' ? 1 : direction === 'lower' ? -1 : 0;
}

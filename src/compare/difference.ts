import type { Direction, MetricId } from '../core/metrics.ts';

/**
 * What a comparison says about one metric of one cell. `same` means shown to be equal within the tolerance,
 * `inconclusive` that the data allow either, `noVerdict` that nothing fit to be judged was measured.
 */
export type ComparisonVerdict = 'improved' | 'same' | 'regressed' | 'inconclusive' | 'noVerdict';

/** Axis → value of a cell, for people and for selectors. */
export type CellAxes = Readonly<Record<string, string | number>>;

/** Where a difference was seen. */
export interface DifferenceSubject {
  readonly kind: 'quality' | 'load' | 'memory';
  /** Cell id; `run` for figures of the run as a whole. */
  readonly cell: string;
  readonly axes: CellAxes;
  /** Score key or metric id: `accuracy`, `ari[domain]`, `serviceP95Ms`. */
  readonly metric: string;
  readonly metricId: MetricId;
}

/** `relative`: candidate ÷ base − 1; `absolute`: candidate − base, in the metric's own unit. */
export type ChangeScale = 'relative' | 'absolute';

/** What a figure was made of: what a test takes for independent. */
export type SampleUnit = 'trials' | 'items' | 'folds' | 'readings';

/** How the candidate differs from the base, before any verdict. */
export interface MeasuredChange {
  readonly base: number;
  readonly candidate: number;
  readonly scale: ChangeScale;
  readonly value: number;
  /** 95 % interval of the change; absent where too little was measured for one. */
  readonly low?: number;
  readonly high?: number;
  /** Two-sided p of "no difference"; absent where no test applies. */
  readonly p?: number;
  /** Smallest p that this many trials or disagreements can give at all; absent where p is not bounded below. */
  readonly leastP?: number;
  /** What stands behind each side. */
  readonly n: { readonly base: number; readonly candidate: number; readonly of: SampleUnit };
  /** How it was tested, in words. */
  readonly method: string;
}

/** What it would take to see a change of a given size with a chance of 80 %. */
export interface Need {
  /** On each side; for rows, of the data set. */
  readonly count: number;
  readonly of: 'trials' | 'rows' | 'folds';
}

/** What a measurement can show beyond its verdict, on the scale of its change. */
export interface Evidence {
  /** Interval of the change at a two-sided level; undefined where too little was measured for one. */
  intervalAt(level: number): { readonly low: number; readonly high: number } | undefined;
  /** Smallest change that shows at two-sided `alpha` with a chance of 80 %; undefined when none can. */
  detectableAt(alpha: number): number | undefined;
  /** What would show a change of this size at `alpha`; undefined when no sensible amount would. */
  neededFor(change: number, alpha: number): Need | undefined;
}

/** A judged difference. */
export interface Difference {
  readonly subject: DifferenceSubject;
  readonly direction: Direction;
  /** Absent when one side has no figure. */
  readonly change?: MeasuredChange;
  /** p after Holm over all tests of the comparison. */
  readonly pAdjusted?: number;
  /** Smallest change that this comparison would have called with a chance of 80 %, its family and floor included. */
  readonly detectable?: number;
  /** Smallest change that is called at all. */
  readonly leastEffect: number;
  readonly verdict: ComparisonVerdict;
  /** Why, in one sentence. */
  readonly reason: string;
  /** What would decide an open verdict. */
  readonly need?: Need;
  /** Reasons to doubt a verdict that counts: suspect cells. */
  readonly doubts: readonly string[];
}

/** A change that waits for its verdict, or the reason why it cannot get one. */
export interface DifferenceDraft {
  readonly subject: DifferenceSubject;
  readonly direction: Direction;
  readonly change?: MeasuredChange;
  /** Absent where the size of the change alone decides. */
  readonly evidence?: Evidence;
  /** Smallest change that is called, beside the comparison's own. */
  readonly leastEffect?: number;
  readonly blocked?: string;
  readonly doubts?: readonly string[];
}

/** +1 when a larger value is better, −1 when a smaller one is, 0 when neither. */
export function betterSign(direction: Direction): -1 | 0 | 1 {
  return direction === 'higher' ? 1 : direction === 'lower' ? -1 : 0;
}

/** How much worse the candidate is, on the change's scale: positive is worse, whatever the metric's direction. */
export function lossOf(direction: Direction, change: number): number {
  return change === 0 ? 0 : -betterSign(direction) * change;
}

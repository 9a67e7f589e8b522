/** A two-sided interval at a confidence level. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Confidence, 0–1. */
  readonly level: number;
}

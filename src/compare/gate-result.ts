import type { MetricId } from '../core/metrics.ts';
import type { Comparison } from './comparison.ts';
import type { CellAxes, Difference } from './difference.ts';

/** What a gate says of one figure of one cell, or of a rule or budget as a whole. */
export interface GateCheck {
  /** Path of the rule in the config: `gate.rules[0]`, `gate.maxMissingCells`. */
  readonly where: string;
  /** The rule in words: `accuracy may not fall by more than 0.02`. */
  readonly rule: string;
  readonly metric?: MetricId;
  /** Score key with its column (`ari[domain]`), where it differs from the metric id. */
  readonly scoreKey?: string;
  /** Cell id; absent for checks of the run as a whole. */
  readonly cell?: string;
  readonly axes?: CellAxes;
  /** `undecided` is never a pass. */
  readonly outcome: 'pass' | 'fail' | 'undecided';
  /** One sentence that a reviewer needs. */
  readonly reason: string;
  readonly difference?: Difference;
}

/** A gate's answer: exit code 0, 1 or 4. */
export interface GateResult {
  readonly outcome: 'pass' | 'fail' | 'noVerdict';
  /** Worst first: fails, undecided, passes. */
  readonly checks: readonly GateCheck[];
  readonly comparison: Comparison;
}

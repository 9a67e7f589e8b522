import type { RunRecord } from '../core/record/run-record.ts';
import type { RunDifference } from './comparability.ts';
import type { CellAxes, Difference } from './difference.ts';

/** What a reader must know about one side of a comparison. */
export interface ComparedRun {
  readonly runId: string;
  readonly name: string;
  readonly startedAt: string;
  readonly status: RunRecord['status'];
  readonly model: string;
  /** `sglang 0.5.19`; absent where the server does not say. */
  readonly software?: string;
  readonly fingerprint: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly hardware: string;
  /** Name of the baseline, when this side was blessed. */
  readonly baseline?: string;
}

/** A cell that one side measured and the other did not. */
export interface UnmatchedCell {
  readonly kind: 'quality' | 'load';
  readonly cell: string;
  readonly axes: CellAxes;
  /** The side that has it. */
  readonly side: 'base' | 'candidate';
}

/**
 * `runs`: two records. `live`: two servers measured in alternation. `self`: one server against itself, to learn
 * how far figures differ when nothing has changed.
 */
export type ComparisonMode = 'runs' | 'live' | 'self';

/** Two runs side by side: everything that the outputs of a comparison are made of. */
export interface Comparison {
  readonly mode: ComparisonMode;
  readonly base: ComparedRun;
  readonly candidate: ComparedRun;
  /** What differs besides the change under test; said before anything else. */
  readonly notices: readonly RunDifference[];
  /** The user asked for verdicts in spite of the notices. */
  readonly forced: boolean;
  readonly differences: readonly Difference[];
  readonly unmatched: readonly UnmatchedCell[];
  /** Tests that share the error rate `alpha`. */
  readonly family: number;
  readonly alpha: number;
  /** Calibration that the least effects of load figures come from; absent where they are assumed. */
  readonly noiseFloor?: { readonly measuredAt: string; readonly hardware: string };
}

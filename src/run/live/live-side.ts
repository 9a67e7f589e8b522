import type { Alternation } from '../../core/record/run-record.ts';
import type { Side } from '../../core/side.ts';
import type { OpenRun } from '../open-run.ts';
import type { SweepContext } from '../sweep-context.ts';

/** One side of a live comparison while it is measured. */
export interface LiveSide {
  readonly name: Side;
  readonly context: SweepContext;
  readonly alternation: Alternation;
  /** Absent until the side's first server has answered. */
  run?: OpenRun;
}

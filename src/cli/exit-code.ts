import { DimsweepError, type FailureClass } from '../core/errors.ts';

/** The one table of exit codes; scripts and CI jobs rely on it. */
const EXIT_CODES: Record<FailureClass, number> = {
  gate: 1,
  usage: 2,
  server: 3,
  noVerdict: 4,
  interrupted: 130,
};

/** Exit code of a failed command; an error that dimsweep did not foresee counts as a failure of its own, 70. */
export function exitCodeOf(error: unknown): number {
  return error instanceof DimsweepError ? EXIT_CODES[error.failureClass] : 70;
}

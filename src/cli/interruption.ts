import { InterruptedError } from '../core/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What a shell reports for a program that ended by Ctrl-C. */
const INTERRUPTED_EXIT_CODE = 130;

/**
 * Turns the signals that ask a program to end into an abort, once; the second one ends the process on the spot.
 */
export function watchForInterruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
      controller.abort(new InterruptedError('stopped'));
    });
  }
  return controller.signal;
}

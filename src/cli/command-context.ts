import type { Clock } from '../core/clock.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given by the composition root. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user stops the program; the reason is an `InterruptedError`. */
  readonly signal: AbortSignal;
}

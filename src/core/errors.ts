/**
 * What went wrong, as the person at the terminal sees it. The class decides the exit code
 * (`cli/exit-code.ts` is the only place that maps it); the message says what happened, `where` says in which
 * file, line, route or cell, and `hint` says what to do next.
 */
export type FailureClass = 'usage' | 'server' | 'gate' | 'noVerdict' | 'interrupted';

interface FailureDetails {
  /** File and line, URL or cell in which the failure showed. */
  readonly where?: string;
  /** One sentence that names the mend: a flag, a line of the config, a command. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Base of every error that dimsweep raises on purpose. */
export abstract class DimsweepError extends Error {
  abstract readonly failureClass: FailureClass;
  readonly where: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = new.target.name;
    this.where = details.where;
    this.hint = details.hint;
  }
}

/** Wrong command line, config, data file or record: exit code 2. */
export class UsageError extends DimsweepError {
  readonly failureClass = 'usage';
}

/** The server cannot be reached, refuses, or is not an embedding server: exit code 3. */
export class ServerError extends DimsweepError {
  readonly failureClass = 'server';
}

/** A gate rule or a claim failed: exit code 1. */
export class GateError extends DimsweepError {
  readonly failureClass = 'gate';
}

/** Too little was measured to decide: exit code 4. */
export class NoVerdictError extends DimsweepError {
  readonly failureClass = 'noVerdict';
}

/** The user stopped the run; everything measured so far is in the journal: exit code 130. */
export class InterruptedError extends DimsweepError {
  readonly failureClass = 'interrupted';
}

/** Normalises anything thrown to an `Error`, keeping the original as the cause. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

import { stripVTControlCharacters } from 'node:util';
import { DimsweepError, toError } from '../core/errors.ts';
import { visibleText } from '../core/visible-text.ts';

/**
 * What a tired person reads when a command fails: what happened, where, what to do. An error that nobody
 * foresaw is shown with its stack, because then the stack is the only trace.
 */
export function errorText(thrown: unknown): string {
  const error = toError(thrown);
  if (!(error instanceof DimsweepError)) {
    return `dimsweep: unexpected failure, please report it\n${error.stack ?? error.message}\n`;
  }
  const lines = [`dimsweep: ${error.message}`];
  if (error.where !== undefined) lines.push(`  at ${error.where}`);
  const reason = causeText(error);
  if (reason !== undefined) lines.push(`  because ${reason}`);
  if (error.hint !== undefined) lines.push(`  → ${error.hint}`);
  return `${lines.map((line) => visibleText(stripVTControlCharacters(line))).join('\n')}\n`;
}

/** Message of the innermost foreign cause, when it says something new. */
function causeText(error: DimsweepError): string | undefined {
  let cause: unknown = error.cause;
  let text: string | undefined;
  for (let depth = 0; cause instanceof Error && depth < 5; depth++) {
    if (cause.message !== '' && !error.message.includes(cause.message)) text = cause.message;
    cause = cause.cause;
  }
  return text;
}

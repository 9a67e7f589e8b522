#!/usr/bin/env node
import { toError } from '../core/errors.ts';
import { dimsweepVersion } from '../store/environment.ts';
import { systemClock } from '../threads/system-clock.ts';
import { errorText } from './error-text.ts';
import { exitCodeOf } from './exit-code.ts';
import { watchForInterruption } from './interruption.ts';
import { runProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
const signal = watchForInterruption();

try {
  await runProgram(process.argv.slice(2), dimsweepVersion(), {
    terminal,
    clock: systemClock,
    environment: process.env,
    signal,
  });
} catch (thrown) {
  // Whatever an interruption made fail, the interruption is what happened.
  const error = signal.aborted ? toError(signal.reason) : thrown;
  terminal.err(errorText(error));
  process.exitCode = exitCodeOf(error);
}

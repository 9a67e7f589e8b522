#!/usr/bin/env node
import { toError } from '../core/errors.ts';
import { dimsweepVersion } from '../store/environment.ts';
import { systemClock } from '../threads/system-clock.ts';
import type { CommandContext } from './command-context.ts';
import { init } from './commands/init.ts';
import { probe } from './commands/probe.ts';
import { report } from './commands/report.ts';
import { run } from './commands/run.ts';
import { serve } from './commands/serve.ts';
import { errorText } from './error-text.ts';
import { exitCodeOf } from './exit-code.ts';
import { watchForInterruption } from './interruption.ts';
import { type Actions, runProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

const terminal = processTerminal();
const signal = watchForInterruption();
const context: CommandContext = { terminal, clock: systemClock, environment: process.env, signal };

const actions: Actions = {
  run: (args) => run(args, context),
  probe: (args) => probe(args, context),
  serve: (args) => serve(args, context),
  report: (args) => report(args, context),
  init: (args) => init(args, terminal),
};

try {
  await runProgram(process.argv.slice(2), actions, {
    version: dimsweepVersion(),
    columns: terminal.columns,
    print: terminal.out,
  });
} catch (thrown) {
  // Whatever an interruption made fail, the interruption is what happened.
  const error = signal.aborted ? toError(signal.reason) : thrown;
  terminal.err(errorText(error));
  process.exitCode = exitCodeOf(error);
}

import { relative } from 'node:path';
import type { LoadedConfig } from '../../config/read-config.ts';
import { NoVerdictError } from '../../core/errors.ts';
import { type FinishedRun, runSweep } from '../../run/run-sweep.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfigArgument } from '../config-file.ts';
import { dryRunText } from '../dry-run-text.ts';
import type { RunArguments } from '../program.ts';
import { createProgress } from '../progress.ts';

/** Runs a sweep and prints its short table, or with `--dry-run` what it would send. */
export async function run(args: RunArguments, context: CommandContext): Promise<void> {
  const { terminal, clock, environment, signal } = context;
  const loaded = readConfigArgument(args.config, environment, args.set);
  if (args.dryRun) {
    terminal.out(await dryRunText(loaded, signal));
    return;
  }
  const progress = createProgress(terminal, clock);
  let finished: FinishedRun;
  try {
    finished = await runSweep({
      ...{ loaded, clock, environment, signal },
      resultsDirectory: args.results,
      ...(args.out === undefined ? {} : { out: args.out }),
      resume: args.resume,
      emit: progress.emit,
    });
  } finally {
    progress.close();
  }
  printResult(finished, args, context);
  requireMeasurements(loaded, finished);
}

function printResult(
  { record, folder }: FinishedRun,
  args: RunArguments,
  { terminal }: CommandContext,
): void {
  if (args.json) {
    terminal.out(`${JSON.stringify(record, undefined, 2)}\n`);
    return;
  }
  terminal.out(`\nReport: ${relative('', folder.reportFile)}\n`);
}

/** A run in which every cell is invalid has measured nothing. */
function requireMeasurements({ config }: LoadedConfig, { record, folder }: FinishedRun): void {
  if (config.load === false || record.load.length === 0) return;
  if (record.load.some(({ validity }) => validity.verdict !== 'invalid')) return;
  throw new NoVerdictError('no load cell of this run is valid', {
    where: folder.path,
    hint: `The report says why for each cell. First one: ${record.load[0]!.validity.reasons[0]?.message ?? 'unknown'}.`,
  });
}

import { GateError, NoVerdictError } from '../../core/errors.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { exportRun } from '../../report/exporters/exporters.ts';
import { runSweep } from '../../run/run-sweep.ts';
import type { FinishedRun } from '../../run/sweep-context.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfigArgument } from '../config-file.ts';
import { dryRun, dryRunJson, dryRunText } from '../dry-run.ts';
import { CONFIG_POSITIONAL, RESULTS_OPTION, SET_OPTION } from '../options.ts';
import { createProgress } from '../progress.ts';
import { shownPath } from '../shown-path.ts';

/** Runs a sweep and prints its short table, or with `--dry-run` what it would send. */
export const run = command({
  usage: 'run [config]',
  summary: 'run the sweep and write its report',
  options: (y) =>
    y
      .positional('config', CONFIG_POSITIONAL)
      .option('out', { type: 'string', describe: 'folder of this run; default: a new one in results/' })
      .option('results', RESULTS_OPTION)
      .option('resume', { type: 'boolean', default: false, describe: 'continue the last interrupted run' })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'print the cells, requests and time; send nothing',
      })
      .option('set', SET_OPTION)
      .option('cache', {
        type: 'boolean',
        default: true,
        describe: 'keep vectors of the quality pass between runs; --no-cache embeds everything anew',
      })
      .option('json', { type: 'boolean', default: false, describe: 'print the record (or the plan) as JSON' })
      .example('$0 run', 'sweep the embedded model on bundled reviews')
      .example('$0 run my.yaml --set load.seconds=10', 'sweep your server, with longer windows')
      .example('$0 run my.yaml --dry-run', 'see what would be sent')
      .example('$0 run my.yaml --resume', 'go on after Ctrl-C, a crash or a dead server'),
  async act(args, context) {
    const { terminal, clock, environment, signal } = context;
    const overrides = args.cache ? args.set : [...args.set, 'cache=false'];
    const loaded = readConfigArgument(args.config, environment, overrides);
    if (args.dryRun) {
      const planned = await dryRun(loaded, signal);
      terminal.out(args.json ? dryRunJson(planned) : dryRunText(planned));
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
    printResult(finished, args.json, context);
    requireMeasurements(finished);
    requireClaims(finished.record);
  },
});

function printResult({ record, folder }: FinishedRun, json: boolean, { terminal }: CommandContext): void {
  const text = exportRun('text', record, { columns: terminal.columns });
  const where = `Report: ${shownPath(folder.reportFile)}\n`;
  if (json) {
    terminal.out(`${JSON.stringify(record, undefined, 2)}\n`);
    terminal.err(where);
  } else {
    terminal.out(`\n${text}\n${where}`);
  }
}

/** A load pass in which every cell is invalid has measured nothing. */
function requireMeasurements({ record, folder }: FinishedRun): void {
  const { load } = record;
  if (load.length === 0 || load.some(({ validity }) => validity.verdict !== 'invalid')) return;
  const [first] = load[0]!.validity.reasons;
  throw new NoVerdictError('no load cell of this run is valid', {
    where: folder.path,
    hint: `The report says why for each cell; the first: ${first?.message ?? 'no reason was given'}.`,
  });
}

/** Claims are checks that the user wrote down: a broken one fails the command, an open one is no pass. */
function requireClaims({ claims = [] }: RunRecord): void {
  const broken = claims.filter(({ verdict }) => verdict === 'contradicted');
  const open = claims.filter(({ verdict }) => verdict === 'undecidable');
  const list = (rows: typeof claims): string =>
    rows.map(({ claim, reason }) => `${claim} (${reason})`).join('; ');
  if (broken.length > 0) {
    throw new GateError(`contradicted: ${list(broken)}`, {
      where: 'claims',
      hint: 'The report shows each claim beside what was measured.',
    });
  }
  if (open.length > 0) {
    throw new NoVerdictError(`undecidable: ${list(open)}`, {
      where: 'claims',
      hint: 'More labelled rows or more trials decide them.',
    });
  }
}

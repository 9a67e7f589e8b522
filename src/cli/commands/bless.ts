import { formatBytes } from '../../core/figure-text.ts';
import { blessRun } from '../../store/baseline-file.ts';
import { readRecord } from '../../store/record-file.ts';
import { command } from '../command.ts';
import { RESULTS_OPTION } from '../options.ts';
import { runReference } from '../run-reference.ts';
import { shownPath } from '../shown-path.ts';

/** Makes a run the baseline that gates compare with. */
export const bless = command({
  usage: 'bless <run>',
  summary: 'make a run the baseline of later gates',
  options: (y) =>
    y
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'run folder or record file; latest is the newest run',
      })
      .option('as', { type: 'string', demandOption: true, describe: 'name of the baseline, e.g. main' })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'bless a run that was interrupted',
      })
      .option('results', RESULTS_OPTION)
      .example('$0 bless latest --as main', 'write results/baselines/main.json, to be committed'),
  async act(args, { terminal, clock }) {
    const record = readRecord(runReference(args.run, args.results));
    const { path, bytes, replaced, doubts } = blessRun(record, {
      name: args.as,
      resultsDirectory: args.results,
      clock,
      force: args.force,
    });
    terminal.out(`${shownPath(path)}\n`);
    terminal.err(`${replaced ? 'replaced' : 'new'}, ${formatBytes(bytes)}; commit it to share it\n`);
    for (const doubt of doubts) terminal.err(`  ! ${doubt}\n`);
  },
});

import { compareRuns } from '../../compare/compare-runs.ts';
import { EXPORT_FORMATS, exportComparison } from '../../report/exporters/exporters.ts';
import { readComparable } from '../../store/baseline-file.ts';
import { readNoiseFloor } from '../../store/noise-floor-file.ts';
import { baselineName } from '../baseline-name.ts';
import { command } from '../command.ts';
import { RESULTS_OPTION } from '../options.ts';
import { outputOption, readOutputs, writeOutputs } from '../outputs.ts';
import { runReference } from '../run-reference.ts';

/** Compares two runs that were measured, cell by cell. */
export const compare = command({
  usage: 'compare <base> <candidate>',
  summary: 'compare two runs: what improved, what regressed, what is not decided',
  options: (y) =>
    y
      .positional('base', {
        type: 'string',
        demandOption: true,
        describe: 'run folder, record file, or name of a baseline',
      })
      .positional('candidate', {
        type: 'string',
        demandOption: true,
        describe: 'the same; latest is the newest run',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'give verdicts in spite of other data, protocol or hardware',
      })
      .option('output', outputOption(EXPORT_FORMATS, 'text'))
      .option('results', RESULTS_OPTION)
      .example('$0 compare main latest', 'a blessed run and the newest one')
      .example('$0 compare main latest --output markdown=comment.md', 'for a pull request'),
  async act(args, { terminal }) {
    const outputs = readOutputs(args.output, EXPORT_FORMATS);
    const base = readComparable(runReference(args.base, args.results), args.results);
    const candidate = readComparable(runReference(args.candidate, args.results), args.results);
    const floor = readNoiseFloor(args.results, candidate.environment.hardwareHash);
    const comparison = compareRuns(base, candidate, {
      force: args.force,
      ...baselineName(args.base, args.results),
      ...(floor === undefined ? {} : { noiseFloor: floor }),
    });
    writeOutputs(
      outputs,
      (format) => exportComparison(format, comparison, { columns: terminal.columns }),
      terminal,
    );
  },
});

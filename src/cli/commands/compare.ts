import { compareRuns } from '../../compare/compare-runs.ts';
import { UsageError } from '../../core/errors.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { readComparable } from '../../store/baseline-file.ts';
import { readNoiseFloor } from '../../store/noise-floor-file.ts';
import { baselineName } from '../baseline-name.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { COMPARISON_FORMATS, readComparisonOutputs, writeComparison } from '../comparison-output.ts';
import { RESULTS_OPTION, SET_OPTION } from '../options.ts';
import { outputOption } from '../outputs.ts';
import { runReference } from '../run-reference.ts';
import { compareServers, type LiveArguments } from './compare-live.ts';
import { calibrate } from './compare-self.ts';

/** Rounds of a calibration: a server's start is drawn anew in each. */
const ROUNDS = 3;

/** Compares runs that were measured, or with `--live` two servers that are measured in turns. */
export const compare = command({
  usage: 'compare [base] [candidates..]',
  summary: 'compare runs or, in turns, two servers: what improved, what regressed, what is not decided',
  options: (y) =>
    y
      .positional('base', {
        type: 'string',
        describe: 'run folder, record file, or name of a baseline; with --live a config',
      })
      .positional('candidates', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'the same, one or several; latest is the newest run',
      })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'give verdicts in spite of other data, protocol or hardware',
      })
      .option('live', { type: 'boolean', default: false, describe: 'measure two configs in turns, now' })
      .option('self', {
        type: 'boolean',
        default: false,
        describe: 'measure one config against itself, to learn this machine’s noise floor',
      })
      .option('pairs', {
        type: 'number',
        describe: 'with --live: pairs of trials; default: enough for verdicts',
      })
      .option('rounds', { type: 'number', describe: `with --self: how often; default ${ROUNDS}` })
      .option('set', SET_OPTION)
      .option('set-candidate', { ...SET_OPTION, describe: 'the same for the candidate alone' })
      .option('out', { type: 'string', describe: 'with --live: folder that takes base/ and candidate/' })
      .option('output', outputOption(COMPARISON_FORMATS, 'text'))
      .option('results', RESULTS_OPTION)
      .example('$0 compare main latest', 'a blessed run and the newest one')
      .example('$0 compare main latest --output markdown=comment.md', 'for a pull request')
      .example('$0 compare main a b c --output html=compare.html', 'several runs side by side, as a page')
      .example('$0 compare --live old.yaml new.yaml', 'two servers in turns, for a noisy machine')
      .example('$0 compare --live a.yaml --set-candidate server.model=b', 'the same but for one setting')
      .example('$0 compare --live --self my.yaml', 'what does this machine change by itself?'),
  async act(args, context) {
    const [candidate, ...more] = args.candidates;
    const live: LiveArguments = {
      ...{ base: args.base, candidate, set: args.set, setCandidate: args['set-candidate'] },
      ...{ pairs: args.pairs, out: args.out, results: args.results, force: args.force, output: args.output },
    };
    requireLive(args.live || args.self, live);
    if ((args.live || args.self) && more.length > 0) {
      throw new UsageError('a live comparison has one candidate', { hint: 'Compare the others after it.' });
    }
    if (!args.self && args.rounds !== undefined) {
      throw new UsageError('--rounds needs --self', { hint: 'Only a calibration has rounds.' });
    }
    if (args.self) await calibrate({ ...live, rounds: args.rounds ?? ROUNDS }, context);
    else if (args.live) await compareServers(live, context);
    else compareRecords(live, args.candidates, context);
  },
});

function compareRecords(
  { base: reference, results, force, output }: LiveArguments,
  candidates: readonly string[],
  { terminal }: CommandContext,
): void {
  if (reference === undefined || candidates.length === 0) {
    throw new UsageError('a comparison needs two runs', {
      hint: 'Name the base and the candidate: run folders, record files or baselines; latest is the newest run.',
    });
  }
  const outputs = readComparisonOutputs(output, candidates.length);
  const records = [reference, ...candidates].map((given) =>
    readComparable(runReference(given, results), results),
  );
  const [base, ...others] = records as [RunRecord, ...RunRecord[]];
  const comparisons = others.map((candidate) => {
    const noiseFloor = readNoiseFloor(results, candidate.environment.hardwareHash);
    return compareRuns(base, candidate, {
      force,
      ...baselineName(reference, results),
      ...(noiseFloor === undefined ? {} : { noiseFloor }),
    });
  });
  writeComparison(outputs, { comparisons, records }, terminal);
}

/** An option that does nothing would be taken for one that did. */
function requireLive(isLive: boolean, { pairs, out, set, setCandidate }: LiveArguments): void {
  const given = [
    ...(pairs === undefined ? [] : ['--pairs']),
    ...(out === undefined ? [] : ['--out']),
    ...(set.length === 0 ? [] : ['--set']),
    ...(setCandidate.length === 0 ? [] : ['--set-candidate']),
  ];
  if (isLive || given.length === 0) return;
  throw new UsageError(`${given.join(' and ')} ${given.length === 1 ? 'needs' : 'need'} --live`, {
    hint: 'Without it two runs are compared that were measured before.',
  });
}

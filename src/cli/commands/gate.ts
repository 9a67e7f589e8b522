import { compareForGate, judgeGate } from '../../compare/gate/judge-gate.ts';
import type { GateResult } from '../../compare/gate-result.ts';
import { type GateConfig, gateConfigSchema } from '../../config/gate-config.ts';
import { GateError, NoVerdictError, UsageError } from '../../core/errors.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { EXPORT_FORMATS, exportGate } from '../../report/exporters/exporters.ts';
import { readComparable } from '../../store/baseline-file.ts';
import { readNoiseFloor } from '../../store/noise-floor-file.ts';
import { readRecord } from '../../store/record-file.ts';
import { baselineName } from '../baseline-name.ts';
import { command } from '../command.ts';
import { readConfigArgument } from '../config-file.ts';
import { RESULTS_OPTION } from '../options.ts';
import { outputOption, readOutputs, writeOutputs } from '../outputs.ts';
import { runReference } from '../run-reference.ts';

/** Holds a run against a baseline by the config's rules; the exit code is the answer. */
export const gate = command({
  usage: 'gate <run>',
  summary: 'hold a run against a baseline; exit 0, 1 or 4',
  options: (y) =>
    y
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'run folder or record file; latest is the newest run',
      })
      .option('baseline', {
        type: 'string',
        demandOption: true,
        describe: 'name of a blessed run, a run folder or a file',
      })
      .option('config', { type: 'string', describe: 'config with the rules; default: the run’s own' })
      .option('force', {
        type: 'boolean',
        default: false,
        describe: 'give verdicts in spite of other data, protocol or hardware',
      })
      .option('output', outputOption(EXPORT_FORMATS, 'text'))
      .option('results', RESULTS_OPTION)
      .example('$0 gate latest --baseline main', 'did today’s run get worse than the blessed one?')
      .example(
        '$0 gate latest --baseline main --output text --output junit=gate.xml --output markdown=comment.md',
        'a table, a file for the CI server, a comment for the pull request',
      ),
  async act(args, { terminal, environment }) {
    const outputs = readOutputs(args.output, EXPORT_FORMATS);
    const candidate = readRecord(runReference(args.run, args.results));
    const base = readComparable(args.baseline, args.results);
    const rules =
      args.config === undefined
        ? rulesOf(candidate)
        : readConfigArgument(args.config, environment, []).config.gate;
    if (rules === undefined) throw noRules(args.config);
    const floor = readNoiseFloor(args.results, candidate.environment.hardwareHash);
    const comparison = compareForGate(
      rules,
      { base, candidate },
      {
        force: args.force,
        ...baselineName(args.baseline, args.results),
        ...(floor === undefined ? {} : { noiseFloor: floor }),
      },
    );
    const result = judgeGate(rules, comparison, { base, candidate });
    writeOutputs(outputs, (format) => exportGate(format, result, { columns: terminal.columns }), terminal);
    requirePass(result);
  },
});

/** The rules that the run was started with; a record holds its resolved config. */
function rulesOf({ config }: RunRecord): GateConfig | undefined {
  return config['gate'] === undefined ? undefined : gateConfigSchema.parse(config['gate']);
}

function noRules(config: string | undefined): UsageError {
  return new UsageError('there are no rules to judge by', {
    where: config === undefined ? 'the run’s config' : config,
    hint: 'Add gate.rules to the config, e.g. { metric: accuracy, nonInferiorWithin: 0.02 }, and measure again, or give --config.',
  });
}

function requirePass({ outcome, checks }: GateResult): void {
  if (outcome === 'pass') return;
  const wanted = outcome === 'fail' ? 'fail' : 'undecided';
  const found = checks.filter((check) => check.outcome === wanted);
  const first = found[0];
  const detail = first === undefined ? '' : `: ${first.rule}: ${first.reason}`;
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : '';
  if (outcome === 'fail') throw new GateError(`the gate fails${detail}${more}`);
  throw new NoVerdictError(`the gate cannot decide${detail}${more}`, {
    hint: 'A gate that cannot decide is no pass: measure what is missing, or allow for it in gate.maxUnreliableCells.',
  });
}

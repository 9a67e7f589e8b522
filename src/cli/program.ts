import yargs, { type Argv } from 'yargs';
import { DimsweepError } from '../core/errors.ts';
import type { CommandContext } from './command-context.ts';
import { bless } from './commands/bless.ts';
import { cache } from './commands/cache.ts';
import { compare } from './commands/compare.ts';
import { gate } from './commands/gate.ts';
import { history } from './commands/history.ts';
import { init } from './commands/init.ts';
import { probe } from './commands/probe.ts';
import { report } from './commands/report.ts';
import { run } from './commands/run.ts';
import { serve } from './commands/serve.ts';
import { requireValues, usageErrorOf } from './usage-error.ts';

/** In the order in which `--help` lists them. */
const COMMANDS = [run, probe, report, compare, gate, bless, history, serve, cache, init];
const MOST_COLUMNS = 110;

/**
 * Parses a command line and awaits what its command does.
 *
 * @param argv arguments behind the program's name
 * @throws UsageError when the command line is wrong; whatever the command throws
 */
export async function runProgram(
  argv: readonly string[],
  version: string,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  let work: ((context: CommandContext) => Promise<void>) | undefined;
  const program = yargs([...argv])
    .scriptName('dimsweep')
    .usage(
      '$0 <command>\n\nMeasures a text-embedding server: which dimensions, instruction, batch size and concurrency to run,\nwhat they cost, how good the vectors are, and whether today’s change made any of it worse.',
    )
    .version(version)
    .help()
    .alias('h', 'help')
    .strict()
    .check(requireValues, true)
    .demandCommand(1, 'name a command')
    .wrap(Math.min(terminal.columns, MOST_COLUMNS))
    .exitProcess(false)
    .epilogue(
      'Exit codes: 0 fine, 1 a gate or claim failed, 2 usage or config, 3 server unreachable or refusing,\n4 no verdict, 130 interrupted (go on with --resume).',
    )
    .example('$0 run', 'sweep the embedded model on bundled reviews: about a minute, nothing else needed')
    .example('$0 init', 'write a config to fill in; then: dimsweep run dimsweep.yaml')
    .example('$0 probe my.yaml', 'is the server ready to be measured, and which flag is missing?')
    .fail((message, error) => {
      if (error instanceof DimsweepError) throw error;
      throw usageErrorOf(message, {
        argv,
        commands: COMMANDS.map(({ name }) => name),
        options: knownOptions(program),
      });
    });
  for (const { register } of COMMANDS) {
    register(program, (chosen) => {
      work = chosen;
    });
  }
  await program.parseAsync([...argv], (_error: unknown, _args: unknown, output: string) => {
    if (output !== '') terminal.out(`${output}\n`);
  });
  await work?.(context);
}

/** The options that are known where parsing stands; the types of yargs do not tell of this method. */
function knownOptions(program: Argv): string[] {
  const { key } = (program as Argv & { getOptions(): { key: Record<string, unknown> } }).getOptions();
  return Object.keys(key);
}

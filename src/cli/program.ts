import yargs, { type Argv } from 'yargs';
import { UsageError } from '../core/errors.ts';

export interface RunArguments {
  readonly config: string | undefined;
  readonly out: string | undefined;
  readonly results: string;
  readonly resume: boolean;
  readonly dryRun: boolean;
  readonly set: readonly string[];
  readonly json: boolean;
}

export interface ProbeArguments {
  readonly config: string | undefined;
  readonly set: readonly string[];
  readonly json: boolean;
}

export interface ServeArguments {
  readonly model: string;
  readonly host: string;
  readonly port: number;
  readonly threads: number | undefined;
  readonly fault: readonly string[];
  readonly apiKey: string | undefined;
  readonly adminApiKey: string | undefined;
  readonly serviceMs: number | undefined;
}

export interface ReportArguments {
  readonly runs: readonly string[];
  readonly format: string;
  readonly out: string | undefined;
  readonly results: string;
}

export interface InitArguments {
  readonly file: string;
  readonly from: string;
  readonly force: boolean;
}

/** What each command does; the program only parses. */
export interface Actions {
  run(args: RunArguments): Promise<void>;
  probe(args: ProbeArguments): Promise<void>;
  serve(args: ServeArguments): Promise<void>;
  report(args: ReportArguments): Promise<void>;
  init(args: InitArguments): Promise<void>;
}

interface ProgramOptions {
  readonly version: string;
  readonly columns: number;
  readonly print: (text: string) => void;
}

/**
 * Parses a command line and awaits its action.
 *
 * @param argv arguments behind the program's name
 * @throws UsageError when the command line is wrong; whatever the action throws
 */
export async function runProgram(
  argv: readonly string[],
  actions: Actions,
  options: ProgramOptions,
): Promise<void> {
  let pending: Promise<void> | undefined;
  const act = (action: Promise<void>): void => {
    pending = action;
  };
  const program = yargs([...argv])
    .scriptName('dimsweep')
    .usage(
      '$0 <command>\n\nMeasures a text-embedding server: which dimensions, instruction, batch size and concurrency to run,\nwhat they cost, how good the vectors are, and whether today’s change made any of it worse.',
    )
    .version(options.version)
    .help()
    .alias('h', 'help')
    .strict()
    .recommendCommands()
    .demandCommand(1, 'name a command')
    .wrap(Math.min(options.columns, 110))
    .exitProcess(false)
    .fail((message, error) => {
      throw (
        error ?? new UsageError(message, { hint: 'dimsweep --help lists the commands and their options.' })
      );
    });
  addRunCommands(program, actions, act);
  addServerCommands(program, actions, act);
  addFileCommands(program, actions, act);
  await program.parseAsync([...argv], (_error: unknown, _args: unknown, output: string) => {
    if (output !== '') options.print(`${output}\n`);
  });
  await pending;
}

type Act = (action: Promise<void>) => void;

const SET_OPTION = {
  type: 'string',
  array: true,
  nargs: 1,
  default: [] as string[],
  describe: 'override a setting, e.g. axes.batchSize=[1,4]; repeatable',
} as const;

const RESULTS_OPTION = {
  type: 'string',
  default: 'results',
  describe: 'folder that holds runs and baselines',
} as const;

function addRunCommands(program: Argv, actions: Actions, act: Act): void {
  program.command(
    'run [config]',
    'run the sweep and write its report',
    (y) =>
      y
        .positional('config', { type: 'string', describe: 'config file, or the name of a bundled config' })
        .option('out', { type: 'string', describe: 'folder of this run; default: a new one in results/' })
        .option('results', RESULTS_OPTION)
        .option('resume', { type: 'boolean', default: false, describe: 'continue the last interrupted run' })
        .option('dry-run', {
          type: 'boolean',
          default: false,
          describe: 'print the cells, requests and time; send nothing',
        })
        .option('set', SET_OPTION)
        .option('json', {
          type: 'boolean',
          default: false,
          describe: 'print the record instead of the table',
        })
        .example('$0 run', 'sweep the embedded model on bundled reviews')
        .example('$0 run my.yaml --set load.seconds=10', 'sweep your server, with longer windows')
        .example('$0 run my.yaml --dry-run', 'see what would be sent'),
    (args) =>
      act(
        actions.run({
          config: args.config,
          out: args.out,
          results: args.results,
          resume: args.resume,
          dryRun: args['dry-run'],
          set: args.set,
          json: args.json,
        }),
      ),
  );
}

function addServerCommands(program: Argv, actions: Actions, act: Act): void {
  program.command(
    'probe [config]',
    'find out what the server honours, ignores and refuses',
    (y) =>
      y
        .positional('config', { type: 'string', describe: 'config file, or the name of a bundled config' })
        .option('set', SET_OPTION)
        .option('json', { type: 'boolean', default: false, describe: 'print the record’s server block' })
        .example('$0 probe my.yaml', 'is the server ready to be measured, and which flag is missing?'),
    (args) => act(actions.probe({ config: args.config, set: args.set, json: args.json })),
  );
  program.command(
    'serve',
    'run the embedded embedding server on this machine',
    (y) =>
      y
        .option('model', { type: 'string', default: 'use-lite-hash-2560', describe: 'embedded model' })
        .option('host', { type: 'string', default: '127.0.0.1', describe: 'address to listen on' })
        .option('port', { type: 'number', default: 30000, describe: 'port; 0 takes a free one' })
        .option('threads', { type: 'number', describe: 'computing threads' })
        .option('fault', {
          ...SET_OPTION,
          describe: 'misbehave on purpose, e.g. stall:seconds=1,every=10; repeatable',
        })
        .option('api-key', { type: 'string', describe: 'ask for this bearer key' })
        .option('admin-api-key', { type: 'string', describe: 'ask for this key on administration routes' })
        .option('service-ms', { type: 'number', describe: 'answer after exactly this long' })
        .example('$0 serve --port 30000', 'an OpenAI-compatible /v1/embeddings with a real model')
        .example('$0 serve --fault ignore-dimensions', 'a server that lies'),
    (args) =>
      act(
        actions.serve({
          model: args.model,
          host: args.host,
          port: args.port,
          threads: args.threads,
          fault: args.fault,
          apiKey: args['api-key'],
          adminApiKey: args['admin-api-key'],
          serviceMs: args['service-ms'],
        }),
      ),
  );
}

function addFileCommands(program: Argv, actions: Actions, act: Act): void {
  program.command(
    'report <runs..>',
    'redraw a report from a run’s record',
    (y) =>
      y
        .positional('runs', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'run folders or record files; latest is the newest run',
        })
        .option('format', { type: 'string', default: 'html', describe: 'html, markdown, csv, json or text' })
        .option('out', {
          type: 'string',
          describe: 'file to write; default: beside the record, or stdout for text',
        })
        .option('results', RESULTS_OPTION)
        .example('$0 report results/2026-…-reviews-1a2b3c4', 'write report.html anew')
        .example('$0 report latest --format csv', 'one line per cell'),
    (args) =>
      act(actions.report({ runs: args.runs, format: args.format, out: args.out, results: args.results })),
  );
  program.command(
    'init [file]',
    'write a commented starter config',
    (y) =>
      y
        .positional('file', { type: 'string', default: 'dimsweep.yaml', describe: 'file to write' })
        .option('from', { type: 'string', default: 'starter', describe: 'bundled config to start from' })
        .option('force', { type: 'boolean', default: false, describe: 'overwrite an existing file' })
        .example('$0 init', 'a config to fill in')
        .example('$0 init qwen.yaml --from sglang-qwen3-embedding-4b', 'SGLang serving Qwen3-Embedding-4B'),
    (args) => act(actions.init({ file: args.file, from: args.from, force: args.force })),
  );
}

import { once } from 'node:events';
import { UsageError } from '../../core/errors.ts';
import { startServerHere } from '../../embedded/embedded-server.ts';
import { faultSummaries } from '../../embedded/faults.ts';
import { DEFAULT_MODEL, EMBEDDED_MODELS } from '../../embedded/models/model-table.ts';
import { command } from '../command.ts';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** Runs the embedded server until the user stops it. Its URL is the one line on stdout. */
export const serve = command({
  usage: 'serve',
  summary: 'run the embedded embedding server on this machine',
  options: (y) =>
    y
      .option('model', {
        type: 'string',
        default: DEFAULT_MODEL as string,
        describe: `embedded model: ${Object.keys(EMBEDDED_MODELS).join(', ')}`,
      })
      .option('host', { type: 'string', default: '127.0.0.1', describe: 'address to listen on' })
      .option('port', { type: 'number', default: 30_000, describe: 'port; 0 takes a free one' })
      .option('threads', { type: 'number', describe: 'computing threads; default: one per core, at most 4' })
      .option('fault', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'misbehave on purpose, e.g. stall:seconds=1,every=10; repeatable',
      })
      .option('api-key', { type: 'string', describe: 'ask for this bearer key' })
      .option('admin-api-key', { type: 'string', describe: 'ask for this key on administration routes' })
      .example('$0 serve --port 30000', 'an OpenAI-compatible /v1/embeddings with a real model')
      .example('$0 serve --fault ignore-dimensions', 'a server that lies')
      .epilogue(`Faults:\n${faultLines()}`),
  async act(args, { terminal, signal }) {
    const { model, host, port, threads, fault, apiKey, adminApiKey } = args;
    requireWhole('port', port, 0, 65_535);
    requireWhole('threads', threads, 1, 64);
    const server = await startServerHere({
      ...{ model, host, port, faults: fault, keys: { apiKey, adminApiKey } },
      ...(threads === undefined ? {} : { threads }),
    });
    try {
      terminal.out(`${server.baseUrl}\n`);
      terminal.err(`${model} answers; Ctrl-C stops it\n`);
      for (const written of fault) terminal.err(`  it misbehaves on purpose: ${written}\n`);
      if (!LOOPBACK.includes(host)) {
        const open = apiKey === undefined ? ' and asks for no key' : '';
        terminal.err(`  ! it can be reached from other machines${open}\n`);
      }
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await server.close();
    }
  },
});

function requireWhole(option: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new UsageError(`--${option} ${value} is not a whole number from ${least} to ${most}`);
}

function faultLines(): string {
  const faults = faultSummaries();
  const width = Math.max(...faults.map(({ name }) => name.length));
  return faults.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}

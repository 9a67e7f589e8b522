import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerBlock } from '../../core/record/server-block.ts';
import { openServerSide } from '../../run/server-side.ts';
import { renderProbeTable } from '../../server/probe/probe-table.ts';
import { command } from '../command.ts';
import { readConfigArgument } from '../config-file.ts';
import { CONFIG_POSITIONAL, SET_OPTION } from '../options.ts';
import { createProgress } from '../progress.ts';

/** A table of everything that is off helps more than the first complaint: nothing is demanded of the server. */
const NO_NEEDS = { dimensions: [], encodings: [] } as const;

/** Finds out what the config's server does, once for every set of server flags, and prints it. */
export const probe = command({
  usage: 'probe [config]',
  summary: 'find out what the server honours, ignores and refuses',
  options: (y) =>
    y
      .positional('config', CONFIG_POSITIONAL)
      .option('set', SET_OPTION)
      .option('json', { type: 'boolean', default: false, describe: 'print the record’s server block' })
      .example('$0 probe my.yaml', 'is the server ready to be measured, and which flag is missing?'),
  async act(args, context) {
    const { terminal, clock, environment, signal } = context;
    const { config } = readConfigArgument(args.config, environment, args.set);
    const { serverArgs: sets } = config.axes;
    const progress = createProgress(terminal, clock);
    const logDirectory = mkdtempSync(join(tmpdir(), 'dimsweep-probe-'));
    const blocks: ServerBlock[] = [];
    try {
      for (const serverArgs of sets === undefined ? [undefined] : Object.keys(sets)) {
        const side = await openServerSide({
          ...{ config, serverArgs, logDirectory, clock, environment, signal, needs: NO_NEEDS },
          onCheck: (title) =>
            progress.emit({ type: 'progress', phase: 'probe', done: 0, total: 0, detail: title }),
        });
        await side.close();
        progress.close();
        blocks.push(side.block);
        if (!args.json) terminal.out(renderProbeTable(side.block, { width: terminal.columns }));
      }
    } finally {
      progress.close();
      rmSync(logDirectory, { recursive: true, force: true });
    }
    if (args.json) {
      terminal.out(`${JSON.stringify(blocks.length === 1 ? blocks[0] : blocks, undefined, 2)}\n`);
    }
  },
});

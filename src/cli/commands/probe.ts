import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerBlock } from '../../core/record/server-block.ts';
import { openServerSide } from '../../run/server-side.ts';
import { renderProbeTable } from '../../server/probe/probe-table.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfigArgument } from '../config-file.ts';
import type { ProbeArguments } from '../program.ts';
import { createProgress } from '../progress.ts';

/** A table of everything that is off helps more than the first complaint: nothing is demanded of the server. */
const NO_NEEDS = { dimensions: [], encodings: [] } as const;

/** Finds out what the config's server does, once for every set of server flags, and prints it. */
export async function probe(args: ProbeArguments, context: CommandContext): Promise<void> {
  const { terminal, clock, environment, signal } = context;
  const { config } = readConfigArgument(args.config, environment, args.set);
  const groups = config.axes.serverArgs === undefined ? [undefined] : Object.keys(config.axes.serverArgs);
  const progress = createProgress(terminal, clock);
  const logDirectory = mkdtempSync(join(tmpdir(), 'dimsweep-probe-'));
  const blocks: ServerBlock[] = [];
  try {
    for (const serverArgs of groups) {
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
  if (args.json) terminal.out(`${JSON.stringify(blocks.length === 1 ? blocks[0] : blocks, undefined, 2)}\n`);
}

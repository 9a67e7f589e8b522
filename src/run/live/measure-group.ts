import { join } from 'node:path';
import type { Side } from '../../core/side.ts';
import type { LoadEngine } from '../../load/load-engine.ts';
import { type PairSlot, pairOrder } from '../../plan/pair-order.ts';
import type { EmitRunEvent } from '../events.ts';
import { searchPass } from '../load/load-pass.ts';
import type { LoadSide } from '../load/load-side.ts';
import { finishedRows, keepMemory, loadSideOf, measureQuality, timed } from '../measure-server.ts';
import type { OpenRun } from '../open-run.ts';
import { serverGroups } from '../run-sweep.ts';
import type { ServerSession } from '../server-session.ts';
import type { ServerSide } from '../server-side.ts';
import { startRun, startServer } from '../start-run.ts';
import { alternate } from './alternate.ts';
import type { LiveSide } from './live-side.ts';

interface GroupInput {
  readonly serverArgs: string | undefined;
  readonly pairs: number;
  readonly engine: LoadEngine;
  readonly emit: EmitRunEvent;
}

/** A side whose server is up. */
interface OpenSide extends LiveSide {
  readonly run: OpenRun;
  readonly server: ServerSide;
}

/**
 * One set of server flags on both sides: both servers up, quality one after the other, load in turns.
 *
 * @throws ServerError, UsageError or InterruptedError; both servers are stopped then as well
 */
export async function measureGroup(sides: readonly LiveSide[], input: GroupInput): Promise<void> {
  const { serverArgs } = input;
  const open: OpenSide[] = [];
  try {
    for (const side of sides) {
      if (!serverGroups(side.context.loaded).includes(serverArgs)) continue;
      open.push(await openSide(side, serverArgs, open[0]?.server.session));
    }
    for (const { context, run, server } of open) {
      await measureQuality(context, { run, side: server, serverArgs });
    }
    await measureLoad(open, input);
    for (const { run, server } of open) await keepMemory({ run, side: server });
  } finally {
    for (const { server } of open.reverse()) await server.close();
  }
}

async function openSide(
  side: LiveSide,
  serverArgs: string | undefined,
  baseSession: ServerSession | undefined,
): Promise<OpenSide> {
  const { context, alternation, name } = side;
  const { resultsDirectory, loaded } = context;
  // One launched server against itself: a second one would need a port, and maybe a GPU, that nobody has given.
  const isShared = alternation.mode === 'self' && loaded.config.server.launch !== undefined;
  const server = await startServer(context, {
    serverArgs,
    logDirectory: name === 'base' ? resultsDirectory : join(resultsDirectory, name),
    ...(isShared && baseSession !== undefined ? { session: baseSession } : {}),
  });
  try {
    side.run ??= await startRun(context, server, alternation);
    return { ...side, run: side.run, server };
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function measureLoad(open: readonly OpenSide[], input: GroupInput): Promise<void> {
  const { serverArgs, pairs, engine, emit } = input;
  const loaded = open.filter(({ context }) => context.loaded.config.load !== false);
  if (loaded.length === 0) return;
  emit({ type: 'phase', phase: 'load', title: 'Load: trials of both sides in turns' });
  const sides: Partial<Record<Side, LoadSide>> = Object.fromEntries(
    loaded.map(({ name, context, run, server }) => [
      name,
      loadSideOf(context, { run, side: server, engine }),
    ]),
  );
  await timedTogether(loaded, () => alternate(sides, slotsOf(loaded, serverArgs, pairs), emit));
  for (const { name, run } of loaded) await searchPass(sides[name]!, finishedRows(run, serverArgs));
}

function slotsOf(loaded: readonly OpenSide[], serverArgs: string | undefined, pairs: number): PairSlot[] {
  const cellsOf = (name: Side) =>
    loaded
      .filter((side) => side.name === name)
      .flatMap(({ context }) => context.plan.load.filter((cell) => cell.serverArgs === serverArgs));
  const { seed } = loaded[0]!.context.loaded.config;
  return pairOrder({ base: cellsOf('base'), candidate: cellsOf('candidate') }, pairs, seed);
}

/** The load phase belongs to both runs; it lasted as long for one as for the other. */
function timedTogether(sides: readonly OpenSide[], pass: () => Promise<void>): Promise<void> {
  return sides.reduceRight<() => Promise<void>>(
    (inner, { context, run }) =>
      () =>
        timed(context, run, 'load', inner),
    pass,
  )();
}

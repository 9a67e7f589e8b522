import type { LoadRow } from '../core/record/load-row.ts';
import type { LoadEngine } from '../load/load-engine.ts';
import { replayJournal } from '../store/journal-state.ts';
import { readJournal } from '../store/read-journal.ts';
import { loadPass, searchPass } from './load/load-pass.ts';
import type { LoadSide } from './load/load-side.ts';
import type { OpenRun } from './open-run.ts';
import { planQualityTasks } from './quality/plan-quality-tasks.ts';
import { qualityPass } from './quality/quality-pass.ts';
import { openReranker } from './quality/reranker.ts';
import { openRunCache } from './run-cache.ts';
import { clientOptions, type ServerSide } from './server-side.ts';
import type { SweepContext } from './sweep-context.ts';

interface MeasureServerInput {
  readonly run: OpenRun;
  readonly side: ServerSide;
  readonly serverArgs: string | undefined;
  readonly engine: LoadEngine;
}

/** Both passes over one server: quality first, load afterwards, never in one window. */
export async function measureServer(context: SweepContext, input: MeasureServerInput): Promise<void> {
  await measureQuality(context, input);
  await timed(context, input.run, 'load', () => measureLoad(context, input));
  await keepMemory(input);
}

/** Writes down what the server's memory came to, and a doubt when it grew. */
export async function keepMemory({ side, run }: Pick<MeasureServerInput, 'side' | 'run'>): Promise<void> {
  const memory = await side.memory.summary();
  if (memory === undefined) return;
  run.journal.append({
    type: 'memory',
    memory: { server: memory, client: { rssPeakBytes: clientRssPeakBytes() }, vectorBytes: [] },
  });
  const growth = side.memory.growth();
  if (growth === undefined) return;
  const message = `the server's memory grew: ${growth.evidence} (${growth.mend})`;
  run.journal.append({ type: 'doubt', code: 'memoryGrowth', message });
}

/** Largest resident set of this process so far; Node counts it in kibibytes. */
export function clientRssPeakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Runs a pass and writes down how long it took, however it ended. */
export async function timed(
  { clock }: SweepContext,
  { journal }: OpenRun,
  phase: 'quality' | 'load',
  pass: () => Promise<void>,
): Promise<void> {
  const startedMs = clock.nowMs();
  try {
    await pass();
  } finally {
    journal.append({ type: 'phase', phase, seconds: (clock.nowMs() - startedMs) / 1000 });
  }
}

/** The quality pass of one server; what an interrupted run had finished is left out. */
export function measureQuality(
  context: SweepContext,
  input: Omit<MeasureServerInput, 'engine'>,
): Promise<void> {
  return timed(context, input.run, 'quality', () => scoreServer(context, input));
}

async function scoreServer(
  context: SweepContext,
  { run, side, serverArgs }: Omit<MeasureServerInput, 'engine'>,
): Promise<void> {
  const { loaded, dataset, worker, clock, environment, emit, signal } = context;
  const { config } = loaded;
  const { quality } = config;
  if (quality === false) return;
  emit({ type: 'phase', phase: 'quality', title: 'Quality: every text once, every dimension from it' });
  const cache = await openRunCache(loaded, context);
  const reranker = openReranker({ config, side, clock, environment });
  const stop = AbortSignal.any([signal, side.session.died]);
  try {
    const tasks = await planQualityTasks(quality, {
      dataset,
      baseDirectory: loaded.baseDirectory,
      seed: config.seed,
      ...(reranker.call === undefined ? {} : { rerank: reranker.call }),
      signal: stop,
    });
    const finished = (run.earlier?.quality ?? []).filter((entry) => entry.serverArgs === serverArgs);
    await qualityPass(
      {
        config,
        quality,
        dataset,
        tasks,
        server: side.block,
        serverArgs,
        finished: new Set(finished.map((entry) => entry.instruction.name)),
        client: side.client,
        cache,
        evaluate: (job, onProgress) => worker.evaluate(job, { onProgress, signal: stop }),
        clock,
        emit,
        signal: stop,
      },
      (entry) => run.journal.append(entry),
    );
  } finally {
    await Promise.all([cache.close(), reranker.close()]);
  }
}

async function measureLoad(
  context: SweepContext,
  { run, side, serverArgs, engine }: MeasureServerInput,
): Promise<void> {
  const { loaded, plan, emit } = context;
  if (loaded.config.load === false) return;
  emit({ type: 'phase', phase: 'load', title: 'Load: latency and throughput, trial by trial' });
  const loadSide = loadSideOf(context, { run, side, engine });
  await loadPass(
    loadSide,
    plan.trials.filter(({ cell }) => cell.serverArgs === serverArgs),
  );
  await searchPass(loadSide, finishedRows(run, serverArgs));
}

/** Rows of the cells whose last trial is done. */
export function finishedRows({ folder }: OpenRun, serverArgs: string | undefined): LoadRow[] {
  const { cells } = replayJournal(readJournal(folder.journalFile));
  return [...cells.values()].flatMap(({ row }) =>
    row !== undefined && row.serverArgs === serverArgs ? [row] : [],
  );
}

/** The server of a sweep as the load pass sees it. */
export function loadSideOf(
  { loaded, dataset, clock, environment, emit, signal }: SweepContext,
  { run, side, engine }: Pick<MeasureServerInput, 'run' | 'side' | 'engine'>,
): LoadSide {
  const { config } = loaded;
  if (config.load === false) throw new TypeError('the config has no load pass');
  const { session, block, admin, memory, scraper } = side;
  const { instructionTemplate } = config.server;
  return {
    config,
    load: config.load,
    server: block,
    session,
    target: {
      ...clientOptions(config, session, environment),
      nativeDimensions: block.capabilities.nativeDimensions,
      ...(instructionTemplate === undefined ? {} : { instructionTemplate }),
      ...(session.pid === undefined ? {} : { pids: [session.pid] }),
    },
    admin,
    memory,
    ...(scraper === undefined ? {} : { scraper }),
    texts: dataset.texts,
    folder: run.folder,
    journal: run.journal,
    ...(run.earlier === undefined ? {} : { earlier: run.earlier }),
    engine,
    configFile: loaded.file,
    clock,
    emit,
    signal,
  };
}

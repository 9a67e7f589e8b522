import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { LoadedConfig } from '../config/read-config.ts';
import type { Clock } from '../core/clock.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { createLoadEngine } from '../load/load-engine.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { createQualityWorker, type QualityWorker } from '../quality/run-in-worker.ts';
import { readEnvironment } from '../store/environment.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { dataCardOf } from './data-card.ts';
import type { EmitRunEvent } from './events.ts';
import { finishRun } from './finish-run.ts';
import { measureServer } from './measure-server.ts';
import { type OpenRun, openRun, runIdentity } from './open-run.ts';
import { datasetEntry, readData } from './prepare-data.ts';
import { openServerSide, type ServerSide } from './server-side.ts';

export interface RunSweepInput {
  readonly loaded: LoadedConfig;
  /** Folder that holds the runs. */
  readonly resultsDirectory: string;
  /** The run's own folder, when the user named one. */
  readonly out?: string;
  readonly resume: boolean;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly emit: EmitRunEvent;
  /** Aborts when the user stops the run. */
  readonly signal: AbortSignal;
}

/** What a sweep leaves behind. */
export interface FinishedRun {
  readonly record: RunRecord;
  readonly folder: RunFolder;
}

/** Everything that all servers of a sweep share. */
export interface SweepContext extends RunSweepInput {
  readonly dataset: Dataset;
  readonly plan: Plan;
  readonly worker: QualityWorker;
}

/**
 * Runs a config from its data to its report. Whatever happens, what was measured stays: the journal grows with
 * every finished piece, and a run that is stopped still gets a record and a report of what there is.
 *
 * @throws UsageError, ServerError or InterruptedError; the run folder is complete up to then
 */
export async function runSweep(input: RunSweepInput): Promise<FinishedRun> {
  const { loaded, clock, emit, signal } = input;
  emit({ type: 'phase', phase: 'data', title: 'Reading the data' });
  const dataset = await readData(loaded, signal);
  emit({ type: 'note', message: `${dataset.ids.length} rows of ${dataset.name}${badRowsText(dataset)}` });
  const plan = createPlan(loaded.config);
  const worker = createQualityWorker({ threads: Math.min(MOST_QUALITY_THREADS, availableParallelism()) });
  const engine = createLoadEngine({ firstNonce: Math.floor(clock.wallMs()) });
  const context: SweepContext = { ...input, dataset, plan, worker };
  let run: OpenRun | undefined;
  try {
    for (const serverArgs of serverGroups(loaded)) {
      const side = await startServer(context, serverArgs);
      try {
        run ??= await startRun(context, side);
        await measureServer(context, { run, side, serverArgs, engine });
      } finally {
        await side.close();
      }
    }
    return await finishRun(context, run!, 'complete');
  } catch (error) {
    if (run !== undefined) await keepWhatThereIs(context, run, error);
    throw error;
  } finally {
    run?.journal.close();
    run?.folder.release();
    await Promise.all([engine.close(), worker.close()]);
  }
}

/** Scoring waits for embedding and embedding for scoring, so the threads are free; results do not depend on them. */
const MOST_QUALITY_THREADS = 4;

/** The server-flag sets in their order; one group without any when the axis is not swept. */
function serverGroups({ config }: LoadedConfig): (string | undefined)[] {
  return config.axes.serverArgs === undefined ? [undefined] : Object.keys(config.axes.serverArgs);
}

async function startServer(context: SweepContext, serverArgs: string | undefined): Promise<ServerSide> {
  const { loaded, resultsDirectory, clock, environment, emit, signal } = context;
  const { server } = loaded.config;
  const what =
    server.baseUrl === 'embedded'
      ? `Starting the embedded server (${server.model})`
      : `Probing ${server.model}`;
  emit({ type: 'phase', phase: 'server', title: serverArgs === undefined ? what : `${what}, ${serverArgs}` });
  if (server.launch !== undefined) mkdirSync(resultsDirectory, { recursive: true });
  const side = await openServerSide({
    config: loaded.config,
    serverArgs,
    logDirectory: resultsDirectory,
    clock,
    environment,
    onCheck: (title) => emit({ type: 'progress', phase: 'probe', done: 0, total: 0, detail: title }),
    signal,
  });
  for (const finding of side.block.findings) {
    if (finding.verdict === 'warning' || finding.verdict === 'problem') emit({ type: 'finding', finding });
  }
  return side;
}

async function startRun(context: SweepContext, side: ServerSide): Promise<OpenRun> {
  const { loaded, dataset, resultsDirectory, out, resume, clock, environment, emit } = context;
  const { config } = loaded;
  const run = openRun({
    config,
    identity: runIdentity(config, dataset.hash, side.block.fingerprint),
    environment: await readEnvironment(loaded.baseDirectory, environment),
    resultsDirectory,
    ...(out === undefined ? {} : { out }),
    resume,
    clock,
    emit,
  });
  run.journal.append({ type: 'server', server: side.block });
  if (run.earlier?.dataset === undefined) {
    run.journal.append(datasetEntry(dataset, await dataCardOf(context), config.report.texts));
  }
  return run;
}

/** Writes the interruption, and a record and report of what was measured; the first error is the one that counts. */
async function keepWhatThereIs(context: SweepContext, run: OpenRun, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  run.journal.append({ type: 'interrupted', reason });
  try {
    await finishRun(context, run, 'interrupted');
  } catch (second) {
    const message = second instanceof Error ? second.message : String(second);
    context.emit({ type: 'warning', message: `no report could be written of what was measured: ${message}` });
  }
}

function badRowsText({ badRows }: Dataset): string {
  return badRows.count === 0 ? '' : `; ${badRows.count} bad rows left out`;
}

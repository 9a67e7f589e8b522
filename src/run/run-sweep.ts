import { availableParallelism } from 'node:os';
import type { LoadedConfig } from '../config/read-config.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { createLoadEngine } from '../load/load-engine.ts';
import { createPlan } from '../plan/plan.ts';
import { createQualityWorker, type QualityWorker } from '../quality/run-in-worker.ts';
import { finishRun, keepWhatThereIs } from './finish-run.ts';
import { measureServer } from './measure-server.ts';
import type { OpenRun } from './open-run.ts';
import { readData } from './prepare-data.ts';
import { startRun, startServer } from './start-run.ts';
import type { FinishedRun, RunSweepInput, SweepContext } from './sweep-context.ts';

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
  const worker = startQualityWorker();
  const engine = createLoadEngine({ firstNonce: Math.floor(clock.wallMs()) });
  const context: SweepContext = { ...input, dataset, plan, worker };
  let run: OpenRun | undefined;
  try {
    for (const serverArgs of serverGroups(loaded)) {
      const side = await startServer(context, { serverArgs, logDirectory: input.resultsDirectory });
      try {
        run ??= await startRun(context, side);
        await measureServer(context, { run, side, serverArgs, engine });
      } finally {
        await side.close();
      }
    }
    return await finishRun(context, run!, 'complete');
  } catch (error) {
    if (run !== undefined) {
      await keepWhatThereIs(context, run, error);
      const message = `what was measured is kept in ${run.folder.path}; the same command with --resume goes on from there`;
      emit({ type: 'note', message });
    }
    throw error;
  } finally {
    run?.journal.close();
    run?.folder.release();
    await Promise.all([engine.close(), worker.close()]);
  }
}

/** Scoring waits for embedding and embedding for scoring, so the threads are free; results do not depend on them. */
const MOST_QUALITY_THREADS = 4;

export function startQualityWorker(): QualityWorker {
  return createQualityWorker({ threads: Math.min(MOST_QUALITY_THREADS, availableParallelism()) });
}

/** The server-flag sets in their order; one group without any when the axis is not swept. */
export function serverGroups({ config }: LoadedConfig): (string | undefined)[] {
  return config.axes.serverArgs === undefined ? [undefined] : Object.keys(config.axes.serverArgs);
}

function badRowsText({ badRows: { count } }: Dataset): string {
  return count === 0 ? '' : `; ${count} bad ${count === 1 ? 'row' : 'rows'} left out`;
}

import { Worker } from 'node:worker_threads';
import { ServerError, toError } from '../../core/errors.ts';
import { moduleEntry } from '../../threads/module-entry.ts';
import type { ModelEntry } from '../models/model-table.ts';
import { type Batch, type BatchQueue, createBatchQueue, type EmbedJob } from './batch-queue.ts';
import type { ComputeEngine } from './compute-engine.ts';
import type { WorkerRequest, WorkerSetup } from './worker-messages.ts';

/** One forward pass of the sentence encoder takes 256 token rows; more in a batch would only wait in the thread. */
const LIMITS = { maxTexts: 32, maxTokens: 256, clipTokens: 128 } as const;

interface PoolThread {
  readonly worker: Worker;
  readonly results: Float32Array;
  /** The batch that the thread computes; undefined: it waits for one. */
  batch: Batch | undefined;
}

/**
 * Threads that share one copy of the weights. Texts that arrive while all threads compute wait together and leave
 * together, so batches grow with the load and a lone request is never held back.
 *
 * @param weights loaded for at least this many threads
 * @throws ServerError when a thread does not start
 */
export async function startWorkerPool(
  entry: ModelEntry,
  threadCount: number,
  weights: WorkerSetup['weights'],
): Promise<ComputeEngine> {
  const starts = Array.from({ length: threadCount }, (_, thread) => startThread(entry, weights, thread));
  try {
    return createPool(await Promise.all(starts), entry.nativeDimensions);
  } catch (cause) {
    throw new ServerError(`the embedded model did not load: ${toError(cause).message}`, { cause });
  }
}

function createPool(threads: readonly PoolThread[], dimensions: number): ComputeEngine {
  const scheduler = createScheduler(threads);
  const { queue } = scheduler;
  let failure: Error | undefined;
  let isClosing = false;
  const fail = (cause: unknown): void => {
    if (failure !== undefined || isClosing) return;
    failure = new ServerError('a computing thread of the embedded server died', { cause });
    for (const job of new Set([...queue.jobs(), ...threads.flatMap(jobsOf)])) job.reject(failure);
  };
  for (const thread of threads) {
    thread.worker.on('message', () => {
      deliver(thread, dimensions);
      scheduler.dispatch();
    });
    thread.worker.on('error', fail);
    thread.worker.on('exit', (code) => fail(new Error(`exit code ${code}`)));
  }
  return {
    embed(texts, signal) {
      if (failure !== undefined) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        const rows = new Float32Array(texts.length * dimensions);
        const addedMs = performance.now();
        const job: EmbedJob = {
          texts,
          rows,
          next: 0,
          missing: texts.length,
          addedMs,
          takenMs: addedMs,
          resolve,
          reject,
        };
        const giveUp = (): void => {
          queue.drop(job);
          reject(signal.reason);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        queue.add(job);
        scheduler.dispatchSoon();
      });
    },
    load: () => ({
      running: threads.reduce((sum, { batch }) => sum + (batch?.texts.length ?? 0), 0),
      waiting: queue.waitingTexts(),
    }),
    passes: () => ({ ...scheduler.count }),
    failure: () => failure,
    async close() {
      isClosing = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

interface Scheduler {
  readonly queue: BatchQueue;
  readonly count: { passes: number; texts: number };
  /** Gives every idle thread a batch. */
  dispatch(): void;
  /** The same one turn of the event loop later, so that requests that arrived together leave together. */
  dispatchSoon(): void;
}

function createScheduler(threads: readonly PoolThread[]): Scheduler {
  const queue = createBatchQueue(LIMITS);
  const count = { passes: 0, texts: 0 };
  let isDue = false;
  const dispatch = (): void => {
    isDue = false;
    for (const thread of threads) {
      if (thread.batch !== undefined) continue;
      const batch = queue.take();
      if (batch === undefined) return;
      thread.batch = batch;
      for (const { job } of batch.parts) job.takenMs = performance.now();
      count.passes++;
      count.texts += batch.texts.length;
      thread.worker.postMessage(batch.texts satisfies WorkerRequest);
    }
  };
  return {
    queue,
    count,
    dispatch,
    dispatchSoon() {
      if (isDue) return;
      isDue = true;
      setImmediate(dispatch);
    },
  };
}

/** Starts a thread and waits until its model is ready. */
function startThread(
  entry: ModelEntry,
  weights: WorkerSetup['weights'],
  thread: number,
): Promise<PoolThread> {
  const results = new SharedArrayBuffer(LIMITS.maxTexts * entry.nativeDimensions * 4);
  const setup: WorkerSetup = { modelId: entry.id, weights, thread, results };
  const worker = new Worker(moduleEntry(import.meta.url, './compute-worker'), {
    workerData: setup,
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    const onExit = (code: number): void => reject(new Error(`a computing thread ended with code ${code}`));
    worker.once('error', reject);
    worker.once('exit', onExit);
    worker.once('message', () => {
      worker.off('error', reject);
      worker.off('exit', onExit);
      resolve({ worker, results: new Float32Array(results), batch: undefined });
    });
  });
}

function jobsOf(thread: PoolThread): EmbedJob[] {
  return thread.batch?.parts.map(({ job }) => job) ?? [];
}

/** Hands a finished batch's vectors to their jobs. */
function deliver(thread: PoolThread, dimensions: number): void {
  const { batch } = thread;
  if (batch === undefined) return;
  thread.batch = undefined;
  let row = 0;
  for (const { job, from, count } of batch.parts) {
    job.rows.set(thread.results.subarray(row * dimensions, (row + count) * dimensions), from * dimensions);
    row += count;
    job.missing -= count;
    if (job.missing === 0) job.resolve({ rows: job.rows, queuedMs: job.takenMs - job.addedMs });
  }
}

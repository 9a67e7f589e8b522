import { Worker } from 'node:worker_threads';
import type { VerdictInput } from '../compare/verdicts.ts';
import type { EmbeddingMatrix } from '../core/matrix.ts';
import type { DataCard } from '../core/record/dataset-block.ts';
import type { PairedVerdict } from '../core/record/quality-row.ts';
import { moduleEntry } from '../threads/module-entry.ts';
import type { CardRequest } from './dataset-card.ts';
import type { QualityJob, QualityJobResult, QualityProgress } from './quality-job.ts';
import { type QualityReply, type QualityRequest, restoredError } from './worker-messages.ts';

export interface EvaluateOptions {
  readonly onProgress?: QualityProgress;
  /** Stops the computation at once; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The thread on which all numbers of the quality pass are made. */
export interface QualityWorker {
  /** What must be known about the data before a score; see `datasetCard`. */
  card(input: CardRequest, options?: Pick<EvaluateOptions, 'signal'>): Promise<DataCard>;
  /**
   * Scores one instruction's vectors. Jobs wait for each other.
   *
   * @throws UsageError (as a rejection) as `evaluateQuality` does
   */
  evaluate(job: QualityJob, options?: EvaluateOptions): Promise<QualityJobResult>;
  /** Judges every cell against its reference; see `pairedVerdicts`. */
  verdicts(input: VerdictInput, options?: Pick<EvaluateOptions, 'signal'>): Promise<readonly PairedVerdict[]>;
  /** Ends the thread; what is still running is rejected. */
  close(): Promise<void>;
}

/**
 * Starts no thread until the first job, keeps it between jobs, and starts another after one was stopped or died.
 *
 * @param options `threads`: compute threads of the native engine, 1 by default
 */
export function createQualityWorker({ threads = 1 }: { readonly threads?: number } = {}): QualityWorker {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const retire = async (): Promise<void> => {
    const old = worker;
    worker = undefined;
    await old?.terminate();
  };
  const start = (): Worker => {
    const started = new Worker(moduleEntry(import.meta.url, './quality-worker'));
    // A thread that dies between two jobs must not take the process with it: the next job starts another.
    const forget = (): void => {
      if (worker === started) worker = undefined;
    };
    return started.on('error', forget).on('exit', forget);
  };
  const enqueue = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const mine = last.then(run);
    last = mine.catch(() => undefined);
    return mine;
  };
  const ask = (request: QualityRequest, options: EvaluateOptions): Promise<QualityReply> =>
    enqueue(() => {
      worker ??= start();
      return exchange(worker, request, options, retire);
    });
  return {
    async card(input, options = {}) {
      const reply = await ask({ kind: 'card', input }, options);
      if (reply.kind !== 'card') throw unexpected(reply);
      return reply.card;
    },
    async evaluate(job, options = {}) {
      const reply = await ask({ kind: 'evaluate', job: withSharedValues(job), threads }, options);
      if (reply.kind !== 'evaluated') throw unexpected(reply);
      return reply.result;
    },
    async verdicts(input, options = {}) {
      const reply = await ask({ kind: 'verdicts', input }, options);
      if (reply.kind !== 'verdicts') throw unexpected(reply);
      return reply.verdicts;
    },
    close: retire,
  };
}

function exchange(
  worker: Worker,
  request: QualityRequest,
  { onProgress, signal }: EvaluateOptions,
  retire: () => Promise<void>,
): Promise<QualityReply> {
  return new Promise<QualityReply>((resolve, reject) => {
    // An idle thread keeps no process alive, a working one does.
    worker.ref();
    const settle = (finish: () => void): void => {
      worker.unref();
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    const stop = (reason: unknown): void => {
      settle(() => {
        void retire().finally(() => reject(reason));
      });
    };
    const onMessage = (reply: QualityReply): void => {
      if (reply.kind === 'progress') onProgress?.(reply.done, reply.total);
      else settle(() => (reply.kind === 'failed' ? reject(restoredError(reply.failure)) : resolve(reply)));
    };
    const onError = (error: Error): void => stop(error);
    const onExit = (code: number): void => {
      stop(new Error(`the quality worker ended with code ${code} before it answered`));
    };
    const onAbort = (): void => stop(signal?.reason);
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort);
    worker.postMessage(request);
  });
}

function unexpected(reply: QualityReply): Error {
  return new Error(`the quality worker answered ${reply.kind} to another question`);
}

/** Matrices in shared memory are read in place by the worker; others are copied there once, not cloned. */
function withSharedValues(job: QualityJob): QualityJob {
  return {
    ...job,
    matrix: shared(job.matrix),
    tasks: job.tasks.map((task) => (task.own === undefined ? task : { ...task, own: shared(task.own) })),
  };
}

function shared(matrix: EmbeddingMatrix): EmbeddingMatrix {
  if (matrix.values.buffer instanceof SharedArrayBuffer) return matrix;
  const values = new Float32Array(new SharedArrayBuffer(matrix.values.byteLength));
  values.set(matrix.values);
  return { ...matrix, values };
}

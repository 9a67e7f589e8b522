import { Worker } from 'node:worker_threads';
import { moduleEntry } from '../threads/module-entry.ts';
import type { ThreadCommand, ThreadReport } from './load-protocol.ts';

type ReportOf<Type extends ThreadReport['type']> = Extract<ThreadReport, { type: Type }>;

/** A client thread as the main thread sees it. */
export interface LoadThread {
  send(command: ThreadCommand): void;
  /** The next report of a kind; rejects when the thread fails or ends instead. */
  next<Type extends ThreadReport['type']>(type: Type): Promise<ReportOf<Type>>;
  /** Hears every report. */
  onReport: (report: ThreadReport) => void;
  /** Whether the thread can measure another trial. */
  readonly alive: boolean;
  close(): Promise<void>;
}

interface Waiter {
  readonly type: ThreadReport['type'];
  readonly resolve: (report: never) => void;
  readonly reject: (error: Error) => void;
}

export function startLoadThread(): LoadThread {
  const worker = new Worker(moduleEntry(import.meta.url, './load-worker'));
  const waiters: Waiter[] = [];
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const waiter of waiters.splice(0)) waiter.reject(failure);
  };
  const thread: LoadThread = {
    onReport: () => undefined,
    get alive() {
      return failure === undefined;
    },
    send: (command) => worker.postMessage(command),
    next: (type) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) reject(failure);
        else waiters.push({ type, resolve, reject });
      }),
    close: async () => {
      fail(new Error('the client thread was closed'));
      await worker.terminate();
    },
  };
  worker.on('message', (report: ThreadReport) => {
    thread.onReport(report);
    if (report.type === 'failed') {
      fail(Object.assign(new Error(report.error.message), { name: report.error.name }));
      return;
    }
    const at = waiters.findIndex((waiter) => waiter.type === report.type);
    if (at >= 0) waiters.splice(at, 1)[0]!.resolve(report as never);
  });
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`a client thread ended with code ${code}`)));
  return thread;
}

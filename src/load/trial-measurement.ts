import type { ThreadPlan, ThreadResult } from './load-protocol.ts';
import type { LoadThread } from './load-thread.ts';
import { createMachineGauges } from './machine-gauges.ts';
import { threadClock } from './thread-clock.ts';
import type { TrialHooks } from './trial-request.ts';

/** What the client threads measured together. */
export interface Measured {
  readonly results: readonly ThreadResult[];
  readonly startedAtMs: number;
  /** Latency and throughput had settled when the window opened. */
  readonly settled: boolean;
  readonly foreignCpuFraction?: number;
}

/** The timer thread of an open loop takes this long to start. */
const OPEN_START_MS = 150;

/**
 * Runs one plan per thread as one trial. The leader decides when the window opens and closes; the others follow
 * within a message's time.
 */
export async function measureOnThreads(
  threads: readonly LoadThread[],
  plans: readonly ThreadPlan[],
  hooks: TrialHooks,
  ownPids: readonly number[] = [],
): Promise<Measured> {
  const others = threads.slice(1);
  const leader = threads[0]!;
  const machine = createMachineGauges(ownPids);
  const hooked: Promise<void>[] = [];
  let settled = false;
  let foreign: ReturnType<typeof machine.stop> = {};
  const ended = threads.map(async (thread) => (await thread.next('result')).result);
  const results = Promise.all(ended);
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
    results.catch(reject);
  });
  failed.catch(() => undefined);
  const run = (hook: (() => Promise<void>) | undefined): void => {
    if (hook !== undefined) hooked.push(hook().catch(fail));
  };
  const quiet = async (): Promise<void> => {
    await Promise.all(ended.slice(1));
    await hooks.beforeQuiet?.();
    leader.send({ type: 'quiet' });
  };
  leader.onReport = (report) => {
    if (report.type === 'progress') hooks.onProgress?.(report.progress);
    if (report.type === 'windowOpened') {
      settled = report.steady;
      for (const thread of others) thread.send({ type: 'openWindow' });
      machine.start();
      run(hooks.onWindowOpen);
    }
    if (report.type === 'windowClosed') {
      for (const thread of others) thread.send({ type: 'closeWindow' });
      foreign = machine.stop();
      run(hooks.onWindowClose);
    }
    if (report.type === 'drained') run(quiet);
  };
  const cancel = (): void => {
    for (const thread of threads) thread.send({ type: 'cancel' });
  };
  hooks.signal?.addEventListener('abort', cancel, { once: true });
  const startedAtMs = threadClock.wallMs();
  const go = (): void => {
    const originMs = threadClock.nowMs() + (plans[0]!.due === undefined ? 1 : OPEN_START_MS);
    for (const thread of threads) thread.send({ type: 'go', originMs });
  };
  try {
    const ready = Promise.all(threads.map((thread) => thread.next('ready')));
    for (const [i, thread] of threads.entries()) thread.send({ type: 'prepare', plan: plans[i]! });
    await Promise.race([ready, failed]);
    if (hooks.signal?.aborted) cancel();
    else await hooks.beforeWarmup?.();
    go();
    const measured = await Promise.race([results, failed]);
    await Promise.race([Promise.all(hooked), failed]);
    return { results: measured, startedAtMs, settled, ...foreign };
  } catch (error) {
    cancel();
    go();
    await Promise.allSettled([results, ...hooked]);
    throw error;
  } finally {
    hooks.signal?.removeEventListener('abort', cancel);
    leader.onReport = () => undefined;
  }
}

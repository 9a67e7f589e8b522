import { Worker } from 'node:worker_threads';
import { moduleEntry } from '../threads/module-entry.ts';
import type { Schedule } from './load-loop.ts';

/** What the timer thread works with. */
export interface TimerPlan {
  /** When each request is due, in milliseconds from the origin, ascending; shared. */
  readonly due: Float64Array;
  /** Reading of the threads' common clock that `due` counts from. */
  readonly originMs: number;
  /** How much before its time a request is announced: about what waking the measuring thread takes. */
  readonly leadMs: number;
  /** Shared: how many requests were announced, and 1 to stop. */
  readonly control: Int32Array;
}

export const TIMER_CONTROL = { announced: 0, stop: 1 } as const;

/** Waking takes about this long on an idle machine; the measuring thread spends at most this on waiting for the due time. */
const LEAD_MS = 0.08;
/** At high rates the thread is awake anyway, and waiting would keep it from its sockets. */
const LEAD_SHARE_OF_GAP = 0.05;

/** `Atomics.waitAsync`, which this version of the language library does not declare. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(
    array: Int32Array,
    index: number,
    value: number,
  ): { readonly async: false } | { readonly async: true; readonly value: Promise<unknown> };
};

/**
 * A schedule kept by a thread that does nothing else. Its sleep ends some tens of microseconds early and it
 * waits out the rest; timers of the event loop would be half a millisecond late each.
 *
 * @param due must lie in shared memory
 * @param meanGapMs mean time between two requests
 */
export function createTimerSchedule(due: Float64Array, originMs: number, meanGapMs: number): Schedule {
  const control = new Int32Array(new SharedArrayBuffer(8));
  const leadMs = Math.min(LEAD_MS, meanGapMs * LEAD_SHARE_OF_GAP);
  const plan: TimerPlan = { due, originMs, leadMs, control };
  return {
    start: (onDue) => {
      const worker = new Worker(moduleEntry(import.meta.url, './timer-worker'), { workerData: plan });
      worker.unref();
      follow(control, onDue);
    },
    stop: () => {
      Atomics.store(control, TIMER_CONTROL.stop, 1);
      Atomics.notify(control, TIMER_CONTROL.stop);
      Atomics.notify(control, TIMER_CONTROL.announced);
    },
  };
}

function follow(control: Int32Array, onDue: (count: number) => void): void {
  const announced = Atomics.load(control, TIMER_CONTROL.announced);
  onDue(announced);
  if (Atomics.load(control, TIMER_CONTROL.stop) === 1) return;
  const woken = waitAsync(control, TIMER_CONTROL.announced, announced);
  // Not awaiting in a row keeps the stack flat and lets sockets have their turn in between.
  if (woken.async) void woken.value.then(() => follow(control, onDue));
  else setImmediate(() => follow(control, onDue));
}

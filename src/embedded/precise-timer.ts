/** Calls back at a point in time, to a small fraction of a millisecond on an idle core. */
export interface PreciseTimer {
  /** Resolves at `deadlineMs` by `performance.now()` or as soon after as possible; at once when the signal aborts. */
  waitUntil(deadlineMs: number, signal: AbortSignal): Promise<void>;
}

interface Waiter {
  readonly deadlineMs: number;
  wake(): void;
}

/** Node's timers count whole milliseconds and fire up to one late; from here on the event loop turns without rest. */
const SPIN_MS = 1.6;

/**
 * A coarse timer until shortly before the nearest deadline, then turns of the event loop that look at the clock:
 * other requests go on being served while one waits.
 */
export function createPreciseTimer(): PreciseTimer {
  /** By deadline, the nearest last. */
  const waiters: Waiter[] = [];
  let coarse: NodeJS.Timeout | undefined;
  let isSpinning = false;

  const turn = (): void => {
    const nowMs = performance.now();
    while (waiters.length > 0 && waiters.at(-1)!.deadlineMs <= nowMs) waiters.pop()!.wake();
    arm();
  };
  const arm = (): void => {
    clearTimeout(coarse);
    isSpinning = false;
    const nearest = waiters.at(-1);
    if (nearest === undefined) return;
    const leftMs = nearest.deadlineMs - performance.now() - SPIN_MS;
    if (leftMs >= 1) {
      coarse = setTimeout(turn, Math.floor(leftMs));
      return;
    }
    isSpinning = true;
    setImmediate(turn);
  };
  return {
    waitUntil(deadlineMs, signal) {
      if (signal.aborted || deadlineMs <= performance.now()) return Promise.resolve();
      return new Promise((resolve) => {
        const leave = (): void => {
          const at = waiters.indexOf(waiter);
          if (at >= 0) waiters.splice(at, 1);
          resolve();
        };
        const waiter: Waiter = {
          deadlineMs,
          wake() {
            signal.removeEventListener('abort', leave);
            resolve();
          },
        };
        signal.addEventListener('abort', leave, { once: true });
        waiters.splice(positionOf(waiters, deadlineMs), 0, waiter);
        if (!isSpinning && waiters.at(-1) === waiter) arm();
      });
    },
  };
}

/** Where a deadline belongs in a list that descends; after equal ones, so that these wake first come, first served. */
function positionOf(waiters: readonly Waiter[], deadlineMs: number): number {
  let low = 0;
  let high = waiters.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (waiters[middle]!.deadlineMs > deadlineMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/clock.ts';

/**
 * A clock whose readings can be compared between the threads of a process: each thread's `performance.now()`
 * counts from the thread's own start, the kernel's monotonic clock does not.
 */
export const threadClock: Clock = {
  nowMs: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  },
  wallMs: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};

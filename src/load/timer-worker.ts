import { workerData } from 'node:worker_threads';
import { threadClock } from './thread-clock.ts';
import { TIMER_CONTROL, type TimerPlan } from './timer-schedule.ts';

/** Entry of the timer thread: announces every request shortly before it is due. */
const { due, originMs, leadMs, control } = workerData as TimerPlan;

/** The kernel's sleep ends up to this much late; the rest is waited out. */
const SPIN_MS = 0.08;

for (let next = 0; next < due.length && Atomics.load(control, TIMER_CONTROL.stop) === 0; ) {
  const announceMs = originMs + due[next]! - leadMs;
  const sleepMs = announceMs - threadClock.nowMs() - SPIN_MS;
  if (sleepMs > 0) {
    Atomics.wait(control, TIMER_CONTROL.stop, 0, sleepMs);
    continue;
  }
  let nowMs = threadClock.nowMs();
  while (nowMs < announceMs) nowMs = threadClock.nowMs();
  while (next < due.length && originMs + due[next]! - leadMs <= nowMs) next++;
  Atomics.store(control, TIMER_CONTROL.announced, next);
  Atomics.notify(control, TIMER_CONTROL.announced);
}

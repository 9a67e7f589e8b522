import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';

/** What one thread did to itself between `start` and `stop`. */
export interface ThreadFigures {
  readonly seconds: number;
  /** Share of the time in which the event loop was busy, 0–1. */
  readonly eventLoopUtilisation: number;
  /** How much later than due a timer ran, without the timer's own resolution. */
  readonly eventLoopDelayP99Ms: number;
  /** CPU time of this thread; absent where the kernel does not tell. */
  readonly cpuMs?: number;
  /** Time in which this thread could have run and had no CPU; absent where the kernel does not tell. */
  readonly waitedForCpuMs?: number;
  readonly gcMs: number;
}

export interface ThreadGauges {
  start(): void;
  stop(): ThreadFigures;
}

/** monitorEventLoopDelay counts its own sampling interval as delay. */
const RESOLUTION_MS = 10;

/** Gauges of the calling thread. They cost one timer every 10 ms. */
export function createThreadGauges(): ThreadGauges {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let gcMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) gcMs += entry.duration;
  });
  let startMs = 0;
  let utilisation = performance.eventLoopUtilization();
  let scheduled = readScheduling();
  return {
    start: () => {
      gcMs = 0;
      observer.observe({ entryTypes: ['gc'] });
      delay.reset();
      delay.enable();
      scheduled = readScheduling();
      utilisation = performance.eventLoopUtilization();
      startMs = performance.now();
    },
    stop: () => {
      const seconds = (performance.now() - startMs) / 1000;
      const { utilization } = performance.eventLoopUtilization(utilisation);
      const after = readScheduling();
      delay.disable();
      for (const entry of observer.takeRecords()) gcMs += entry.duration;
      observer.disconnect();
      return {
        seconds,
        eventLoopUtilisation: utilization,
        eventLoopDelayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS),
        gcMs,
        ...(scheduled === undefined || after === undefined
          ? {}
          : {
              cpuMs: after.cpuMs - scheduled.cpuMs,
              waitedForCpuMs: after.waitedMs - scheduled.waitedMs,
            }),
      };
    },
  };
}

/** The kernel's account of this thread: time on a CPU and time in the run queue (Linux, nanoseconds). */
function readScheduling(): { readonly cpuMs: number; readonly waitedMs: number } | undefined {
  try {
    const [onCpu, waited] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ').map(Number);
    return { cpuMs: onCpu! / 1e6, waitedMs: waited! / 1e6 };
  } catch {
    return undefined;
  }
}

import type { Clock } from '../core/clock.ts';
import type { RequestPump } from './request-pump.ts';

/** Decides when requests are sent; the pump sends them. */
export interface LoadLoop {
  start(): void;
  /** A request has ended. @param failed no answer of any kind came */
  onEnded(failed: boolean): void;
  /** Looks again whether what was held back may go; called every few milliseconds. */
  tick(): void;
  /** Sends no more. */
  stop(): void;
  /** Milliseconds in which something was due and held back because decoding was behind. */
  readonly heldMs: number;
  /** Released − due for every row of the sample table, in its order; empty in a closed loop. */
  readonly latenessMs: readonly number[];
}

/** Pause of a closed loop's slot after a request that was not answered at all, so that a dead server is not hammered. */
const PAUSE_MS = 50;

/** Keeps `concurrency` requests in flight: the next one goes when one has ended. */
export function createClosedLoop(pump: RequestPump, clock: Clock, concurrency: number): LoadLoop {
  let running = false;
  let paused = 0;
  let heldSinceMs: number | undefined;
  let heldMs = 0;
  const fill = (): void => {
    while (running && pump.meter.count + paused < concurrency) {
      if (!pump.ready) {
        heldSinceMs ??= clock.nowMs();
        return;
      }
      pump.send(undefined);
    }
    if (heldSinceMs !== undefined) heldMs += clock.nowMs() - heldSinceMs;
    heldSinceMs = undefined;
  };
  return {
    latenessMs: [],
    get heldMs() {
      return heldMs;
    },
    start: () => {
      running = true;
      fill();
    },
    onEnded: (failed) => {
      if (!failed) {
        fill();
        return;
      }
      paused++;
      void clock.sleep(PAUSE_MS).then(() => {
        paused--;
        fill();
      });
    },
    tick: fill,
    stop: () => {
      running = false;
    },
  };
}

/** Says when requests are due. */
export interface Schedule {
  /** Calls `onDue` with the number of requests that are due so far, as it grows. */
  start(onDue: (count: number) => void): void;
  stop(): void;
}

export interface OpenLoopOptions {
  readonly pump: RequestPump;
  readonly clock: Clock;
  /** When each request is due, in milliseconds from the origin, ascending. */
  readonly due: Float64Array;
  readonly originMs: number;
  readonly schedule: Schedule;
  /** Most requests in flight; what is due beyond waits, and its clock runs. */
  readonly maxInFlight: number | undefined;
}

/** Sends every request when it is due, whatever became of those before it. */
export function createOpenLoop(options: OpenLoopOptions): LoadLoop {
  const { pump, clock, due, originMs, schedule } = options;
  const cap = options.maxInFlight ?? Number.POSITIVE_INFINITY;
  const latenessMs: number[] = [];
  let running = false;
  let released = 0;
  let sent = 0;
  let heldSinceMs: number | undefined;
  let heldMs = 0;
  const drain = (): void => {
    while (running && sent < released && pump.meter.count < cap) {
      if (!pump.ready) {
        heldSinceMs ??= clock.nowMs();
        return;
      }
      pump.send(due[sent]!);
      sent++;
    }
    if (heldSinceMs !== undefined) heldMs += clock.nowMs() - heldSinceMs;
    heldSinceMs = undefined;
  };
  /** The schedule may call a little early; nothing is sent before its time. */
  const release = (count: number): void => {
    while (running && released < count) {
      const dueMs = originMs + due[released]!;
      let nowMs = clock.nowMs();
      while (nowMs < dueMs) nowMs = clock.nowMs();
      latenessMs.push(nowMs - dueMs);
      released++;
      drain();
    }
  };
  return {
    latenessMs,
    get heldMs() {
      return heldMs;
    },
    start: () => {
      running = true;
      schedule.start(release);
    },
    onEnded: drain,
    tick: drain,
    stop: () => {
      running = false;
      schedule.stop();
    },
  };
}

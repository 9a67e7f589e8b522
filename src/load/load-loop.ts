import type { Clock } from '../core/clock.ts';
import type { RequestPump } from './request-pump.ts';

/** Decides when requests are sent; the pump sends them. */
export interface LoadLoop {
  start(): void;
  /** A request has ended. @param failed no answer of any kind came */
  onEnded(failed: boolean): void;
  /** Looks again whether what was held back may go; called every few milliseconds. */
  tick(): void;
  /** Nothing further becomes due; what is due already is still sent. */
  stop(): void;
  /** Due and not sent yet. */
  readonly waiting: number;
  /** Sends no more: what is due and waits is written down with this outcome. */
  giveUp(outcome: 'timeout' | 'cancelled'): void;
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
    waiting: 0,
    giveUp: () => undefined,
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
  readonly maxInFlight: number;
}

/** Sends every request when it is due, whatever became of those before it. */
export function createOpenLoop(options: OpenLoopOptions): LoadLoop {
  const { pump, clock, due, originMs, schedule, maxInFlight } = options;
  const latenessMs: number[] = [];
  let running = false;
  let givenUp = false;
  let released = 0;
  let sent = 0;
  let heldSinceMs: number | undefined;
  let heldMs = 0;
  const drain = (): void => {
    while (!givenUp && sent < released && pump.meter.count < maxInFlight) {
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
  const releaseNext = (nowMs: number): void => {
    latenessMs.push(nowMs - originMs - due[released]!);
    released++;
    drain();
  };
  /** The schedule may call a little early; nothing is sent before its time. */
  const release = (count: number): void => {
    while (running && released < count) {
      const dueMs = originMs + due[released]!;
      let nowMs = clock.nowMs();
      while (nowMs < dueMs) nowMs = clock.nowMs();
      releaseNext(nowMs);
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
    get waiting() {
      return givenUp ? 0 : released - sent;
    },
    stop: () => {
      if (!running) return;
      running = false;
      schedule.stop();
      // What the schedule was about to announce was due all the same.
      const nowMs = clock.nowMs();
      while (released < due.length && originMs + due[released]! <= nowMs) releaseNext(nowMs);
    },
    giveUp: (outcome) => {
      if (givenUp) return;
      givenUp = true;
      while (sent < released) pump.neverSent(due[sent++]!, outcome);
    },
  };
}

/** The only source of time below `cli/`. Intervals come from the monotonic reading, wall time is only a label. */
export interface Clock {
  /** Monotonic milliseconds with sub-microsecond resolution; the origin means nothing. */
  nowMs(): number;
  /** Milliseconds since the Unix epoch. */
  wallMs(): number;
  /** Resolves after at least `ms` milliseconds, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

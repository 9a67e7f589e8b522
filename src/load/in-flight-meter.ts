/** Counts what is in flight, and how long: the measured side of Little's law. */
export interface InFlightMeter {
  readonly count: number;
  /** Something started (1) or ended (−1). */
  change(by: 1 | -1): void;
  /** Request-milliseconds in flight so far. */
  area(): number;
}

export function createInFlightMeter(nowMs: () => number): InFlightMeter {
  let count = 0;
  let area = 0;
  let lastMs = nowMs();
  const advance = (): void => {
    const now = nowMs();
    area += count * (now - lastMs);
    lastMs = now;
  };
  return {
    get count() {
      return count;
    },
    change: (by) => {
      advance();
      count += by;
    },
    area: () => {
      advance();
      return area;
    },
  };
}

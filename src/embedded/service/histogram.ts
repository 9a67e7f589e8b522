/** A Prometheus histogram without labels. */
export interface Histogram {
  observe(value: number): void;
  /** Sum, count and cumulative counts by upper bound, +Inf left out: it equals the count. */
  read(): {
    readonly sum: number;
    readonly count: number;
    readonly buckets: readonly (readonly [number, number])[];
  };
}

/** @param bounds upper bounds, ascending */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = new Array<number>(bounds.length).fill(0);
  let sum = 0;
  let count = 0;
  return {
    observe(value) {
      sum += value;
      count++;
      const bucket = bounds.findIndex((bound) => value <= bound);
      if (bucket >= 0) counts[bucket]!++;
    },
    read() {
      let cumulative = 0;
      return {
        sum,
        count,
        buckets: bounds.map((bound, i) => {
          cumulative += counts[i]!;
          return [bound, cumulative] as const;
        }),
      };
    },
  };
}

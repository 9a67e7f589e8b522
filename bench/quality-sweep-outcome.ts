/** What one contestant found at one prefix. */
export interface SweepPoint {
  readonly dimensions: number;
  readonly inertia: number;
  readonly ari: number;
  readonly accuracy: number;
  readonly objective?: number;
  readonly report: string;
  readonly labels: readonly number[];
  readonly kmeansMs: number;
  readonly logisticMs: number;
}

/** One sweep over all prefixes in a cold process. */
export interface SweepOutcome {
  /** Start-up, imports and reading the files left out. */
  readonly sweepMs: number;
  /** Processor time of the same, over all threads: what is left of a time on a busy machine. */
  readonly sweepCpuMs: number;
  readonly peakRssBytes: number;
  readonly points: readonly SweepPoint[];
}

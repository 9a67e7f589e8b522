import { readFileSync } from 'node:fs';

type Rows = readonly (readonly number[])[];

/** `stats-scipy.json`, as `make_stats_reference.py` writes it. */
export interface StatsReference {
  readonly distributions: Record<
    | 'chiSquaredCdf'
    | 'chiSquaredQuantile'
    | 'normalCdf'
    | 'normalQuantile'
    | 'tCdf'
    | 'tQuantile'
    | 'binomial',
    readonly (readonly number[])[]
  >;
  readonly proportions: Rows;
  readonly quantiles: { sample: number[]; quantiles: [number, number][] };
  readonly quantileRanks: readonly [number, number, [number, number, number] | null][];
  readonly rankTests: {
    small: { first: number[]; second: number[]; u: number; p: number; scipyExact: number | null }[];
    large: { first: number[]; second: number[]; u: number; p: number };
  };
  readonly shifts: {
    first: number[];
    second: number[];
    shift: number;
    low: number | null;
    high: number | null;
  }[];
  readonly signFlips: { differences: number[]; p: number }[];
  readonly trends: { x: number[]; y: number[]; slope: number; p: number; low: number; high: number }[];
  readonly steps: {
    values: number[];
    widths: number[];
    weighted: boolean;
    from_: number[];
    levels: number[];
  }[];
  readonly truncations: { series: number[]; warmup: number; settled: boolean }[];
  readonly correlations: { x: number[]; y: number[]; pearson: number; spearman: number; kendall: number }[];
  readonly ranking: { y: number[]; score: number[]; ap: number; rocAuc: number }[];
  readonly bootstrap: { values: number[]; bca: [number, number]; percentile: [number, number] };
  readonly largeAri: { rows: number; ari: number };
}

export function readStatsReference(): StatsReference {
  return JSON.parse(readFileSync(new URL('./stats-scipy.json', import.meta.url), 'utf8')) as StatsReference;
}

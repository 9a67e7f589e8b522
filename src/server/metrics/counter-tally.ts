import type { Exposition, MetricSample } from './exposition.ts';
import { isKeptMetric } from './metric-names.ts';

/** Growth of counters since the first scrape, by name, summed over labels. */
export interface CounterTally {
  /** Takes in the next scrape. The first one is the baseline: it grows nothing. */
  take(exposition: Exposition): void;
  /** Increase by name; a counter that was never seen is absent. */
  increases(): Readonly<Record<string, number>>;
  /** Names of counters that fell back in between: the server was restarted, or a process behind it was. */
  resets(): readonly string[];
  /** Names that the first scrape had and the last one has not: a new version names them otherwise. */
  vanished(): readonly string[];
}

/**
 * Adds up counters over successive scrapes, series by series. A series that is born after the first scrape grew
 * from 0 (SGLang's cached-token counter does not exist before the first hit); one that falls was reset and
 * counts from 0 again, as in Prometheus' `increase()`. A histogram's `_sum` and `_count` are counters too; its
 * buckets are left out, since their resolution is the server's.
 */
export function createCounterTally(): CounterTally {
  const last = new Map<string, number>();
  const increase = new Map<string, number>();
  const resets = new Set<string>();
  const first = new Set<string>();
  let current: ReadonlySet<string> = first;
  let baseline = true;

  const grow = (sample: MetricSample): void => {
    const series = seriesKey(sample);
    const before = last.get(series) ?? (baseline ? sample.value : 0);
    if (sample.value < before) resets.add(sample.name);
    const grown = sample.value < before ? sample.value : sample.value - before;
    increase.set(sample.name, (increase.get(sample.name) ?? 0) + grown);
    last.set(series, sample.value);
  };

  return {
    take(exposition) {
      const names = baseline ? first : new Set<string>();
      for (const sample of exposition.samples) {
        if (!isCounter(sample) || !isKeptMetric(sample.name) || !Number.isFinite(sample.value)) continue;
        grow(sample);
        names.add(sample.name);
      }
      current = names;
      baseline = false;
    },
    increases: () => Object.fromEntries(increase),
    resets: () => [...resets],
    vanished: () => [...first].filter((name) => !current.has(name)),
  };
}

function isCounter(sample: MetricSample): boolean {
  if (sample.type === 'counter') return true;
  if (sample.type === 'histogram' || sample.type === 'summary') return /_(sum|count)$/.test(sample.name);
  return sample.type === 'untyped' && sample.name.endsWith('_total');
}

function seriesKey(sample: MetricSample): string {
  const labels = [...sample.labels].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sample.name, labels]);
}

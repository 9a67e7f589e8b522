import type { Exposition, MetricSample } from './exposition.ts';
import { isKeptMetric } from './metric-names.ts';

/** What a gauge showed between the first and the last scrape. */
export interface GaugeRange {
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/** Gauges over successive scrapes. */
export interface GaugeRanges {
  take(exposition: Exposition): void;
  ranges(): Readonly<Record<string, GaugeRange>>;
}

/**
 * Follows gauges by name. Within one scrape the series of a name (ranks, priorities) are added up, except for
 * shares and rates, whose sum means nothing: there the largest stands. A gauge holds what its server last
 * wrote, so a burst between two scrapes can be missed; counters cannot.
 */
export function createGaugeRanges(): GaugeRanges {
  const seen = new Map<string, GaugeRange>();
  return {
    take(exposition) {
      for (const [name, value] of valuesByName(exposition)) {
        const before = seen.get(name);
        seen.set(name, {
          min: Math.min(before?.min ?? value, value),
          max: Math.max(before?.max ?? value, value),
          last: value,
        });
      }
    },
    ranges: () => Object.fromEntries(seen),
  };
}

const NOT_ADDITIVE = /usage|_perc$|ratio|rate|utili[sz]ation|throughput|is_cuda_graph|context_len/;

function valuesByName(exposition: Exposition): Map<string, number> {
  const values = new Map<string, number>();
  for (const sample of exposition.samples) {
    if (!isGauge(sample) || !isKeptMetric(sample.name) || !Number.isFinite(sample.value)) continue;
    const before = values.get(sample.name);
    if (before === undefined) values.set(sample.name, sample.value);
    else if (NOT_ADDITIVE.test(sample.name)) values.set(sample.name, Math.max(before, sample.value));
    else values.set(sample.name, before + sample.value);
  }
  return values;
}

function isGauge(sample: MetricSample): boolean {
  return sample.type === 'gauge' || (sample.type === 'untyped' && !sample.name.endsWith('_total'));
}

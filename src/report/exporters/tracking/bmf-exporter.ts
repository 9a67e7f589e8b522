import type { GateCheck, GateResult } from '../../../compare/gate-result.ts';
import type { Exporter } from '../exporter.ts';
import { jsonText } from '../json/json-text.ts';
import { boundedName, figuresOfCandidate, figuresOfRun, type TrackedFigure } from './tracked-figure.ts';

interface BmfMetric {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
}

/** Benchmark name → measure name → metric. */
type BmfReport = Readonly<Record<string, Readonly<Record<string, BmfMetric>>>>;

/**
 * Bencher Metric Format, for `bencher run --adapter json --file`. A cell is a benchmark, a metric's id a measure,
 * in the metric's own unit (milliseconds, bytes, 0–1); Bencher makes measures that it does not know. Bounds are
 * those of the 95 % interval. A gate adds the numbers of its failed and undecided checks.
 */
export const bmfExporter: Exporter = {
  description: 'Bencher Metric Format',
  extension: 'json',
  run: (record) => jsonText(report(figuresOfRun(record))),
  comparison: (comparison) => jsonText(report(figuresOfCandidate(comparison))),
  gate: (gate) => jsonText({ ...report(figuresOfCandidate(gate.comparison)), ...gateBenchmark(gate) }),
};

function report(figures: readonly TrackedFigure[]): BmfReport {
  const benchmarks = new Map<string, Map<string, BmfMetric>>();
  for (const { name, metricId, value, low, high } of figures) {
    const measures = benchmarks.get(name) ?? new Map<string, BmfMetric>();
    const bounds = low === undefined || high === undefined ? {} : { lower_value: low, upper_value: high };
    benchmarks.set(name, measures.set(metricId, { value, ...bounds }));
  }
  return Object.fromEntries([...benchmarks].map(([name, measures]) => [name, Object.fromEntries(measures)]));
}

function gateBenchmark({ checks, comparison }: GateResult): BmfReport {
  const count = (outcome: GateCheck['outcome']): BmfMetric => ({
    value: checks.filter((check) => check.outcome === outcome).length,
  });
  return {
    [boundedName(`${comparison.candidate.name}: gate`)]: {
      failedChecks: count('fail'),
      undecidedChecks: count('undecided'),
    },
  };
}

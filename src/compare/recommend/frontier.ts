import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { Candidate } from './candidates.ts';

/**
 * The candidates that no other one dominates. One dominates another when it is at least as good in quality,
 * latency, throughput and bytes per vector, and better in one of them. A candidate is only compared with those
 * that have the same figures measured: an unmeasured figure neither wins nor loses.
 */
export function frontierOf(candidates: readonly Candidate[], metric: MetricId | undefined): Set<Candidate> {
  const points = candidates.map((candidate) => ({ candidate, costs: costsOf(candidate, metric) }));
  const kept = points.filter((point) => !points.some((other) => dominates(other.costs, point.costs)));
  return new Set(kept.map((point) => point.candidate));
}

/** All figures as costs (smaller is better); NaN marks one that was not measured. */
function costsOf(candidate: Candidate, metric: MetricId | undefined): readonly number[] {
  const sign = metric !== undefined && METRICS[metric].direction === 'lower' ? 1 : -1;
  return [
    candidate.score === undefined ? Number.NaN : sign * candidate.score.value,
    candidate.latencyMs ?? Number.NaN,
    candidate.textsPerSecond === undefined ? Number.NaN : -candidate.textsPerSecond,
    candidate.bytesPerVector,
  ];
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    const own = a[i]!;
    const other = b[i]!;
    if (Number.isNaN(own) !== Number.isNaN(other)) return false;
    if (own > other) return false;
    if (own < other) better = true;
  }
  return better;
}

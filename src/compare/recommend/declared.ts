import type { MetricId } from '../../core/metrics.ts';
import { METRICS, metricOfScoreKey } from '../../core/metrics.ts';
import type { RunRecord } from '../../core/record/run-record.ts';

/** Bounds of `load.slo` that a load row can be held against, in milliseconds; `errorShare` is 0–1. */
export interface Objective {
  readonly percentilesMs: readonly (readonly ['p50' | 'p90' | 'p95' | 'p99', number])[];
  readonly errorShare: number;
}

/** What the run declared before it measured: the figure that decides, and what counts as equal or good enough. */
export interface Declared {
  /** Metric that stands for quality; absent when no quality cell has a score that decides. */
  readonly metric?: MetricId;
  /** Largest loss that still counts as equal, relative to the best value. */
  readonly margin: number;
  readonly objective?: Objective;
}

const DEFAULT_MARGIN = 0.03;

export function declaredIn(record: RunRecord): Declared {
  const metric = headlineMetric(record);
  const objective = objectiveOf(record.config);
  const margin = memberOf(memberOf(record.config, 'quality'), 'margin');
  return {
    margin: typeof margin === 'number' ? margin : DEFAULT_MARGIN,
    ...(metric === undefined ? {} : { metric }),
    ...(objective === undefined ? {} : { objective }),
  };
}

/**
 * The metric that the run's own paired tests judge dimensions by; without such tests the first of METRICS that
 * a quality cell has a score for. Scores of a second label column never lead.
 */
function headlineMetric(record: RunRecord): MetricId | undefined {
  const judged = record.verdicts.find((verdict) => verdict.question === 'dimensions')?.metric;
  const present = new Set(record.quality.flatMap((row) => Object.keys(row.scores)));
  const candidates = judged === undefined ? Object.keys(METRICS) : [judged, ...Object.keys(METRICS)];
  for (const key of candidates) {
    const metric = metricOfScoreKey(key);
    if (metric === undefined || metric.column !== undefined || !present.has(key)) continue;
    const definition = METRICS[metric.id];
    if (definition.kind === 'quality') return metric.id;
  }
  return undefined;
}

function objectiveOf(config: unknown): Objective | undefined {
  const slo = memberOf(memberOf(config, 'load'), 'slo');
  if (slo === undefined) return undefined;
  const percentilesMs = (['p50', 'p90', 'p95', 'p99'] as const).flatMap((name) => {
    const bound = memberOf(slo, `${name}Ms`);
    return typeof bound === 'number' ? [[name, bound] as const] : [];
  });
  if (percentilesMs.length === 0) return undefined;
  const errorShare = memberOf(slo, 'errorShare');
  return { percentilesMs, errorShare: typeof errorShare === 'number' ? errorShare : 0 };
}

/** A record keeps the config as JSON, so that old records stay readable when the config schema grows. */
function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

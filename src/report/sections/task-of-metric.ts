import type { MetricId } from '../../core/metrics.ts';

/** Heading of a score's table, by how the metric's id begins; the first that fits. */
const TASKS: readonly (readonly [RegExp, string])[] = [
  [/^(accuracy|macroF1|weightedF1|balancedAccuracy|mcc|logLoss)/, 'Classification'],
  [/^(rating|quadraticKappa)/, 'Ordinal rating'],
  [/^(ari|nmi|ami|vMeasure|homogeneity|completeness|silhouette)/, 'Clustering'],
  [/^zeroShot/, 'Zero-shot'],
  [/^sts/, 'Semantic similarity'],
  [/^pairs/, 'Pairs'],
  [/^(ndcg|mrr|recall|map)/, 'Retrieval'],
  [/^rerank/, 'Rerank'],
  [/^(neighbourOverlap|similarityTau|cosine)/, 'Fidelity to full width'],
];

/** The task that a score belongs to. */
export function taskOfMetric(id: MetricId): string {
  return TASKS.find(([pattern]) => pattern.test(id))?.[1] ?? 'Other scores';
}

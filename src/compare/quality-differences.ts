import { METRICS, type MetricId, metricOfScoreKey } from '../core/metrics.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import { qualityAxes } from './align.ts';
import type { DifferenceDraft } from './difference.ts';
import { resampledChange, shareChange } from './item-change.ts';
import type { BootstrapSetting } from './paired-draws.ts';
import { commonIds, type ItemScores, isHeldOut } from './paired-scores.ts';
import { foldChange, independentChange } from './score-change.ts';
import type { MeasuredEvidence } from './trial-change.ts';

/** Metrics compared when nobody names others: the headline of each task. */
export const QUALITY_HEADLINES: readonly MetricId[] = [
  'accuracy',
  'ratingMae',
  'ari',
  'zeroShotAccuracy',
  'stsSpearman',
  'pairsAp',
  'ndcgAt10',
  'rerankNdcgAt10',
];

/** Scores of k-means clusters, which another start can change by itself. */
const CLUSTERING_METRICS: readonly MetricId[] = [
  'ari',
  'nmi',
  'ami',
  'vMeasure',
  'homogeneity',
  'completeness',
];
/**
 * How far k-means may move such a score by chance when only one seed was run: two standard deviations of ARI
 * between seeds with ten restarts, measured on classes that compete with topics.
 */
const LEAST_ONE_SEED_CHANGE = 0.1;
const LEAST_ITEMS = 2;

/** A quality row with its scores item by item. */
export interface ScoredRow {
  readonly row: QualityRow;
  readonly items: ReadonlyMap<string, ItemScores>;
}

export interface QualityDifferenceOptions {
  /** Whether a score key (`ari[domain]`) is compared. */
  readonly wanted: (key: string, id: MetricId) => boolean;
  readonly bootstrap: BootstrapSetting;
  /** Why no quality figure of these runs can be compared. */
  readonly blocked?: string;
}

/** The scores of one matched cell that both sides, or one of them, have. */
export function qualityDifferences(
  base: ScoredRow,
  candidate: ScoredRow,
  options: QualityDifferenceOptions,
): DifferenceDraft[] {
  const axes = qualityAxes(base.row);
  const keys = new Set([...Object.keys(base.row.scores), ...Object.keys(candidate.row.scores)]);
  return [...keys].flatMap((metric): DifferenceDraft[] => {
    const metricId = metricOfScoreKey(metric)?.id;
    if (metricId === undefined || !options.wanted(metric, metricId)) return [];
    const draft = {
      subject: { kind: 'quality', cell: base.row.id, axes, metric, metricId },
      direction: METRICS[metricId].direction,
      leastEffect: leastChange(metric, metricId, base.row, candidate.row),
    } as const;
    const measured = measure(base, candidate, metric, metricId, options.bootstrap);
    if (typeof measured === 'string') return [{ ...draft, blocked: options.blocked ?? measured }];
    return [
      { ...draft, ...measured, ...(options.blocked === undefined ? {} : { blocked: options.blocked }) },
    ];
  });
}

/** The change by the sharpest comparison that the rows allow, or why there is none. */
function measure(
  base: ScoredRow,
  candidate: ScoredRow,
  metric: string,
  id: MetricId,
  bootstrap: BootstrapSetting,
): MeasuredEvidence | string {
  const [before, after] = [base.row.scores[metric], candidate.row.scores[metric]];
  if (before === undefined || after === undefined) {
    return `the ${before === undefined ? 'base' : 'candidate'} has no such score`;
  }
  return (
    itemChange(base, candidate, metric, id, bootstrap) ??
    (id === 'accuracyCv' ? foldChange(base.row, candidate.row) : undefined) ??
    independentChange(before, after) ??
    'this score has neither item values nor an interval: a change cannot be told from chance'
  );
}

function itemChange(
  base: ScoredRow,
  candidate: ScoredRow,
  metric: string,
  id: MetricId,
  bootstrap: BootstrapSetting,
): MeasuredEvidence | undefined {
  const [before, after] = [base.items.get(metric), candidate.items.get(metric)];
  if (before === undefined || after === undefined) return undefined;
  // Sorted, so that the resamples do not depend on the order in which a side lists its items.
  const ids = commonIds(after, before).sort();
  if (ids.length < LEAST_ITEMS) return undefined;
  const rowsPerItem = isHeldOut(id) ? candidate.row.rows / ids.length : 1;
  const pair = { base: before, candidate: after, ids, rowsPerItem };
  return shareChange(pair) ?? resampledChange(pair, bootstrap);
}

/** Smallest change of a score that is not explained by where k-means happened to start. */
function leastChange(metric: string, id: MetricId, base: QualityRow, candidate: QualityRow): number {
  if (!CLUSTERING_METRICS.includes(id)) return 0;
  const column = metricOfScoreKey(metric)?.column;
  const ranges = [base, candidate].map(({ clustering }) => {
    const detail =
      column === undefined ? clustering?.[0] : clustering?.find((found) => found.column === column);
    const seeds = id === 'ari' ? detail?.seeds : undefined;
    return seeds === undefined || seeds.count < 2 ? LEAST_ONE_SEED_CHANGE : seeds.max - seeds.min;
  });
  return Math.max(...ranges);
}

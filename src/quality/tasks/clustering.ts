import type { ClusteringDetail } from '../../core/record/quality-row.ts';
import type { Score } from '../../core/record/score.ts';
import { mean, sampleSd } from '../../stats/moments.ts';
import type { KMeansResult, PrefixView } from '../engine.ts';
import {
  adjustedMutualInformationOf,
  expectedMutualInformation,
} from '../metrics/adjusted-mutual-information.ts';
import {
  adjustedRandIndex,
  adjustedRandOf,
  normalisedMutualInformationOf,
  vMeasureOf,
} from '../metrics/cluster-agreement.ts';
import { type Contingency, type LabelPairs, pairLabels } from '../metrics/contingency.ts';
import { cosineSilhouettes } from '../metrics/silhouette.ts';
import { countScores, meanScore, type Resampling } from '../score-intervals.ts';
import { labelledItems } from './classes.ts';
import { mergeOutcomes } from './merge-outcomes.ts';
import type { QualityTask, TaskEnvironment, TaskOutcome } from './task.ts';

export interface ClusteringSpec {
  /** Label columns; the first one's scores have bare names, the others' have `[column]` behind them. */
  readonly columns: readonly string[];
}

/** Rows above which the clusters of single items are left out of the record. */
const MOST_ITEMS_KEPT = 10_000;

/**
 * K-means with as many clusters as a label column has classes, against that column; several columns side by
 * side show what the vectors group by. The number itself belongs to one seed, as a notebook's does; its spread
 * over further seeds stands beside it.
 */
export const clustering: QualityTask<ClusteringSpec, ClusteringSpec> = {
  id: 'clustering',
  reads: 'items',
  plan: (source) => ({ spec: source, texts: [] }),
  prepare({ columns }, environment) {
    const targets = columns.map((column, i) => ({
      ...labelledRows(column, environment),
      suffix: i === 0 ? '' : `[${column}]`,
    }));
    return ({ view }) => {
      const runs = clusterRuns(view, environment);
      return targets.map((target) => scoreColumn(target, view, runs, environment)).reduce(mergeOutcomes);
    };
  },
};

interface Target {
  readonly column: string;
  readonly suffix: string;
  readonly classes: readonly string[];
  readonly ids: readonly string[];
  /** Matrix rows with a label, and their classes. */
  readonly rows: Int32Array;
  readonly labels: Int32Array;
}

function labelledRows(column: string, { items, rowOf }: TaskEnvironment): Omit<Target, 'suffix'> {
  const labelled = labelledItems(items, column);
  const present = labelled.items.filter((item) => rowOf[item]! >= 0);
  return {
    column,
    classes: labelled.classes,
    ids: Array.from(present, (item) => items.ids[item]!),
    rows: present.map((item) => rowOf[item]!),
    labels: labelled.labels.filter((_, i) => rowOf[labelled.items[i]!]! >= 0),
  };
}

/** K-means runs by number of clusters, one per seed, shared by columns with as many classes. */
function clusterRuns(view: PrefixView, { options }: TaskEnvironment): (clusters: number) => KMeansResult[] {
  const known = new Map<number, KMeansResult[]>();
  return (clusters) => {
    const runs =
      known.get(clusters) ??
      Array.from({ length: options.clusteringSeeds }, (_, s) =>
        view.kmeans({ clusters, nInit: options.nInit, seed: options.seed + s }),
      );
    known.set(clusters, runs);
    return runs;
  };
}

function scoreColumn(
  target: Target,
  view: PrefixView,
  runsFor: (clusters: number) => KMeansResult[],
  environment: TaskEnvironment,
): TaskOutcome {
  const { column, suffix, classes, rows, labels, ids } = target;
  if (view.rows < classes.length) {
    return {
      scores: {},
      notes: [`clustering by "${column}": ${classes.length} clusters cannot be made of ${view.rows} items`],
    };
  }
  const runs = runsFor(classes.length);
  const partitions = runs.map((run) => rows.map((row) => run.labels[row]!));
  const [clusters] = partitions as [Int32Array];
  const scores: Record<string, Score> = agreementScores(pairLabels(labels, clusters), environment.options);
  const silhouettes = silhouetteOf(target, view);
  if (silhouettes !== undefined) {
    scores['silhouette'] = meanScore(silhouettes, environment.options, { range: [-1, 1] });
  }
  const keep = ids.length <= MOST_ITEMS_KEPT;
  return {
    scores: Object.fromEntries(Object.entries(scores).map(([name, score]) => [`${name}${suffix}`, score])),
    clustering: [clusteringDetail(target, runs, partitions, environment)],
    ...(keep ? { perItem: { [`clusters${suffix}`]: { ids: [...ids], values: Array.from(clusters) } } } : {}),
  };
}

/** Agreement of labels and clusters; resampling lifts all of these, so their intervals are centred. */
function agreementScores(pairs: LabelPairs, resampling: Resampling): Record<string, Score> {
  const { rows, columns } = pairs;
  const table = (counts: ArrayLike<number>): Contingency => ({ rows, columns, counts });
  const all = new Int32Array(rows * columns);
  for (const code of pairs.codes) all[code] = all[code]! + 1;
  // The expectation depends on the margins only, which resampling hardly moves; it is what AMI's cost is in.
  const chance = expectedMutualInformation(table(all));
  const share = { range: [0, 1] as const, centred: true };
  const adjusted = { range: [-1, 1] as const, centred: true, baseline: 0 };
  return countScores(
    pairs.codes,
    rows * columns,
    {
      ari: (counts) => adjustedRandOf(table(counts)),
      nmi: (counts) => normalisedMutualInformationOf(table(counts)),
      ami: (counts) => adjustedMutualInformationOf(table(counts), chance),
      vMeasure: (counts) => vMeasureOf(table(counts)).vMeasure,
      homogeneity: (counts) => vMeasureOf(table(counts)).homogeneity,
      completeness: (counts) => vMeasureOf(table(counts)).completeness,
    },
    resampling,
    { ari: adjusted, nmi: share, ami: adjusted, vMeasure: share, homogeneity: share, completeness: share },
  );
}

/** Silhouette of the label groups, not of the clusters: how far the labels themselves lie apart. */
function silhouetteOf({ rows, labels, classes }: Target, view: PrefixView): Float64Array | undefined {
  return cosineSilhouettes(rows.length, view.dimensions, labels, classes.length, (i, out) => {
    view.copyRow(rows[i]!, out);
  });
}

function clusteringDetail(
  { column, classes, labels }: Target,
  runs: readonly KMeansResult[],
  partitions: readonly Int32Array[],
  { options, engine }: TaskEnvironment,
): ClusteringDetail {
  const detail = {
    column,
    clusters: classes.length,
    inertia: runs[0]!.inertia,
    nInit: options.nInit,
    engine,
  };
  if (partitions.length < 2) return detail;
  const aris = partitions.map((partition) => adjustedRandIndex(labels, partition));
  return {
    ...detail,
    seeds: {
      count: aris.length,
      mean: mean(aris),
      sd: sampleSd(aris),
      min: Math.min(...aris),
      max: Math.max(...aris),
    },
    stability: mean(
      partitions.flatMap((first, i) =>
        partitions.slice(i + 1).map((second) => adjustedRandIndex(first, second)),
      ),
    ),
  };
}

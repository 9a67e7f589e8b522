import type { QualityRow } from '../core/record/quality-row.ts';
import { macroF1OfCounts } from '../quality/metrics/classification-scores.ts';
import { adjustedRandOf } from '../quality/metrics/cluster-agreement.ts';
import { pairLabels } from '../quality/metrics/contingency.ts';
import { spearmanCorrelation } from '../quality/metrics/rank-correlation.ts';
import { averagePrecision } from '../quality/metrics/ranking-scores.ts';
import type { Statistic } from '../stats/bootstrap.ts';
import { countStatistic, meanStatistic } from '../stats/paired-bootstrap.ts';

/** True classes: label column → item id → class. */
export type TrueLabels = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** One score of one row, item by item, so that it can be recomputed on any items it shares with another row. */
export interface ItemScores {
  readonly ids: readonly string[];
  /**
   * The score as a statistic over positions in `ids` (the argument's, not this row's): what a paired bootstrap
   * needs. Every id must be one of this row's.
   */
  statisticOn(ids: readonly string[]): Statistic;
  /** 0/1 per item where the score is a share of right ones: what McNemar's test needs. */
  outcomesOn?(ids: readonly string[]): number[];
  /** Resampling lifts the statistic, so its intervals must be centred. */
  readonly centred?: boolean;
}

/** Item values whose mean is the metric. */
const MEANS = [
  'accuracyBestC',
  'accuracyFewShot',
  'ratingMae',
  'zeroShotAccuracy',
  'ndcgAt10',
  'mrrAt10',
  'rerankBaseNdcgAt10',
  'rerankNdcgAt10',
];
/** Scored on the held-out share of the rows. */
const HELD_OUT = ['accuracy', 'macroF1', 'accuracyBestC', 'accuracyFewShot', 'ratingMae'];
/** Means of 0/1. */
const SHARES = ['accuracyBestC', 'zeroShotAccuracy'];

/**
 * Item-level scores of a row by score key (`accuracy`, `ari[domain]`, …); scores without item values are not
 * among them.
 *
 * @param classificationColumn label column of the classification
 */
export function itemScoresOf(
  row: QualityRow,
  truth: TrueLabels,
  classificationColumn: string | undefined,
): Map<string, ItemScores> {
  const found = new Map<string, ItemScores>();
  const labels = classificationColumn === undefined ? undefined : truth.get(classificationColumn);
  if (row.classification !== undefined && labels !== undefined) {
    addClassification(found, row.classification, labels);
  }
  for (const key of MEANS) {
    const packed = row.perItem?.[key];
    if (packed !== undefined) found.set(key, meanScores(packed, SHARES.includes(key)));
  }
  addClusterings(found, row, truth);
  addPairedValues(found, row, 'stsSpearman', ['stsSimilarity', 'stsGold'], spearmanCorrelation);
  addPairedValues(found, row, 'pairsAp', ['pairsScore', 'pairsLabel'], (scores, wanted) =>
    averagePrecision(wanted, scores),
  );
  return found;
}

function addClassification(
  found: Map<string, ItemScores>,
  { testIds, predicted, classes }: NonNullable<QualityRow['classification']>,
  labels: ReadonlyMap<string, string>,
): void {
  const classOf = new Map(classes.map((name, k) => [name, k]));
  const judged = new Map<string, { readonly truth: number; readonly predicted: number }>();
  testIds.forEach((id, i) => {
    const label = classOf.get(labels.get(id) ?? '');
    if (label !== undefined) judged.set(id, { truth: label, predicted: predicted[i]! });
  });
  const ids = [...judged.keys()];
  const outcomesOn = (asked: readonly string[]): number[] =>
    asked.map((id) => Number(judged.get(id)!.truth === judged.get(id)!.predicted));
  found.set('accuracy', { ids, outcomesOn, statisticOn: (asked) => meanStatistic(outcomesOn(asked)) });
  found.set('macroF1', {
    ids,
    statisticOn: (asked) => {
      const codes = Int32Array.from(
        asked,
        (id) => judged.get(id)!.truth * classes.length + judged.get(id)!.predicted,
      );
      return countStatistic(codes, classes.length ** 2, (counts) => macroF1OfCounts(counts, classes.length));
    },
  });
}

type Packed = NonNullable<QualityRow['perItem']>[string];

function meanScores({ ids, values }: Packed, isShare: boolean): ItemScores {
  const byId = new Map(ids.map((id, i) => [id, values[i]!]));
  const valuesOn = (asked: readonly string[]): number[] => asked.map((id) => byId.get(id)!);
  return {
    ids,
    statisticOn: (asked) => meanStatistic(valuesOn(asked)),
    ...(isShare ? { outcomesOn: valuesOn } : {}),
  };
}

function addClusterings(found: Map<string, ItemScores>, row: QualityRow, truth: TrueLabels): void {
  row.clustering?.forEach(({ column }, i) => {
    const suffix = i === 0 ? '' : `[${column}]`;
    const packed = row.perItem?.[`clusters${suffix}`];
    const labels = truth.get(column);
    if (packed === undefined || labels === undefined) return;
    const clusterOf = new Map(packed.ids.map((id, k) => [id, packed.values[k]!]));
    found.set(`ari${suffix}`, {
      ids: packed.ids.filter((id) => labels.has(id)),
      centred: true,
      statisticOn: (asked) => {
        const names = new Map<string, number>();
        const classes = asked.map((id) => {
          const name = labels.get(id)!;
          if (!names.has(name)) names.set(name, names.size);
          return names.get(name)!;
        });
        const { rows, columns, codes } = pairLabels(
          classes,
          asked.map((id) => clusterOf.get(id)!),
        );
        return countStatistic(codes, rows * columns, (counts) => adjustedRandOf({ rows, columns, counts }));
      },
    });
  });
}

/** Scores over two values per item, a measured and a judged one. */
function addPairedValues(
  found: Map<string, ItemScores>,
  row: QualityRow,
  key: string,
  [measuredKey, judgedKey]: readonly [string, string],
  score: (measured: Float64Array, judged: Float64Array) => number,
): void {
  const measured = row.perItem?.[measuredKey];
  const judged = row.perItem?.[judgedKey];
  if (measured === undefined || judged === undefined) return;
  const position = new Map(measured.ids.map((id, i) => [id, i]));
  found.set(key, {
    ids: measured.ids,
    statisticOn: (asked) => {
      const at = Int32Array.from(asked, (id) => position.get(id)!);
      return (items) =>
        score(
          Float64Array.from(items, (item) => measured.values[at[item]!]!),
          Float64Array.from(items, (item) => judged.values[at[item]!]!),
        );
    },
  });
}

/** Ids that both rows scored, in the first one's order. */
export function commonIds(first: ItemScores, second: ItemScores): string[] {
  const known = new Set(second.ids);
  return first.ids.filter((id) => known.has(id));
}

/** Whether a score's items are a share of the rows, so that more of them take more rows of data. */
export function isHeldOut(metric: string): boolean {
  return HELD_OUT.includes(metric);
}

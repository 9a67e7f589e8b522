import { type Contingency, contingencyOf, marginsOf } from './contingency.ts';

/**
 * Adjusted Rand index (Hubert & Arabie, Journal of Classification 2, 1985): 1 for the same partition, 0
 * expected by chance, −0.5 at worst. 1 when both partitions are trivial in the same way, as scikit-learn says.
 * Pairs are counted in whole numbers below 2⁵³ up to 10⁸ items, so that only the last division rounds.
 */
export function adjustedRandIndex(first: ArrayLike<number>, second: ArrayLike<number>): number {
  return adjustedRandOf(contingencyOf(first, second));
}

/** {@link adjustedRandIndex} from a table. */
export function adjustedRandOf(table: Contingency): number {
  const { total, rowSums, columnSums } = marginsOf(table);
  const together = pairs(table.counts);
  const inFirst = pairs(rowSums);
  const inSecond = pairs(columnSums);
  if (together === inFirst && together === inSecond) return 1;
  const expected = inFirst * (inSecond / ((total * (total - 1)) / 2));
  return (together - expected) / ((inFirst + inSecond) / 2 - expected);
}

function pairs(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += (counts[i]! * (counts[i]! - 1)) / 2;
  return total;
}

/** Shannon entropies and mutual information of two partitions, in nats. */
export interface Information {
  readonly firstEntropy: number;
  readonly secondEntropy: number;
  readonly mutual: number;
}

/** Entropies and mutual information from a table; all 0 without items. */
export function informationOf(table: Contingency): Information {
  const { total, rowSums, columnSums } = marginsOf(table);
  let mutual = 0;
  for (let i = 0; i < table.rows; i++) {
    for (let j = 0; j < table.columns; j++) {
      const count = table.counts[i * table.columns + j]!;
      if (count === 0) continue;
      const share = count / total;
      const term =
        share * (Math.log(share) - Math.log(rowSums[i]! / total) - Math.log(columnSums[j]! / total));
      if (Math.abs(term) >= Number.EPSILON) mutual += term;
    }
  }
  return {
    firstEntropy: entropy(rowSums, total),
    secondEntropy: entropy(columnSums, total),
    mutual: Math.max(0, mutual),
  };
}

function entropy(sums: Float64Array, total: number): number {
  let value = 0;
  for (const sum of sums) if (sum > 0) value -= (sum / total) * Math.log(sum / total);
  return Math.abs(value);
}

export interface VMeasure {
  /** Each cluster holds one class only: mutual information ÷ entropy of the classes. */
  readonly homogeneity: number;
  /** Each class lies in one cluster only: mutual information ÷ entropy of the clusters. */
  readonly completeness: number;
  /** Harmonic mean of both (Rosenberg & Hirschberg, EMNLP 2007). */
  readonly vMeasure: number;
}

/** Homogeneity, completeness and V-measure; rows are the classes, columns the clusters. */
export function vMeasureOf(table: Contingency): VMeasure {
  const { firstEntropy, secondEntropy, mutual } = informationOf(table);
  const homogeneity = firstEntropy === 0 ? 1 : mutual / firstEntropy;
  const completeness = secondEntropy === 0 ? 1 : mutual / secondEntropy;
  const sum = homogeneity + completeness;
  return { homogeneity, completeness, vMeasure: sum === 0 ? 0 : (2 * homogeneity * completeness) / sum };
}

/**
 * Normalised mutual information, by the arithmetic mean of the entropies (scikit-learn's default). 1 when both
 * partitions have one cluster (or no items), 0 without any mutual information.
 */
export function normalisedMutualInformationOf(table: Contingency): number {
  const { firstEntropy, secondEntropy, mutual } = informationOf(table);
  if (firstEntropy === 0 && secondEntropy === 0) return 1;
  if (mutual <= Number.EPSILON) return 0;
  return mutual / ((firstEntropy + secondEntropy) / 2);
}

/**
 * Scores from the counts of a confusion matrix: K×K, row-major, rows are true classes. Definitions and edge
 * cases are scikit-learn's, so that resampled counts (where a class may be missing) are scored alike.
 */
type Counts = ArrayLike<number>;

/** What one class got. */
export interface ClassScores {
  /** Items of the class. */
  readonly support: number;
  /** Items predicted to be of the class. */
  readonly predicted: number;
  /** tp/(tp + fp); 0 when nothing was predicted to be of the class. */
  readonly precision: number;
  /** tp/(tp + fn); 0 without support. */
  readonly recall: number;
  /** 2tp/(2tp + fp + fn); 0 when the class occurs nowhere. */
  readonly f1: number;
}

/** Scores of every class. */
export function scoresByClass(counts: Counts, classes: number): ClassScores[] {
  return Array.from({ length: classes }, (_, k) => {
    const hits = counts[k * classes + k]!;
    let support = 0;
    let predicted = 0;
    for (let j = 0; j < classes; j++) {
      support += counts[k * classes + j]!;
      predicted += counts[j * classes + k]!;
    }
    return {
      support,
      predicted,
      precision: predicted === 0 ? 0 : hits / predicted,
      recall: support === 0 ? 0 : hits / support,
      f1: support + predicted === 0 ? 0 : (2 * hits) / (support + predicted),
    };
  });
}

/** Share of items on the diagonal; NaN without items. */
export function accuracyOfCounts(counts: Counts, classes: number): number {
  let hits = 0;
  let total = 0;
  for (let i = 0; i < classes * classes; i++) {
    total += counts[i]!;
    if (i % (classes + 1) === 0) hits += counts[i]!;
  }
  return hits / total;
}

/** Mean F1 over the classes that occur as true or predicted. */
export function macroF1OfCounts(counts: Counts, classes: number): number {
  let total = 0;
  let present = 0;
  for (let k = 0; k < classes; k++) {
    let occurrences = 0;
    for (let j = 0; j < classes; j++) occurrences += counts[k * classes + j]! + counts[j * classes + k]!;
    if (occurrences === 0) continue;
    present++;
    total += (2 * counts[k * classes + k]!) / occurrences;
  }
  return total / present;
}

/** Mean F1 weighted by the classes' supports. */
export function weightedF1OfCounts(counts: Counts, classes: number): number {
  let total = 0;
  let support = 0;
  for (const score of scoresByClass(counts, classes)) {
    total += score.f1 * score.support;
    support += score.support;
  }
  return total / support;
}

/** Mean recall over the classes that have items. */
export function balancedAccuracyOfCounts(counts: Counts, classes: number): number {
  const present = scoresByClass(counts, classes).filter((score) => score.support > 0);
  return present.reduce((total, score) => total + score.recall, 0) / present.length;
}

/**
 * Matthews correlation coefficient for any number of classes (Gorodkin, Computational Biology and Chemistry
 * 28, 2004); 0 when either side has one class only.
 */
export function mccOfCounts(counts: Counts, classes: number): number {
  const { total, hits, rowSums, columnSums } = sums(counts, classes);
  let products = 0;
  let rowSquares = 0;
  let columnSquares = 0;
  for (let k = 0; k < classes; k++) {
    products += rowSums[k]! * columnSums[k]!;
    rowSquares += rowSums[k]! ** 2;
    columnSquares += columnSums[k]! ** 2;
  }
  const spread = (total ** 2 - rowSquares) * (total ** 2 - columnSquares);
  return spread === 0 ? 0 : (hits * total - products) / Math.sqrt(spread);
}

/**
 * Cohen's kappa, unweighted or with quadratic weights (Cohen, Psychological Bulletin 70, 1968), which count a
 * miss by two stars four times as much as by one. NaN when all items are of one class on both sides.
 */
export function kappaOfCounts(
  counts: Counts,
  classes: number,
  weights: 'none' | 'quadratic' = 'none',
): number {
  const { total, rowSums, columnSums } = sums(counts, classes);
  let seen = 0;
  let expected = 0;
  for (let i = 0; i < classes; i++) {
    for (let j = 0; j < classes; j++) {
      const weight = weights === 'quadratic' ? (i - j) ** 2 : Number(i !== j);
      seen += weight * counts[i * classes + j]!;
      expected += (weight * rowSums[i]! * columnSums[j]!) / total;
    }
  }
  return 1 - seen / expected;
}

function sums(
  counts: Counts,
  classes: number,
): { total: number; hits: number; rowSums: Float64Array; columnSums: Float64Array } {
  const rowSums = new Float64Array(classes);
  const columnSums = new Float64Array(classes);
  let total = 0;
  let hits = 0;
  for (let i = 0; i < classes; i++) {
    for (let j = 0; j < classes; j++) {
      const count = counts[i * classes + j]!;
      rowSums[i] = rowSums[i]! + count;
      columnSums[j] = columnSums[j]! + count;
      total += count;
      if (i === j) hits += count;
    }
  }
  return { total, hits, rowSums, columnSums };
}

/**
 * Counts of (true, predicted) classes: K×K, row-major, rows are true classes.
 *
 * @throws RangeError when lengths differ or a class lies outside 0 … classes − 1
 */
export function confusionCounts(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Int32Array {
  const counts = new Int32Array(classes * classes);
  for (const code of confusionCodes(truth, predicted, classes)) counts[code] = counts[code]! + 1;
  return counts;
}

/** Cell of the confusion matrix of every item: true · K + predicted. What bootstraps count. */
export function confusionCodes(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Int32Array {
  if (truth.length !== predicted.length) {
    throw new RangeError(`${truth.length} true classes and ${predicted.length} predicted ones`);
  }
  return Int32Array.from(truth, (label, i) => {
    const guess = predicted[i]!;
    if (!isClass(label, classes) || !isClass(guess, classes)) {
      throw new RangeError(`item ${i} has class ${label} predicted as ${guess}, of ${classes} classes`);
    }
    return label * classes + guess;
  });
}

function isClass(label: number, classes: number): boolean {
  return Number.isInteger(label) && label >= 0 && label < classes;
}

/** The matrix as rows of numbers, as records keep it. */
export function confusionRows(counts: ArrayLike<number>, classes: number): number[][] {
  return Array.from({ length: classes }, (_, i) =>
    Array.from({ length: classes }, (_, j) => counts[i * classes + j]!),
  );
}

/**
 * Negative log-probability of the true class, item by item; their mean is scikit-learn's `log_loss`:
 * probabilities are clipped to [ε, 1 − ε] for doubles and each row is divided by its sum.
 *
 * @param probabilities N×K, row-major
 * @param truth class of every item
 */
export function logLosses(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
): Float64Array {
  return Float64Array.from(truth, (label, i) => {
    let total = 0;
    for (let k = 0; k < classes; k++) total += clip(probabilities[i * classes + k]!);
    return -Math.log(clip(probabilities[i * classes + label]!) / total);
  });
}

function clip(probability: number): number {
  return Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability));
}

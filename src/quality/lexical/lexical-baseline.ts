import type { Split } from '../kernels/splits.ts';
import { fitSparseLogistic, predictSparse } from './sparse-logistic.ts';
import { tfidfRows } from './tfidf.ts';

interface LexicalData {
  readonly texts: readonly string[];
  /** Class of every text, 0 … classes − 1. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** Weights that the solver's memory can carry: some 200 MB. */
const MOST_WEIGHTS = 1_000_000;

/**
 * Accuracy that words alone reach on the split: TF-IDF and logistic regression with C = 1, as in scikit-learn. What
 * vectors give beyond it is what they know beyond words.
 */
export function lexicalAccuracy({ texts, labels, classes }: LexicalData, { train, test }: Split): number {
  const matrix = tfidfRows(texts, train, Math.floor(MOST_WEIGHTS / classes));
  const weights = fitSparseLogistic(matrix, {
    rows: train,
    labels: train.map((row) => labels[row]!),
    classes,
    c: 1,
  });
  const predicted = predictSparse(matrix, weights, classes, test);
  return predicted.filter((label, i) => label === labels[test[i]!]).length / test.length;
}

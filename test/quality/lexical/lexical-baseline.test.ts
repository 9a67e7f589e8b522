import { describe, expect, it } from 'vitest';
import { trainTestSplitStratified } from '../../../src/quality/kernels/splits.ts';
import { lexicalAccuracy } from '../../../src/quality/lexical/lexical-baseline.ts';
import { fitSparseLogistic, predictSparse } from '../../../src/quality/lexical/sparse-logistic.ts';
import { tfidfRows } from '../../../src/quality/lexical/tfidf.ts';
import { readGolden } from '../../reference/golden.ts';

describe.each(readGolden().lexical)(
  "$classes classes, as scikit-learn's TfidfVectorizer and LogisticRegression",
  (golden) => {
    const labels = Int32Array.from(golden.labels);
    const { classes, texts } = golden;
    const split = trainTestSplitStratified(labels, 0.3, 42);
    const matrix = tfidfRows(texts, split.train, 1000);

    it('weighs the same terms alike', () => {
      expect(matrix.width).toBe(golden.terms);
      golden.rowHeads.forEach((values, i) => {
        const row = split.test[i]!;
        const ours = matrix.values.slice(matrix.starts[row]!, matrix.starts[row + 1]!).sort();
        expect(ours).toHaveLength(values.length);
        ours.forEach((value, j) => {
          expect(value).toBeCloseTo(values[j]!, 12);
        });
      });
    });

    it('comes to the same classifier', () => {
      const weights = fitSparseLogistic(matrix, {
        rows: split.train,
        labels: split.train.map((row) => labels[row]!),
        classes,
        c: 1,
      });
      const vectors = classes === 2 ? 1 : classes;
      const norm = Math.hypot(...weights.subarray(0, vectors * matrix.width));
      expect(norm / golden.weightNorm).toBeCloseTo(1, 4);
      golden.intercepts.forEach((intercept, k) => {
        expect(weights[vectors * matrix.width + k]).toBeCloseTo(intercept, 3);
      });
      expect([...predictSparse(matrix, weights, classes, split.test)]).toEqual(golden.predicted);
    });

    it('and so to the same accuracy', () => {
      expect(lexicalAccuracy({ texts, labels, classes }, split)).toBe(golden.accuracy);
    });
  },
);

describe('terms', () => {
  it('that only held-out texts have do not count, and a text of such terms is a row of zeros', () => {
    const { starts, width } = tfidfRows(['a b', 'a c', 'd e'], [0, 1], 10);
    expect(width).toBe(3);
    expect([...starts]).toEqual([0, 2, 4, 4]);
  });

  it('are cut to the most frequent ones', () => {
    const { values, width } = tfidfRows(['a b', 'a c', 'a d'], [0, 1, 2], 1);
    expect(width).toBe(1);
    expect([...values]).toEqual([1, 1, 1]);
  });

  it('of Chinese are pairs of characters, so that words are found without spaces', () => {
    const texts = ['很好用', '质量很好', '太差了', '真的太差', '确实很好', '屏幕太差'];
    const labels = Int32Array.of(1, 1, 0, 0, 1, 0);
    const split = { train: Int32Array.of(0, 1, 2, 3), test: Int32Array.of(4, 5) };
    expect(lexicalAccuracy({ texts, labels, classes: 2 }, split)).toBe(1);
  });
});

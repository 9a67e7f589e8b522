import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import {
  kendallStandardError,
  kendallTau,
  spearmanCorrelation,
} from '../../../src/quality/metrics/rank-correlation.ts';
import { averagePrecision, bestF1Threshold, rocAuc } from '../../../src/quality/metrics/ranking-scores.ts';
import {
  averagePrecisionAt,
  ndcgAt,
  recallAt,
  reciprocalRankAt,
} from '../../../src/quality/metrics/retrieval-scores.ts';
import { mean, pearsonCorrelation, sampleSd } from '../../../src/stats/moments.ts';
import { readFixtures } from '../../reference/golden.ts';
import { readStatsReference } from '../../reference/stats-reference.ts';

fc.configureGlobal({ seed: 42 });

const reference = readStatsReference();
const fixtures = readFixtures();

describe('correlation against SciPy', () => {
  test.each(reference.correlations)('$x.length pairs', ({ x, y, pearson, spearman, kendall }) => {
    expect(pearsonCorrelation(Object.freeze(x), Object.freeze(y))).toBeCloseTo(pearson, 12);
    expect(spearmanCorrelation(x, y)).toBeCloseTo(spearman, 12);
    expect(kendallTau(x, y)).toBeCloseTo(kendall, 12);
  });
  test('the worked example with ties', () => {
    const { x, z, spearman, pearson } = fixtures.correlation;
    expect(spearmanCorrelation(x, z)).toBeCloseTo(spearman, 12);
    expect(pearsonCorrelation(x, z)).toBeCloseTo(pearson, 12);
  });
  test('τ counted pair by pair', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 2, maxLength: 25 }), (pairs) => {
        let surplus = 0;
        let untiedX = 0;
        let untiedY = 0;
        pairs.forEach(([xi, yi], i) => {
          for (const [xj, yj] of pairs.slice(i + 1)) {
            surplus += Math.sign(xi - xj) * Math.sign(yi - yj);
            untiedX += Number(xi !== xj);
            untiedY += Number(yi !== yj);
          }
        });
        const tau = kendallTau(
          pairs.map(([x]) => x),
          pairs.map(([, y]) => y),
        );
        if (untiedX === 0 || untiedY === 0) expect(tau).toBeNaN();
        else expect(tau).toBeCloseTo(surplus / Math.sqrt(untiedX * untiedY), 12);
      }),
    );
  });
  test('its standard error is the spread over fresh samples', () => {
    const random = createRandom(21);
    const draw = (n: number) => {
      const x = Float64Array.from({ length: n }, () => random.next());
      return { x, y: x.map((value) => value + random.next()) };
    };
    const taus = Array.from({ length: 400 }, () => {
      const { x, y } = draw(120);
      return kendallTau(x, y);
    });
    const errors = Array.from({ length: 20 }, () => {
      const { x, y } = draw(120);
      return kendallStandardError(x, y);
    });
    expect(mean(errors) / sampleSd(taus)).toBeGreaterThan(0.88);
    expect(mean(errors) / sampleSd(taus)).toBeLessThan(1.12);
  });
  test('a monotone change of scale leaves ranks alone', () => {
    const x = [0.1, 0.5, 0.2, 0.9, 0.4];
    const y = [3, 1, 2, 5, 4];
    const stretched = x.map((value) => Math.exp(9 * value));
    expect(spearmanCorrelation(stretched, y)).toBeCloseTo(spearmanCorrelation(x, y), 12);
    expect(kendallTau(stretched, y)).toBeCloseTo(kendallTau(x, y), 12);
    expect(spearmanCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
  });
});

describe('ranking against scikit-learn', () => {
  test.each(reference.ranking)('$y.length scores, tied or not', ({ y, score, ap, rocAuc: auc }) => {
    expect(averagePrecision(Object.freeze(y), Object.freeze(score))).toBeCloseTo(ap, 12);
    expect(rocAuc(y, score)).toBeCloseTo(auc, 12);
  });
  test('tied scores are one threshold', () => {
    const { y, score, ap, roc_auc } = fixtures.average_precision_ties;
    expect(averagePrecision(y, score)).toBeCloseTo(ap, 12);
    expect(rocAuc(y, score)).toBeCloseTo(roc_auc, 12);
  });
  test('no positive, no score; no negative, no ROC', () => {
    expect(averagePrecision([0, 0], [0.1, 0.2])).toBeNaN();
    expect(rocAuc([1, 1], [0.1, 0.2])).toBeNaN();
    expect(() => bestF1Threshold([0], [0.3])).toThrow(RangeError);
  });
  test('the best threshold lies between the last kept score and the next, and sees the last position', () => {
    expect(bestF1Threshold([1, 1, 0, 0], [0.9, 0.7, 0.3, 0.1])).toEqual({ threshold: 0.5, f1: 1 });
    expect(bestF1Threshold([1, 0, 1], [0.9, 0.5, 0.2])).toEqual({ threshold: 0.2, f1: 0.8 });
  });
});

describe('ranked lists', () => {
  const { ranked_rel: grades, all_rel_in_qrels: judged, ...expected } = fixtures.retrieval;
  test('the worked example of trec_eval', () => {
    expect(ndcgAt(Object.freeze(grades), Object.freeze(judged), 5)).toBeCloseTo(
      expected['ndcg@5_linear'],
      12,
    );
    expect(recallAt(grades, judged, 5)).toBeCloseTo(expected['recall@5'], 12);
    expect(reciprocalRankAt(grades, 5)).toBe(expected['mrr@5']);
    expect(averagePrecisionAt(grades, judged, 5)).toBeCloseTo(expected['ap@5_trec(den=4)'], 12);
    expect(averagePrecisionAt(grades, judged, 3)).toBeCloseTo(expected['ap@3_trec(den=|R|=4)'], 12);
  });
  test('an ideal order scores 1, an empty one 0', () => {
    expect(ndcgAt([3, 2, 2, 1], [2, 1, 3, 2], 10)).toBeCloseTo(1, 12);
    expect(ndcgAt([0, 0, 0], [1], 10)).toBe(0);
    expect(reciprocalRankAt([0, 0, 1], 2)).toBe(0);
    expect(reciprocalRankAt([0, 0, 1], 10)).toBeCloseTo(1 / 3, 12);
  });
});

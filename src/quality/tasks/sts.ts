import type { Score } from '../../core/record/score.ts';
import { pearsonCorrelation } from '../../stats/moments.ts';
import { kendallTau, spearmanCorrelation } from '../metrics/rank-correlation.ts';
import { statisticScore } from '../score-intervals.ts';
import type { StsPair } from './data/sts-pairs.ts';
import type { QualityTask } from './task.ts';
import { compareTexts, textPairs } from './text-pairs.ts';

export interface StsSpec {
  readonly pairs: readonly Pick<StsPair, 'id' | 'score'>[];
}

/** Semantic textual similarity: cosine of two texts against how alike people judged them. */
export const sts: QualityTask<{ readonly pairs: readonly StsPair[] }, StsSpec> = {
  id: 'sts',
  reads: 'own',
  plan: ({ pairs }) => ({
    spec: { pairs: pairs.map(({ id, score }) => ({ id, score })) },
    texts: textPairs(pairs),
  }),
  prepare({ pairs }, environment) {
    return ({ own }) => {
      const { kept, cosines, notes } = compareTexts('sts', pairs, own, environment.ownRowOf);
      const gold = kept.map((pair) => pair.score);
      const scores: Record<string, Score> = {};
      for (const [name, correlation] of Object.entries(CORRELATIONS)) {
        const score = statisticScore(
          kept.length,
          (drawn) =>
            correlation(
              Float64Array.from(drawn, (i) => cosines[i]!),
              Float64Array.from(drawn, (i) => gold[i]!),
            ),
          environment.options,
          { range: [-1, 1], baseline: 0 },
        );
        if (Number.isFinite(score.value)) scores[name] = score;
      }
      const ids = kept.map((pair) => pair.id);
      return {
        scores,
        perItem: { stsSimilarity: { ids, values: cosines }, stsGold: { ids, values: gold } },
        notes:
          Object.keys(scores).length > 0
            ? notes
            : [...notes, 'sts: similarities or judgements are all equal, so there is no correlation'],
      };
    };
  },
};

const CORRELATIONS = {
  stsSpearman: spearmanCorrelation,
  stsPearson: pearsonCorrelation,
  stsKendall: kendallTau,
};

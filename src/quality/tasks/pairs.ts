import { createRandom, shuffled } from '../../core/random.ts';
import type { Score } from '../../core/record/score.ts';
import { averagePrecision, bestF1Threshold, rocAuc } from '../metrics/ranking-scores.ts';
import { countScores, proportionScore, type Resampling, statisticScore } from '../score-intervals.ts';
import type { LabelledPair } from './data/labelled-pairs.ts';
import type { QualityTask, TaskOutcome } from './task.ts';
import { compareTexts, textPairs } from './text-pairs.ts';

type PairSpec = Pick<LabelledPair, 'id' | 'same'>;

export interface PairsSpec {
  readonly pairs: readonly PairSpec[];
}

/**
 * Duplicates and paraphrases: does the cosine tell pairs that belong together from pairs that do not. AP and
 * ROC-AUC need no threshold; for F1 it is chosen on a development half and applied to the other half, and then
 * the other way round, so that every pair is judged by a threshold that has not seen it.
 */
export const pairs: QualityTask<{ readonly pairs: readonly LabelledPair[] }, PairsSpec> = {
  id: 'pairs',
  reads: 'own',
  plan: (source) => ({
    spec: { pairs: source.pairs.map(({ id, same }) => ({ id, same })) },
    texts: textPairs(source.pairs),
  }),
  prepare(spec, environment) {
    const half = developmentHalves(spec.pairs, environment.options.seed);
    return ({ own }) => {
      const compared = compareTexts('pairs', spec.pairs, own, environment.ownRowOf);
      return scorePairs(compared, half, environment.options);
    };
  },
};

/** Which half a pair belongs to, half of the true and half of the false pairs in each. */
function developmentHalves(all: readonly PairSpec[], seed: number): ReadonlyMap<string, 0 | 1> {
  const halves = new Map<string, 0 | 1>();
  for (const same of [true, false]) {
    const ids = all.filter((pair) => pair.same === same).map((pair) => pair.id);
    shuffled(ids, createRandom(seed, 'pairs')).forEach((id, i) => {
      halves.set(id, i % 2 === 0 ? 0 : 1);
    });
  }
  return halves;
}

function scorePairs(
  { kept, cosines, notes }: { kept: PairSpec[]; cosines: number[]; notes: string[] },
  half: ReadonlyMap<string, 0 | 1>,
  resampling: Resampling,
): TaskOutcome {
  const labels = kept.map((pair) => Number(pair.same));
  const positives = labels.reduce((total, label) => total + label, 0);
  if (positives === 0 || positives === labels.length) {
    return {
      scores: {},
      notes: [...notes, 'pairs: true and false pairs are needed, and one kind is missing'],
    };
  }
  const ids = kept.map((pair) => pair.id);
  const judged = judgeByOtherHalf(
    labels,
    cosines,
    ids.map((id) => half.get(id)!),
  );
  return {
    scores: {
      ...rankingScores(labels, cosines, positives / labels.length, resampling),
      ...(judged === undefined ? {} : thresholdScores(labels, judged, resampling)),
    },
    perItem: { pairsScore: { ids, values: cosines }, pairsLabel: { ids, values: labels } },
    notes:
      judged === undefined ? [...notes, 'pairs: too few pairs to choose a threshold on one half'] : notes,
  };
}

function rankingScores(
  labels: readonly number[],
  cosines: readonly number[],
  base: number,
  resampling: Resampling,
): Record<string, Score> {
  const over =
    (measure: typeof averagePrecision) =>
    (drawn: Int32Array): number =>
      measure(
        Uint8Array.from(drawn, (i) => labels[i]!),
        Float64Array.from(drawn, (i) => cosines[i]!),
      );
  const n = labels.length;
  const range = [0, 1] as const;
  return {
    pairsAp: statisticScore(n, over(averagePrecision), resampling, { range, baseline: base }),
    pairsRocAuc: statisticScore(n, over(rocAuc), resampling, { range, baseline: 0.5 }),
  };
}

/** 1 where a pair's cosine reaches the threshold of the half it is not in. */
function judgeByOtherHalf(
  labels: readonly number[],
  cosines: readonly number[],
  halves: readonly (0 | 1)[],
): number[] | undefined {
  const thresholds = ([0, 1] as const).map((side) => {
    const members = labels.map((_, i) => i).filter((i) => halves[i] === side);
    const sideLabels = members.map((i) => labels[i]!);
    if (!sideLabels.includes(1)) return undefined;
    return bestF1Threshold(
      sideLabels,
      members.map((i) => cosines[i]!),
    ).threshold;
  });
  const [first, second] = thresholds;
  if (first === undefined || second === undefined) return undefined;
  return cosines.map((cosine, i) => Number(cosine >= (halves[i] === 0 ? second : first)));
}

function thresholdScores(
  labels: readonly number[],
  judged: readonly number[],
  resampling: Resampling,
): Record<string, Score> {
  const codes = Int32Array.from(labels, (label, i) => label * 2 + judged[i]!);
  const { pairsF1 } = countScores(
    codes,
    4,
    { pairsF1: (c) => (2 * c[3]!) / (2 * c[3]! + c[1]! + c[2]!) },
    resampling,
    { pairsF1: { range: [0, 1] } },
  );
  const hits = codes.filter((code) => code === 3).length;
  const called = judged.reduce((total, value) => total + value, 0);
  const positives = labels.reduce((total, value) => total + value, 0);
  return {
    ...(pairsF1 === undefined ? {} : { pairsF1 }),
    ...(called === 0 ? {} : { pairsPrecision: proportionScore(hits, called) }),
    pairsRecall: proportionScore(hits, positives),
  };
}

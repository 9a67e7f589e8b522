import { midranks } from '../../stats/midranks.ts';

/**
 * Average precision Σ (Rₙ − Rₙ₋₁)·Pₙ over descending thresholds, tied scores taken as one threshold
 * (scikit-learn's `average_precision_score`).
 *
 * @param relevant 0/1 for every pair
 * @returns NaN without a positive
 */
export function averagePrecision(relevant: ArrayLike<number>, scores: ArrayLike<number>): number {
  const steps = thresholdSteps(relevant, scores);
  const positives = steps.at(-1)?.hits ?? 0;
  let total = 0;
  let before = 0;
  for (const { taken, hits } of steps) {
    total += (hits - before) * (hits / taken);
    before = hits;
  }
  return total / positives;
}

/** Area under the ROC curve, by midranks: chance that a positive scores above a negative, ties half. */
export function rocAuc(relevant: ArrayLike<number>, scores: ArrayLike<number>): number {
  const ranks = midranks(scores);
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < ranks.length; i++) {
    if (relevant[i] !== 1) continue;
    positives++;
    rankSum += ranks[i]!;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (ranks.length - positives));
}

export interface Threshold {
  /** Items with a score at or above it are called positive. */
  readonly threshold: number;
  readonly f1: number;
}

/**
 * The threshold with the best F1, midway between two neighbouring scores. To be chosen on a development fold
 * and applied to another: chosen on the scored pairs it flatters.
 *
 * @throws RangeError without a positive
 */
export function bestF1Threshold(relevant: ArrayLike<number>, scores: ArrayLike<number>): Threshold {
  const steps = thresholdSteps(relevant, scores);
  const positives = steps.at(-1)?.hits ?? 0;
  if (positives === 0) throw new RangeError('a threshold needs a positive pair to be chosen by');
  let best: Threshold = { threshold: Number.POSITIVE_INFINITY, f1: -1 };
  steps.forEach(({ score, taken, hits }, s) => {
    const f1 = (2 * hits) / (taken + positives);
    const next = steps[s + 1]?.score;
    if (f1 > best.f1) best = { threshold: next === undefined ? score : (score + next) / 2, f1 };
  });
  return best;
}

interface Step {
  readonly score: number;
  /** Pairs with this score or a higher one, and how many of them are positive. */
  readonly taken: number;
  readonly hits: number;
}

/** One step per distinct score, from the highest down. */
function thresholdSteps(relevant: ArrayLike<number>, scores: ArrayLike<number>): Step[] {
  if (relevant.length !== scores.length) throw new RangeError('every pair needs a label and a score');
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]!,
  );
  const steps: Step[] = [];
  let hits = 0;
  order.forEach((item, position) => {
    hits += relevant[item] === 1 ? 1 : 0;
    const next = order[position + 1];
    if (next !== undefined && scores[next] === scores[item]) return;
    steps.push({ score: scores[item]!, taken: position + 1, hits });
  });
  return steps;
}

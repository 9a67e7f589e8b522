import { createNumpyRandom } from '../../core/numpy-random.ts';
import type { Score } from '../../core/record/score.ts';
import { mean, sampleSd, sampleVariance } from '../../stats/moments.ts';
import { normalQuantile } from '../../stats/normal-distribution.ts';
import { correctness, fitAndPredict } from './classifier.ts';
import { type HoldOut, type LabelledRows, planHoldOut } from './hold-out.ts';
import type { DirectScorer, TaskEnvironment } from './task.ts';

/** MTEB's defaults for classification tasks: shots per class, draws, and solver steps. */
const SHOTS = 8;
const DRAWS = 10;
const MAX_ITERATIONS = 100;

/**
 * MTEB's few-shot protocol: ten draws of eight training items per class, each fitted and scored on the whole
 * test part; the score is the mean accuracy. One index list is shuffled anew for each draw by an equally seeded
 * generator, so draws differ from each other and are the same for every configuration. Not comparable with the
 * hold-out, which trains on everything.
 */
export function scoreFewShot(column: string, environment: TaskEnvironment): DirectScorer {
  const split = planHoldOut(column, environment);
  const classes = split.classes.length;
  const draws = fewShotDraws(split, environment.options.seed);
  const shortest = Math.min(...draws.map((draw) => draw.rows.length));
  const notes =
    shortest < SHOTS * classes
      ? [`few-shot: a class has fewer than ${SHOTS} items to train on; all of them were used`]
      : [];
  return ({ view }) => {
    const truth = split.test.labels;
    const outcomes = draws.map((train) => {
      const settings = { classes, c: 1, maxIterations: MAX_ITERATIONS };
      return correctness(fitAndPredict(view, train, split.test.rows, settings).predicted, truth);
    });
    const rightShare = truth.reduce<number[]>((shares, _, i) => {
      shares.push(mean(outcomes.map((outcome) => outcome[i]!)));
      return shares;
    }, []);
    return {
      scores: { accuracyFewShot: scoreOfDraws(rightShare, outcomes.map(mean)) },
      perItem: { accuracyFewShot: { ids: [...split.testIds], values: rightShare } },
      notes,
    };
  };
}

/** Mean with an interval that holds both sources of chance: which items were tested and which were drawn. */
function scoreOfDraws(rightShare: readonly number[], byDraw: readonly number[]): Score {
  const value = mean(rightShare);
  const n = rightShare.length;
  const variance = (n > 1 ? sampleVariance(rightShare) / n : 0) + sampleSd(byDraw) ** 2 / byDraw.length;
  const half = normalQuantile(0.975) * Math.sqrt(variance);
  return {
    value,
    low: Math.max(0, value - half),
    high: Math.min(1, value + half),
    level: 0.95,
    method: 'items and draws',
    n,
  };
}

function fewShotDraws({ train }: HoldOut, seed: number): LabelledRows[] {
  const order = Int32Array.from(train.rows.keys());
  return Array.from({ length: DRAWS }, () => {
    createNumpyRandom(seed).shuffle(order);
    const taken = new Map<number, number>();
    const drawn = order.filter((position) => {
      const label = train.labels[position]!;
      const count = taken.get(label) ?? 0;
      if (count >= SHOTS) return false;
      taken.set(label, count + 1);
      return true;
    });
    return {
      rows: drawn.map((position) => train.rows[position]!),
      labels: drawn.map((position) => train.labels[position]!),
    };
  });
}

import type { Random } from '../src/core/random.ts';
import type { QualityRow } from '../src/core/record/quality-row.ts';
import { macroF1OfCounts } from '../src/quality/metrics/classification-scores.ts';
import { adjustedRandOf } from '../src/quality/metrics/cluster-agreement.ts';
import { normalQuantile } from '../src/stats/normal-distribution.ts';

/** Items with a class and a difficulty of their own: what makes two classifiers err on the same ones. */
export interface SimulatedItems {
  readonly labels: Int32Array;
  readonly difficulty: Float64Array;
}

/** Shares of the three classes; the data are as unbalanced as reviews are. */
const PRIORS = [0.5, 0.3, 0.2] as const;
/** Share of items that k-means puts where their class is; the others fall anywhere. */
const CLUSTERED = 0.4;

export function drawItems(n: number, random: Random): SimulatedItems {
  const labels = Int32Array.from({ length: n }, () => {
    const u = random.next();
    return u < PRIORS[0] ? 0 : u < PRIORS[0] + PRIORS[1] ? 1 : 2;
  });
  return { labels, difficulty: Float64Array.from({ length: n }, () => normal(random)) };
}

/**
 * Predictions of a classifier that is right with the given chance, more often on easy items. Classifiers of equal
 * accuracy are exchangeable: no difference between them is real.
 *
 * @param own spread of the classifier's own luck against the items' difficulty: 0.5 gives a tenth of discordant items
 */
export function drawPredictions(
  { labels, difficulty }: SimulatedItems,
  accuracy: number,
  random: Random,
  own = 0.5,
): Int32Array {
  const threshold = normalQuantile(accuracy) * Math.sqrt(1 + own * own);
  return labels.map((label, i) =>
    difficulty[i]! + own * normal(random) < threshold ? label : (label + 1 + random.integer(2)) % 3,
  );
}

export function drawClusters({ labels }: SimulatedItems, random: Random): Int32Array {
  return labels.map((label) => (random.next() < CLUSTERED ? label : random.integer(3)));
}

/** A quality row of made-up predictions and clusters, as a run would write it. */
export function simulatedRow(
  dimensions: number,
  items: SimulatedItems,
  predicted: Int32Array,
  clusters: Int32Array,
): QualityRow {
  const ids = Array.from(items.labels, (_, i) => String(i));
  return {
    ...{ id: String(dimensions), dimensions, instruction: 'none', dtype: 'float32' },
    bytesPerVector: 4 * dimensions,
    rows: ids.length,
    scores: {},
    classification: {
      classes: ['0', '1', '2'],
      ...{ confusion: [], report: '', majorityBaseline: 0.5, c: 1, engine: 'native' },
      testIds: ids,
      predicted: [...predicted],
    },
    clustering: [{ column: 'class', clusters: 3, inertia: 1, nInit: 10, engine: 'native' }],
    perItem: { clusters: { ids, values: [...clusters] } },
  };
}

/** Scores of endlessly many items, from the shares in which the model above deals them out. */
export function trueMacroF1(accuracy: number): number {
  return macroF1OfCounts(
    endless((label, predicted) => (label === predicted ? accuracy : (1 - accuracy) / 2)),
    3,
  );
}

export function trueAri(): number {
  const counts = endless((label, cluster) => (label === cluster ? CLUSTERED : 0) + (1 - CLUSTERED) / 3);
  return adjustedRandOf({ rows: 3, columns: 3, counts });
}

function endless(chance: (label: number, other: number) => number): Int32Array {
  return Int32Array.from({ length: 9 }, (_, cell) => {
    const label = Math.floor(cell / 3);
    return Math.round(1e8 * PRIORS[label]! * chance(label, cell % 3));
  });
}

/** A standard normal draw, by Box and Muller's transform. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

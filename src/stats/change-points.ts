import { median } from './moments.ts';
import { segmentCosts } from './segment-costs.ts';

export interface ChangePointOptions {
  /** Interval width of each value: wide ones weigh less. NaN or 0: the median width. */
  readonly intervalWidths?: ArrayLike<number>;
  /** Fewest values on each side of a step, 2 by default: one odd run is an outlier, not a step. */
  readonly leastSegment?: number;
  /** Strength of the automatic penalty, 4 by default as in asv; larger finds fewer steps. */
  readonly penalty?: number;
  /** Noise below this share of the median is taken for exact repetition, 0.001 by default. */
  readonly noiseFloor?: number;
}

/** A stretch of values around one level. Positions are indices into the input. */
export interface Segment {
  readonly from: number;
  /** Last position, inclusive. */
  readonly to: number;
  /** Weighted median of its values. */
  readonly level: number;
}

/**
 * Piecewise-constant fit of a history by step detection: the segmentation that minimises
 * m·ln(σ₀ + Σ wᵢ|yᵢ − level|/m) + β·k·ln m over all segmentations into k stretches, with wᵢ = 1/interval
 * width. L1 keeps outliers from making steps; the penalty is Schwarz's criterion with asv's constant (asv,
 * "Step detection"; Friedrich et al., JCGS 17, 2008; Yao, Statistics & Probability Letters 6, 1988). The
 * minimum is exact: dynamic programming over every k.
 *
 * @param values in the order of time; NaN marks a missing value and belongs to no side
 * @returns the stretches, first to last; their borders are the change points. Empty without values
 */
export function detectSegments(values: ArrayLike<number>, options: ChangePointOptions = {}): Segment[] {
  const kept = Array.from(values, (_, i) => i).filter((i) => Number.isFinite(values[i]));
  if (kept.length === 0) return [];
  const y = Float64Array.from(kept, (i) => values[i]!);
  const weights = relativeWeights(kept, options.intervalWidths);
  const least = Math.max(1, options.leastSegment ?? 2);
  const costs = segmentCosts(y, weights);
  const borders = bestBorders(costs, y, least, options);
  return borders.map((from, s) => {
    const to = (borders[s + 1] ?? y.length) - 1;
    return { from: kept[from]!, to: kept[to]!, level: costs.medianOf(from, to) };
  });
}

function relativeWeights(kept: readonly number[], widths: ArrayLike<number> | undefined): Float64Array {
  const inverse = kept.map((i) => {
    const width = widths?.[i];
    return width !== undefined && width > 0 && Number.isFinite(width) ? 1 / width : Number.NaN;
  });
  const known = inverse.filter(Number.isFinite);
  const typical = known.length === 0 ? 1 : median(known);
  return Float64Array.from(inverse, (weight) => (Number.isNaN(weight) ? 1 : weight / typical));
}

/** First positions of the segments in the best segmentation. */
function bestBorders(
  costs: ReturnType<typeof segmentCosts>,
  y: Float64Array,
  least: number,
  { penalty = 4, noiseFloor = 0.001 }: ChangePointOptions,
): number[] {
  const m = y.length;
  const floor = Math.max(noiseFloor * Math.abs(median(y)), Number.MIN_VALUE);
  const most = Math.max(1, Math.min(Math.floor(m / least), 24));
  let total = Float64Array.from(y, (_, to) => (to + 1 >= least || m < least ? costs.cost(0, to) : Infinity));
  const cuts: Int32Array[] = [];
  let best = { criterion: criterion(total[m - 1]!, 1), segments: 1 };
  for (let k = 2; k <= most; k++) {
    const step = addSegment(costs, total, least);
    cuts.push(step.cut);
    total = step.total;
    const value = criterion(total[m - 1]!, k);
    if (value < best.criterion) best = { criterion: value, segments: k };
  }
  return traceBack(cuts, best.segments, m);

  function criterion(cost: number, segments: number): number {
    return m * Math.log(floor + cost / m) + penalty * segments * Math.log(m);
  }
}

/** Best cost of 0 … to in one segment more, and where its last segment begins. */
function addSegment(
  costs: ReturnType<typeof segmentCosts>,
  previous: Float64Array,
  least: number,
): { total: Float64Array<ArrayBuffer>; cut: Int32Array } {
  const m = previous.length;
  const total = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  const cut = new Int32Array(m);
  for (let to = 0; to < m; to++) {
    for (let from = least; from <= to - least + 1; from++) {
      const cost = previous[from - 1]! + costs.cost(from, to);
      if (cost >= total[to]!) continue;
      total[to] = cost;
      cut[to] = from;
    }
  }
  return { total, cut };
}

function traceBack(cuts: readonly Int32Array[], segments: number, m: number): number[] {
  const borders: number[] = [];
  let to = m - 1;
  for (let k = segments; k > 1; k--) {
    const from = cuts[k - 2]![to]!;
    borders.unshift(from);
    to = from - 1;
  }
  return [0, ...borders];
}

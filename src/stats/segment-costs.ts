/** Longest history whose every stretch is weighed: m²/2 costs in memory. */
const MOST_VALUES = 4000;

export interface SegmentCosts {
  /** Σ w·|y − weighted median| over from … to, both inclusive. */
  cost(from: number, to: number): number;
  /** Weighted median of from … to: the smallest value that at least half of the weight does not exceed. */
  medianOf(from: number, to: number): number;
}

/**
 * Weighted L1 costs of every stretch of a series, in O(m² log m): values enter a Fenwick tree over their
 * ranks, which keeps Σw and Σw·y below any value, and with them the weighted median and the distance to it.
 *
 * @throws RangeError above 4,000 values
 */
export function segmentCosts(values: Float64Array, weights: Float64Array): SegmentCosts {
  const m = values.length;
  if (m > MOST_VALUES)
    throw new RangeError(`a history of ${m} values is too long to segment; thin it below ${MOST_VALUES}`);
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  const rankOf = new Int32Array(m);
  order.forEach((position, rank) => {
    rankOf[position] = rank;
  });
  const costs = new Float64Array((m * (m + 1)) / 2);
  const medians = new Int32Array(costs.length);
  const at = (from: number, to: number): number => from * m - (from * (from - 1)) / 2 + (to - from);
  for (let from = 0; from < m; from++) {
    const tree = weightTree(m);
    let weightSum = 0;
    let productSum = 0;
    for (let to = from; to < m; to++) {
      const weight = weights[to]!;
      tree.add(rankOf[to]!, weight, weight * values[to]!);
      weightSum += weight;
      productSum += weight * values[to]!;
      const below = tree.descend(weightSum / 2);
      const centre = values[order[below.rank]!]!;
      const above = productSum - below.product - centre * (weightSum - below.weight);
      costs[at(from, to)] = Math.max(0, centre * below.weight - below.product + above);
      medians[at(from, to)] = below.rank;
    }
  }
  return {
    cost: (from, to) => costs[at(from, to)]!,
    medianOf: (from, to) => values[order[medians[at(from, to)]!]!]!,
  };
}

interface WeightTree {
  add(rank: number, weight: number, product: number): void;
  /** Smallest rank whose cumulative weight reaches `target`, with the sums strictly below it. */
  descend(target: number): { rank: number; weight: number; product: number };
}

function weightTree(size: number): WeightTree {
  const weights = new Float64Array(size + 1);
  const products = new Float64Array(size + 1);
  const top = 1 << Math.floor(Math.log2(size));
  return {
    add(rank, weight, product) {
      for (let i = rank + 1; i <= size; i += i & -i) {
        weights[i] = weights[i]! + weight;
        products[i] = products[i]! + product;
      }
    },
    descend(target) {
      let position = 0;
      let weight = 0;
      let product = 0;
      // The slack keeps rounding in the running sums from stepping over an exact half.
      const bar = target * (1 - 1e-12);
      for (let step = top; step > 0; step >>= 1) {
        const next = position + step;
        if (next > size || weight + weights[next]! >= bar) continue;
        position = next;
        weight += weights[next]!;
        product += products[next]!;
      }
      return { rank: Math.min(position, size - 1), weight, product };
    },
  };
}

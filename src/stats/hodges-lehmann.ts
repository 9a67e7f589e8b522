import { normalQuantile } from './normal-distribution.ts';
import { countSubsetSums } from './subset-sums.ts';

/** Largest total size whose U distribution is counted out. */
const EXACT_VALUES = 60;

export interface ShiftEstimate {
  /** Median of all differences second − first. */
  readonly shift: number;
  /** Bounds at `level`; absent when the samples are too small for any finite interval at that level. */
  readonly low?: number;
  readonly high?: number;
  readonly level: number;
}

/**
 * Hodges–Lehmann estimate of how far the second sample lies above the first, with the distribution-free
 * interval that inverts the Mann–Whitney test (Hodges & Lehmann 1963; Hollander & Wolfe, Nonparametric
 * Statistical Methods, §4.2–4.3). For a relative shift pass logarithms. At 95 % four values a side is the
 * least.
 *
 * @throws RangeError when a sample is empty or the pairs exceed 25 million
 */
export function hodgesLehmannShift(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  level = 0.95,
): ShiftEstimate {
  const n1 = first.length;
  const n2 = second.length;
  if (n1 === 0 || n2 === 0) throw new RangeError('a shift needs values on both sides');
  if (n1 * n2 > 25_000_000)
    throw new RangeError('too many pairs for a shift estimate: compare trial medians instead');
  const differences = new Float64Array(n1 * n2);
  for (let i = 0; i < n1; i++) {
    for (let j = 0; j < n2; j++) differences[i * n2 + j] = second[j]! - first[i]!;
  }
  differences.sort();
  const half = differences.length >> 1;
  const shift =
    differences.length % 2 === 1 ? differences[half]! : (differences[half - 1]! + differences[half]!) / 2;
  const rank = lowerRank(n1, n2, (1 - level) / 2);
  if (rank < 1) return { shift, level };
  return { shift, low: differences[rank - 1]!, high: differences[differences.length - rank]!, level };
}

/** Largest C with P(U ≤ C − 1) ≤ tail: the C-th smallest and largest differences bound the interval. */
function lowerRank(n1: number, n2: number, tail: number): number {
  if (n1 + n2 > EXACT_VALUES) {
    const spread = Math.sqrt((n1 * n2 * (n1 + n2 + 1)) / 12);
    return Math.floor((n1 * n2) / 2 - normalQuantile(1 - tail) * spread);
  }
  const shares = uDistribution(n1, n2);
  let cumulative = 0;
  let rank = 0;
  while (rank < shares.length && cumulative + shares[rank]! <= tail * (1 + 1e-12))
    cumulative += shares[rank++]!;
  return rank;
}

/** P(U = u) for u = 0 … n₁·n₂ without ties: U is the rank sum of the first sample less its least value. */
function uDistribution(n1: number, n2: number): Float64Array {
  const ranks = Array.from({ length: n1 + n2 }, (_, i) => i + 1);
  const ways = countSubsetSums(ranks, n1).subarray((n1 * (n1 + 1)) / 2);
  const total = ways.reduce((running, count) => running + count, 0);
  return ways.map((count) => count / total);
}

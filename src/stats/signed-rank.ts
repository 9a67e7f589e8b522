import type { ShiftEstimate } from './hodges-lehmann.ts';
import { midranks } from './midranks.ts';
import { normalCdf, normalQuantile } from './normal-distribution.ts';

/** Largest number of differences whose permutation distribution is counted out. */
const EXACT_VALUES = 60;

export interface SignedRankResult {
  /** Sum of the ranks of the positive differences. */
  readonly positiveRankSum: number;
  /** Two-sided p of "the differences are symmetric around 0". */
  readonly p: number;
  /** Differences that are not 0. */
  readonly n: number;
}

/**
 * Wilcoxon's signed-rank test on paired differences (Wilcoxon 1945). Zeros are left out; up to 60 differences p
 * is exact, with ties too (the distribution of midrank sums is counted; Streitberg & Röhmel 1986). With n
 * differences p cannot fall below 2 ÷ 2ⁿ.
 */
export function signedRankTest(differences: ArrayLike<number>): SignedRankResult {
  const kept = Array.from(differences).filter((d) => d !== 0);
  const n = kept.length;
  if (n === 0) return { positiveRankSum: 0, p: 1, n };
  const ranks = midranks(kept.map(Math.abs));
  let positiveRankSum = 0;
  for (const [i, d] of kept.entries()) if (d > 0) positiveRankSum += ranks[i]!;
  const p = n <= EXACT_VALUES ? exactP(ranks, positiveRankSum) : normalP(ranks, positiveRankSum);
  return { positiveRankSum, p, n };
}

/**
 * Hodges–Lehmann estimate of the centre of paired differences, the median of all Walsh averages (dᵢ + dⱼ) ÷ 2,
 * with the distribution-free interval that inverts the signed-rank test (Hollander & Wolfe, §3.2–3.3). At 95 %
 * six differences are the least.
 *
 * @throws RangeError when there is no difference, or more than 5,000
 */
export function pairedShift(differences: ArrayLike<number>, level = 0.95): ShiftEstimate {
  const n = differences.length;
  if (n === 0) throw new RangeError('a paired shift needs at least one difference');
  if (n > 5000) throw new RangeError('too many pairs for a shift estimate: compare trial medians instead');
  const averages = new Float64Array((n * (n + 1)) / 2);
  let next = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) averages[next++] = (differences[i]! + differences[j]!) / 2;
  }
  averages.sort();
  const half = averages.length >> 1;
  const shift = averages.length % 2 === 1 ? averages[half]! : (averages[half - 1]! + averages[half]!) / 2;
  const rank = lowerRank(n, (1 - level) / 2);
  if (rank < 1) return { shift, level };
  return { shift, low: averages[rank - 1]!, high: averages[averages.length - rank]!, level };
}

/** How many of all 2ⁿ subsets of the ranks reach each sum: the coefficients of ∏(1 + xʳ). */
function waysBySum(ranks: readonly number[]): Float64Array {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  for (const rank of ranks) {
    for (let sum = total; sum >= rank; sum--) ways[sum] = ways[sum]! + ways[sum - rank]!;
  }
  return ways;
}

function exactP(ranks: Float64Array, positiveRankSum: number): number {
  // Midranks are multiples of one half: doubled they index a table.
  const ways = waysBySum(Array.from(ranks, (rank) => Math.round(2 * rank)));
  const centre = (ways.length - 1) / 2;
  const distance = Math.abs(2 * positiveRankSum - centre) - 1e-9;
  let reached = 0;
  ways.forEach((count, sum) => {
    if (Math.abs(sum - centre) >= distance) reached += count;
  });
  return Math.min(1, reached / 2 ** ranks.length);
}

function normalP(ranks: Float64Array, positiveRankSum: number): number {
  let total = 0;
  let squares = 0;
  for (const rank of ranks) {
    total += rank;
    squares += rank * rank;
  }
  const z = Math.max(0, Math.abs(positiveRankSum - total / 2) - 0.5) / Math.sqrt(squares / 4);
  return Math.min(1, 2 * normalCdf(-z));
}

/** Largest C with P(T ≤ C − 1) ≤ tail: the C-th smallest and largest Walsh averages bound the interval. */
function lowerRank(n: number, tail: number): number {
  if (n > EXACT_VALUES) {
    const spread = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
    return Math.floor((n * (n + 1)) / 4 - normalQuantile(1 - tail) * spread);
  }
  const ways = waysBySum(Array.from({ length: n }, (_, i) => i + 1));
  let cumulative = 0;
  let rank = 0;
  while (rank < ways.length && cumulative + ways[rank]! / 2 ** n <= tail * (1 + 1e-12)) {
    cumulative += ways[rank++]! / 2 ** n;
  }
  return rank;
}

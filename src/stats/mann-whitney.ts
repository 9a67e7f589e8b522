import { midranks } from './midranks.ts';
import { normalCdf } from './normal-distribution.ts';
import { countSubsetSums } from './subset-sums.ts';

export interface MannWhitneyResult {
  /** Pairs in which the second sample's value is larger, ties counted half. */
  readonly u: number;
  /** u ÷ (n₁·n₂): chance that a value of the second sample exceeds one of the first; 0.5 is no difference. */
  readonly superiority: number;
  /** Two-sided p of "both samples come from one distribution". */
  readonly p: number;
  readonly exact: boolean;
}

/** Largest total size whose permutation distribution is counted out; beyond it the normal limit is close. */
const EXACT_VALUES = 50;

/**
 * Mann–Whitney–Wilcoxon rank-sum test (Mann & Whitney 1947). Up to 50 values in all p is exact, with ties
 * too: the permutation distribution of the midrank sum is counted (Streitberg & Röhmel 1986). Beyond,
 * the normal limit with tie and continuity correction.
 *
 * @throws RangeError when a sample is empty
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): MannWhitneyResult {
  const n1 = first.length;
  const n2 = second.length;
  if (n1 === 0 || n2 === 0) throw new RangeError('a rank test needs values on both sides');
  const ranks = midranks([...Array.from(first), ...Array.from(second)]);
  let rankSum = 0;
  for (let i = n1; i < ranks.length; i++) rankSum += ranks[i]!;
  const u = rankSum - (n2 * (n2 + 1)) / 2;
  const exact = n1 + n2 <= EXACT_VALUES;
  const p = exact ? exactRankSumP(ranks, n2, rankSum) : normalP(ranks, n1, n2, u);
  return { u, superiority: u / (n1 * n2), p, exact };
}

/** Two-sided: share of all subsets of `size` ranks whose sum lies as far from the centre as the one seen. */
function exactRankSumP(ranks: Float64Array, size: number, rankSum: number): number {
  // Midranks are multiples of one half: doubled they index a table of how many subsets reach each sum.
  const doubled = Array.from(ranks, (rank) => Math.round(2 * rank));
  const ways = countSubsetSums(doubled, size);
  const centre = size * (ranks.length + 1);
  const distance = Math.abs(2 * rankSum - centre) - 1e-9;
  let reached = 0;
  let total = 0;
  ways.forEach((count, sum) => {
    total += count;
    if (Math.abs(sum - centre) >= distance) reached += count;
  });
  return Math.min(1, reached / total);
}

function normalP(ranks: Float64Array, n1: number, n2: number, u: number): number {
  const n = n1 + n2;
  let tied = 0;
  for (const count of tieCounts(ranks)) tied += count ** 3 - count;
  const variance = ((n1 * n2) / 12) * (n + 1 - tied / (n * (n - 1)));
  if (variance <= 0) return 1;
  const z = Math.max(0, Math.abs(u - (n1 * n2) / 2) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}

function tieCounts(ranks: Float64Array): Iterable<number> {
  const counts = new Map<number, number>();
  for (const rank of ranks) counts.set(rank, (counts.get(rank) ?? 0) + 1);
  return counts.values();
}

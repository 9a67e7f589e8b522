import { signedRankTest } from '../stats/signed-rank.ts';

/** The signed-rank interval at 95 % needs as many differences. */
const LEAST_PAIRS = 6;

/**
 * Pairs of trials with which the signed-rank test can reject at all when `tests` share the error rate: all n
 * differences on one side have p = 2 ÷ 2ⁿ, and the family's first step asks for α ÷ `tests`.
 */
export function leastPairs(tests: number, alpha: number): number {
  return Math.max(LEAST_PAIRS, Math.ceil(1 + Math.log2(Math.max(1, tests) / alpha) - 1e-9));
}

/**
 * Pairs to measure when nobody says how many: enough for a verdict even when one pair goes against all others, and
 * by more than any of them. A burst of other work that falls into one trial does just that.
 */
export function sensiblePairs(tests: number, alpha: number): number {
  let pairs = leastPairs(tests, alpha);
  while (pWithOneContrary(pairs) > alpha / Math.max(1, tests)) pairs++;
  return pairs;
}

function pWithOneContrary(pairs: number): number {
  return signedRankTest(Array.from({ length: pairs }, (_, i) => (i + 1 === pairs ? -pairs : i + 1))).p;
}

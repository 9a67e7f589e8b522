/** Pairs beyond the least: with these one contrary pair does not take the verdict away. */
const SPARE_PAIRS = 2;
/** The signed-rank interval at 95 % needs as many differences. */
const LEAST_PAIRS = 6;

/**
 * Pairs of trials with which the signed-rank test can reject at all when `tests` share the error rate: all n
 * differences on one side have p = 2 ÷ 2ⁿ, and the family's first step asks for α ÷ `tests`.
 */
export function leastPairs(tests: number, alpha: number): number {
  return Math.max(LEAST_PAIRS, Math.ceil(1 + Math.log2(Math.max(1, tests) / alpha) - 1e-9));
}

/** Pairs to measure when nobody says how many: enough for a verdict even when one pair goes against the rest. */
export function sensiblePairs(tests: number, alpha: number): number {
  return leastPairs(tests, alpha) + SPARE_PAIRS;
}

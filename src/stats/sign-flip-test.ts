import type { Random } from '../core/random.ts';

export interface SignFlipResult {
  readonly meanDifference: number;
  /** Two-sided p of "the differences are symmetric around 0". */
  readonly p: number;
  readonly exact: boolean;
}

const EXACT_ITEMS = 14;

/**
 * Paired permutation test on the mean difference: under the null each difference could as well have had the
 * other sign (Fisher 1935; Good, Permutation, Parametric, and Bootstrap Tests of Hypotheses, §3.2). All 2ⁿ
 * sign patterns up to 14 differences that are not 0, otherwise `flips` random ones with one added to both
 * counts, so that p is never 0 and the test keeps its level (Phipson & Smyth 2010).
 */
export function signFlipTest(differences: ArrayLike<number>, random: Random, flips = 10_000): SignFlipResult {
  const kept = Float64Array.from(differences).filter((d) => d !== 0);
  const total = kept.reduce((running, d) => running + d, 0);
  const meanDifference = differences.length === 0 ? Number.NaN : total / differences.length;
  if (kept.length === 0) return { meanDifference, p: 1, exact: true };
  // Sums of the same numbers in another order differ in their last bits: such ties count as reached.
  const bar = Math.abs(total) * (1 - 1e-12);
  if (kept.length <= EXACT_ITEMS) return { meanDifference, p: exactP(kept, bar), exact: true };
  let reached = 1;
  for (let flip = 0; flip < flips; flip++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < kept.length; i++) {
      if (i % 24 === 0) bits = random.integer(1 << 24);
      sum += bits & 1 ? kept[i]! : -kept[i]!;
      bits >>= 1;
    }
    if (Math.abs(sum) >= bar) reached++;
  }
  return { meanDifference, p: reached / (flips + 1), exact: false };
}

function exactP(differences: Float64Array, bar: number): number {
  const patterns = 1 << differences.length;
  let reached = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    let sum = 0;
    for (let i = 0; i < differences.length; i++)
      sum += pattern & (1 << i) ? differences[i]! : -differences[i]!;
    if (Math.abs(sum) >= bar) reached++;
  }
  return reached / patterns;
}

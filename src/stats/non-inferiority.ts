import { normalQuantile } from './normal-distribution.ts';

export interface NonInferiorityInput {
  /** candidate − reference, turned so that positive is better. */
  readonly difference: number;
  /** One-sided bounds of the difference, each at confidence 1 − α: the ends of a two-sided 1 − 2α interval. */
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
  /** Items behind the difference. */
  readonly n: number;
  /** Largest loss that still counts as equal; positive. */
  readonly margin: number;
  /** One-sided α of the bounds, 0.05 by default. */
  readonly alpha?: number;
}

export interface NonInferiorityResult {
  readonly verdict: 'holds' | 'fails' | 'inconclusive';
  /**
   * Further items that would decide with a chance of 80 %, should the observed difference and spread be the
   * true ones. Absent when the verdict stands, and when the loss sits on the margin, where no number would do.
   */
  readonly furtherItems?: number;
}

/** More items than anyone will label: saying "50 million more" helps nobody. */
const MOST_ITEMS = 10_000_000;

/**
 * Non-inferiority by confidence bound: `holds` when even the lower bound loses less than the margin, `fails`
 * when even the upper bound loses more (Piaggio et al., CONSORT extension for non-inferiority, JAMA 308,
 * 2012). The number of items is the usual n = ((z₁₋α + z₀.₈)·σ / gap)².
 */
export function nonInferiority(input: NonInferiorityInput): NonInferiorityResult {
  const { difference, low, high, margin, n } = input;
  if (!(margin > 0)) throw new RangeError(`a margin is positive, not ${margin}`);
  if (low > -margin) return { verdict: 'holds' };
  if (high < -margin) return { verdict: 'fails' };
  const gap = Math.abs(difference + margin);
  const perItemSd = input.standardError * Math.sqrt(n);
  const z = normalQuantile(1 - (input.alpha ?? 0.05)) + normalQuantile(0.8);
  const needed = Math.ceil(((z * perItemSd) / gap) ** 2);
  if (!(needed - n <= MOST_ITEMS)) return { verdict: 'inconclusive' };
  return { verdict: 'inconclusive', furtherItems: Math.max(1, needed - n) };
}

/**
 * Half-width that an interval over `n` items must have at least: after n items that all agreed, up to 3 in n
 * may still differ at 95 % (the rule of three; Hanley & Lippman-Hand, JAMA 249, 1983), each by `perItem`.
 * Keeps ten equal answers from proving equality.
 */
export function ruleOfThree(n: number, perItem = 1): number {
  return (3 * perItem) / n;
}

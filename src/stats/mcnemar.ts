import { binomialCdf, binomialPmf } from './binomial-distribution.ts';

export interface McNemarResult {
  /** Items that only the reference got right, and only the candidate. */
  readonly onlyReference: number;
  readonly onlyCandidate: number;
  /** Exact two-sided p: min(1, 2·P(B ≤ min(b, c))) for B ~ Binomial(b + c, ½). */
  readonly p: number;
  /** Mid-p: half of the observed outcome's probability taken off; less conservative, still near the level. */
  readonly midP: number;
}

/**
 * McNemar's exact test on two configurations' outcomes on the same items (McNemar 1947; mid-p after
 * Fagerland, Lydersen & Laake, BMC Medical Research Methodology 13, 2013).
 *
 * @param reference whether the reference got each item right, as 0/1
 * @param candidate the same for the candidate, same items in the same order
 */
export function mcNemar(reference: ArrayLike<number>, candidate: ArrayLike<number>): McNemarResult {
  if (reference.length !== candidate.length) {
    throw new RangeError(`${reference.length} and ${candidate.length} outcomes are not paired`);
  }
  let onlyReference = 0;
  let onlyCandidate = 0;
  for (let i = 0; i < reference.length; i++) {
    if (reference[i] === candidate[i]) continue;
    if (reference[i] === 1) onlyReference++;
    else onlyCandidate++;
  }
  return { onlyReference, onlyCandidate, ...discordantP(onlyReference, onlyCandidate) };
}

/** p and mid-p from the two discordant counts. */
export function discordantP(b: number, c: number): { p: number; midP: number } {
  const discordant = b + c;
  if (discordant === 0) return { p: 1, midP: 1 };
  const least = Math.min(b, c);
  const oneSided = binomialCdf(least, discordant, 0.5);
  const midP =
    b === c ? 1 - binomialPmf(least, discordant, 0.5) : 2 * oneSided - binomialPmf(least, discordant, 0.5);
  return { p: Math.min(1, 2 * oneSided), midP: Math.min(1, midP) };
}

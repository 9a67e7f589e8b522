import { gammaln } from 'simple-statistics';
import { informationOf } from './cluster-agreement.ts';
import { type Contingency, marginsOf } from './contingency.ts';

/**
 * Adjusted mutual information (Vinh, Epps & Bailey, JMLR 11, 2010), by the arithmetic mean of the entropies:
 * (MI − E[MI]) / (mean(H) − E[MI]), with both parts kept away from 0 as scikit-learn does. 1 when both
 * partitions have one cluster or no items, 0 when exactly one has.
 *
 * @param expected E[MI], where it is known already
 */
export function adjustedMutualInformationOf(table: Contingency, expected?: number): number {
  const { firstEntropy, secondEntropy, mutual } = informationOf(table);
  if (firstEntropy === 0 && secondEntropy === 0) return 1;
  if (firstEntropy === 0 || secondEntropy === 0) return 0;
  const chance = expected ?? expectedMutualInformation(table);
  return awayFromZero(mutual - chance) / awayFromZero((firstEntropy + secondEntropy) / 2 - chance);
}

function awayFromZero(value: number): number {
  return value < 0 ? Math.min(value, -Number.EPSILON) : Math.max(value, Number.EPSILON);
}

/** E[MI] of two partitions with these margins, over all ways to fill the table (hypergeometric), in nats. */
export function expectedMutualInformation(table: Contingency): number {
  const { total: n, rowSums, columnSums } = marginsOf(table);
  const logFactorial = Float64Array.from({ length: n + 1 }, (_, k) => gammaln(k + 1));
  let expected = 0;
  for (const a of rowSums) {
    if (a === 0) continue;
    for (const b of columnSums) if (b > 0) expected += expectedCell(a, b, n, logFactorial);
  }
  return expected;
}

/** Σ over possible cell counts k of (k/n)·ln(n·k/(a·b))·P(k). */
function expectedCell(a: number, b: number, n: number, logFactorial: Float64Array): number {
  const ways =
    logFactorial[a]! + logFactorial[b]! + logFactorial[n - a]! + logFactorial[n - b]! - logFactorial[n]!;
  let expected = 0;
  for (let k = Math.max(1, a + b - n); k <= Math.min(a, b); k++) {
    const logP =
      ways - logFactorial[k]! - logFactorial[a - k]! - logFactorial[b - k]! - logFactorial[n - a - b + k]!;
    expected += (k / n) * Math.log((n * k) / (a * b)) * Math.exp(logP);
  }
  return expected;
}

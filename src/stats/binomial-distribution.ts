import { gammaln } from 'simple-statistics';

/** ln C(n, k), from log-gamma (simple-statistics; about 1e-14 relative). −∞ outside 0 … n. */
export function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
}

/** P(B = k) for B ~ Binomial(n, p), p in [0, 1]. */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p === 0) return k === 0 ? 1 : 0;
  if (p === 1) return k === n ? 1 : 0;
  return Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** P(B ≤ k) for B ~ Binomial(n, p): summed from the end that is nearer to k, where terms fall fast. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  const whole = Math.floor(k);
  if (whole > n * p) return 1 - tail(whole + 1, n, n, p);
  return tail(0, whole, n, p);
}

function tail(from: number, to: number, n: number, p: number): number {
  let total = 0;
  for (let k = from; k <= to; k++) total += binomialPmf(k, n, p);
  return Math.min(1, total);
}

import { gammaln } from 'simple-statistics';
import { normalQuantile } from './normal-distribution.ts';

/**
 * Student's t distribution function, through the regularised incomplete beta function
 * (Abramowitz & Stegun 26.7.1).
 *
 * @param df degrees of freedom, positive
 */
export function tCdf(t: number, df: number): number {
  if (Number.isNaN(t)) return Number.NaN;
  const tail = tTwoSidedP(t, df) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** P(|T| ≥ |t|) for Student's t with `df` degrees of freedom. */
export function tTwoSidedP(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`Student's t needs positive degrees of freedom, not ${df}`);
  if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0;
  return regularisedIncompleteBeta(df / (df + t * t), df / 2, 0.5);
}

/**
 * Quantile of Student's t, by Newton's method from the normal quantile. Right of 0 the distribution function is
 * concave and lies below the normal one, so every step starts left of the quantile and none leaps over it.
 */
export function tQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a t quantile needs a probability in (0, 1), not ${p}`);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  let t = -normalQuantile(tail);
  for (let round = 0; round < 1000; round++) {
    const step = (tTwoSidedP(t, df) / 2 - tail) / tDensity(t, df);
    t += step;
    if (!(step > 1e-14 * t)) break;
  }
  return p < 0.5 ? -t : t;
}

function tDensity(t: number, df: number): number {
  const logScale = gammaln((df + 1) / 2) - gammaln(df / 2) - Math.log(df * Math.PI) / 2;
  return Math.exp(logScale - ((df + 1) / 2) * Math.log1p((t * t) / df));
}

/**
 * I_x(a, b): the continued fraction of Abramowitz & Stegun 26.5.8, evaluated by Lentz's method (Press et al.,
 * Numerical Recipes, 3rd ed., §6.4).
 */
function regularisedIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on the near side of the mean only; the other side is its mirror image.
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedIncompleteBeta(1 - x, b, a);
  const logFront = gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x);
  return (Math.exp(logFront) * betaFraction(x, a, b)) / a;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}

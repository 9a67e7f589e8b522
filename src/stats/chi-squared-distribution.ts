import { gammaln } from 'simple-statistics';

/**
 * Chi-squared distribution function: the regularised lower incomplete gamma function of x ÷ 2 (Abramowitz &
 * Stegun 26.4.19).
 *
 * @param df degrees of freedom, positive
 */
export function chiSquaredCdf(x: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`chi-squared needs positive degrees of freedom, not ${df}`);
  return x <= 0 ? 0 : lowerGamma(df / 2, x / 2);
}

/** Quantile of chi-squared: bisection on the distribution function to the last bits. */
export function chiSquaredQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) {
    throw new RangeError(`a chi-squared quantile needs a probability in (0, 1), not ${p}`);
  }
  let low = 0;
  let high = Math.max(1, df);
  while (chiSquaredCdf(high, df) < p) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (chiSquaredCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(a, x): its series below a + 1, Lentz's continued fraction above (Press et al., Numerical Recipes, §6.2). */
function lowerGamma(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - gammaln(a));
  return x < a + 1 ? front * series(a, x) : 1 - front * fraction(a, x);
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let total = term;
  for (let k = 1; k <= 10_000 && term > total * 1e-17; k++) {
    term *= x / (a + k);
    total += term;
  }
  return total;
}

function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let result = d;
  for (let k = 1; k <= 10_000; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const change = c * d;
    result *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return result;
}

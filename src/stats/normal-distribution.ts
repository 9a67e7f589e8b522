/**
 * Standard normal distribution function, to double precision in both tails: the series about 0 (Marsaglia,
 * "Evaluating the normal distribution", Journal of Statistical Software 11, 2004) and Laplace's continued
 * fraction beyond 3. (simple-statistics reads a four-digit table, too coarse once p values are multiplied.)
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  const tail = upperTail(Math.abs(z));
  return z > 0 ? 1 - tail : tail;
}

const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

function upperTail(x: number): number {
  const density = Math.exp((-x * x) / 2) / SQRT_TWO_PI;
  if (x <= 3) {
    let term = x;
    let series = x;
    for (let odd = 3; term > series * 1e-17; odd += 2) {
      term *= (x * x) / odd;
      series += term;
    }
    return 0.5 - density * series;
  }
  // 1/(x + 1/(x + 2/(x + 3/…))) from the inside out; 120 levels are more than x = 3 needs.
  let fraction = x;
  for (let level = 120; level > 0; level--) fraction = x + level / fraction;
  return density / fraction;
}

const CENTRE: Rational = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
];
const SHOULDER: Rational = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
];
const TAIL: Rational = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
];
type Rational = readonly [readonly number[], readonly number[]];

/**
 * Standard normal quantile, about 1e-16 relative: algorithm AS 241, PPND16 (Wichura, Applied Statistics 37,
 * 1988).
 *
 * @param p probability in [0, 1]; the ends give ∓∞
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  return Math.sign(q) * (r <= 5 ? ratio(SHOULDER, r - 1.6) : ratio(TAIL, r - 5));
}

function ratio([numerator, denominator]: Rational, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

/** Horner; the coefficient of the highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

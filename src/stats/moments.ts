import * as simpleStatistics from 'simple-statistics';

/**
 * simple-statistics declares `readonly number[]` and reads only `length` and indices, so typed arrays serve it
 * as they are; this is the one place that says so to the compiler.
 */
const asArray = (values: ArrayLike<number>): readonly number[] => values as unknown as readonly number[];

/** Sum with Kahan–Babuška compensation; 0 for an empty sample. */
export function sum(values: ArrayLike<number>): number {
  return simpleStatistics.sum(asArray(values));
}

/** Arithmetic mean; NaN for an empty sample. */
export function mean(values: ArrayLike<number>): number {
  return values.length === 0 ? Number.NaN : simpleStatistics.mean(asArray(values));
}

/** Sample variance (divided by n − 1); NaN below two values. */
export function sampleVariance(values: ArrayLike<number>): number {
  return values.length < 2 ? Number.NaN : simpleStatistics.sampleVariance(asArray(values));
}

/** Sample standard deviation (divided by n − 1); NaN below two values. */
export function sampleSd(values: ArrayLike<number>): number {
  return values.length < 2 ? Number.NaN : simpleStatistics.sampleStandardDeviation(asArray(values));
}

/** Median, the mean of the two middle values for an even count; NaN for an empty sample. */
export function median(values: ArrayLike<number>): number {
  return values.length === 0 ? Number.NaN : simpleStatistics.median(asArray(values));
}

/**
 * Pearson's product-moment correlation.
 *
 * @returns a value in [−1, 1]; NaN below two values or when either side is constant
 */
export function pearsonCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length < 2 || x.length !== y.length || isConstant(x) || isConstant(y)) return Number.NaN;
  return Math.max(-1, Math.min(1, simpleStatistics.sampleCorrelation(asArray(x), asArray(y))));
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

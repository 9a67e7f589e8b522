import type { Random } from '../core/random.ts';
import type { Interval } from './interval.ts';
import { normalCdf, normalQuantile } from './normal-distribution.ts';
import { nearestRankQuantile } from './quantile.ts';
import { forEachClusterResample, forEachResample } from './resample.ts';
import { sortedSample } from './sorted-sample.ts';

/** A figure over a multiset of items: called with item indices, repeated where an item was drawn twice. */
export type Statistic = (items: Int32Array) => number;

export interface BootstrapOptions {
  readonly resamples: number;
  readonly random: Random;
  /** Confidence, 0.95 by default. */
  readonly level?: number;
  /** `percentile` (default) or `bca`, bias-corrected and accelerated. */
  readonly method?: 'percentile' | 'bca';
  /** Group of each item: draws whole groups. */
  readonly groups?: ArrayLike<number>;
}

export interface BootstrapEstimate extends Interval {
  /** The statistic on the items as they are. */
  readonly value: number;
  readonly n: number;
  /** Resamples on which the statistic was defined; the others (a class that was not drawn) are left out. */
  readonly resamples: number;
}

/**
 * Bootstrap interval of a statistic over `n` items (Efron & Tibshirani, An Introduction to the Bootstrap,
 * chapters 13 and 14).
 *
 * @throws RangeError when the statistic is not finite on more than half of the resamples: it has no interval
 */
export function bootstrapInterval(
  n: number,
  statistic: Statistic,
  options: BootstrapOptions,
): BootstrapEstimate {
  const level = options.level ?? 0.95;
  const everyItem = Int32Array.from({ length: n }, (_, i) => i);
  const value = statistic(everyItem);
  const draws = finiteDraws(drawStatistics(n, [statistic], options)[0]!, options.resamples);
  const replicates = sortedSample(draws);
  const tail = (1 - level) / 2;
  const [lowShare, highShare] =
    options.method === 'bca'
      ? bcaShares(everyItem, statistic, value, draws, tail, options)
      : [tail, 1 - tail];
  return {
    value,
    low: quantileAt(replicates, lowShare),
    high: quantileAt(replicates, highShare),
    level,
    n,
    resamples: draws.length,
  };
}

/**
 * Replicates of several statistics on the same resamples: row s holds statistic s, column r resample r.
 * Differences and ratios of rows are therefore paired.
 */
export function drawStatistics(
  n: number,
  statistics: readonly Statistic[],
  { resamples, random, groups }: Pick<BootstrapOptions, 'resamples' | 'random' | 'groups'>,
): Float64Array[] {
  const draws = statistics.map(() => new Float64Array(resamples));
  const visit = (items: Int32Array, r: number): void => {
    for (let s = 0; s < statistics.length; s++) draws[s]![r] = statistics[s]!(items);
  };
  if (groups === undefined) forEachResample(n, resamples, random, visit);
  else forEachClusterResample(groups, resamples, random, visit);
  return draws;
}

/** The finite replicates, refused when they are the smaller half. */
export function finiteDraws(draws: Float64Array, resamples: number): Float64Array {
  const finite = draws.filter(Number.isFinite);
  if (finite.length * 2 < resamples || finite.length === 0) {
    throw new RangeError(`the statistic is defined on only ${finite.length} of ${resamples} resamples`);
  }
  return finite;
}

function quantileAt(replicates: ReturnType<typeof sortedSample>, share: number): number {
  return nearestRankQuantile(replicates, Math.min(1, Math.max(share, 1e-12)));
}

/**
 * Shares of the replicates that bound the BCa interval (Efron 1987): z₀ from the replicates below the value,
 * acceleration from the skewness of the jackknife over items, or over groups where there are any.
 */
function bcaShares(
  everyItem: Int32Array,
  statistic: Statistic,
  value: number,
  draws: Float64Array,
  tail: number,
  options: BootstrapOptions,
): [number, number] {
  let below = 0;
  for (const draw of draws) below += draw < value ? 1 : draw === value ? 0.5 : 0;
  if (below === 0 || below === draws.length) return [tail, 1 - tail];
  const bias = normalQuantile(below / draws.length);
  const acceleration = jackknifeAcceleration(everyItem, statistic, options.groups);
  const share = (p: number): number => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / (1 - acceleration * z));
  };
  return [share(tail), share(1 - tail)];
}

function jackknifeAcceleration(
  everyItem: Int32Array,
  statistic: Statistic,
  groups?: ArrayLike<number>,
): number {
  const unitOf = (item: number): number => (groups === undefined ? item : groups[item]!);
  const units = [...new Set(Array.from(everyItem, unitOf))];
  const values = units.map((unit) => statistic(everyItem.filter((item) => unitOf(item) !== unit)));
  const finite = values.filter(Number.isFinite);
  const centre = finite.reduce((total, value) => total + value, 0) / finite.length;
  let squares = 0;
  let cubes = 0;
  for (const value of finite) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

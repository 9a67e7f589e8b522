import { createRandom } from '../core/random.ts';
import { drawStatistics } from '../stats/bootstrap.ts';
import { mean } from '../stats/moments.ts';
import { ruleOfThree } from '../stats/non-inferiority.ts';
import { percentileInterval } from '../stats/percentile-interval.ts';
import type { ItemScores } from './paired-scores.ts';

export interface BootstrapSetting {
  readonly resamples: number;
  readonly seed: number;
}

/** One score of two sides on the items that both scored, and on resamples of them. */
export interface PairedDraws {
  readonly base: number;
  readonly candidate: number;
  /** candidate − base. */
  readonly value: number;
  /** The same on every resample where both are defined. */
  readonly draws: Float64Array;
}

/**
 * The paired bootstrap: both sides on the same resamples. Equal settings and streams give the same resamples, so
 * that all candidates of a base are seen on the same ones.
 *
 * @returns undefined when the score is not defined on these items, or on most resamples
 */
export function pairedDraws(
  ids: readonly string[],
  sides: { readonly base: ItemScores; readonly candidate: ItemScores },
  { resamples, seed }: BootstrapSetting,
  stream: string,
): PairedDraws | undefined {
  const statistics = [sides.base.statisticOn(ids), sides.candidate.statisticOn(ids)] as const;
  const everyItem = Int32Array.from(ids.keys());
  const [base, candidate] = [statistics[0](everyItem), statistics[1](everyItem)];
  const value = candidate - base;
  const [bases, candidates] = drawStatistics(ids.length, statistics, {
    resamples,
    random: createRandom(seed, stream),
  }) as [Float64Array, Float64Array];
  const draws = candidates.map((draw, r) => draw - bases[r]!).filter(Number.isFinite);
  if (!Number.isFinite(value) || draws.length * 2 < resamples) return undefined;
  // Resampling lifts some statistics, ARI among them, by about the same amount on both sides.
  const bias = sides.candidate.centred === true ? mean(draws) - value : 0;
  return { base, candidate, value, draws: bias === 0 ? draws : draws.map((draw) => draw - bias) };
}

/** Percentile interval, at least as wide as items that all agree leave open. */
export function drawnInterval(
  { draws, value }: Pick<PairedDraws, 'draws' | 'value'>,
  items: number,
  level: number,
): { readonly low: number; readonly high: number } {
  const { low, high } = percentileInterval(draws, level);
  const least = ruleOfThree(items);
  return { low: Math.min(low, value - least), high: Math.max(high, value + least) };
}

/** Two-sided p of "no difference": the level at which the percentile interval just touches 0; never 0. */
export function drawnP(draws: Float64Array): number {
  const atOrBelow = draws.filter((draw) => draw <= 0).length + 1;
  const atOrAbove = draws.filter((draw) => draw >= 0).length + 1;
  return Math.min(1, (2 * Math.min(atOrBelow, atOrAbove)) / (draws.length + 1));
}

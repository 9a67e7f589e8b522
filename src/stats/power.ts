import { normalQuantile } from './normal-distribution.ts';

export interface PowerOptions {
  /** Two-sided, 0.05 by default. */
  readonly alpha?: number;
  /** 0.8 by default. */
  readonly power?: number;
}

/**
 * Items that a paired comparison of two accuracies needs (Connor, Biometrics 43, 1987):
 * n = (z₁₋α/₂·√ψ + z_power·√(ψ − δ²))² / δ².
 *
 * @param difference δ, the difference in accuracy to detect, in (0, 1]
 * @param discordance ψ, share of items on which exactly one of the two is right; at least δ
 */
export function pairedSampleSize(
  difference: number,
  discordance: number,
  options: PowerOptions = {},
): number {
  if (!(difference > 0 && difference <= discordance && discordance <= 1)) {
    throw new RangeError(`a difference of ${difference} cannot come from a discordance of ${discordance}`);
  }
  const { alphaZ, powerZ } = quantiles(options);
  const root = alphaZ * Math.sqrt(discordance) + powerZ * Math.sqrt(discordance - difference ** 2);
  return Math.ceil((root / difference) ** 2 - 1e-9);
}

/**
 * Smallest difference in accuracy that `n` paired items can show: the inverse of {@link pairedSampleSize}.
 *
 * @returns `discordance` itself when not even that much can be shown
 */
export function detectablePairedDifference(
  n: number,
  discordance: number,
  options: PowerOptions = {},
): number {
  const { alphaZ, powerZ } = quantiles(options);
  const enough = (difference: number): boolean =>
    ((alphaZ * Math.sqrt(discordance) + powerZ * Math.sqrt(Math.max(0, discordance - difference ** 2))) /
      difference) **
      2 <=
    n;
  if (!enough(discordance)) return discordance;
  let low = 0;
  let high = discordance;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Items per side to tell two independent accuracies apart (Fleiss, Statistical Methods for Rates and
 * Proportions, §4.2, without continuity correction).
 */
export function unpairedSampleSize(first: number, second: number, options: PowerOptions = {}): number {
  if (first === second) return Number.POSITIVE_INFINITY;
  const { alphaZ, powerZ } = quantiles(options);
  const pooled = (first + second) / 2;
  const root =
    alphaZ * Math.sqrt(2 * pooled * (1 - pooled)) +
    powerZ * Math.sqrt(first * (1 - first) + second * (1 - second));
  return Math.ceil((root / (first - second)) ** 2 - 1e-9);
}

/**
 * Smallest shift in mean that two samples can show (normal approximation):
 * (z₁₋α/₂ + z_power)·σ·√(1/n₁ + 1/n₂), raised by √(π/3) for the rank test's efficiency under normal noise.
 *
 * @param sd standard deviation of one value, pooled over both sides
 */
export function detectableShift(sd: number, n1: number, n2: number, options: PowerOptions = {}): number {
  const { alphaZ, powerZ } = quantiles(options);
  return (alphaZ + powerZ) * sd * Math.sqrt((1 / n1 + 1 / n2) * (Math.PI / 3));
}

function quantiles({ alpha = 0.05, power = 0.8 }: PowerOptions): { alphaZ: number; powerZ: number } {
  return { alphaZ: normalQuantile(1 - alpha / 2), powerZ: normalQuantile(power) };
}

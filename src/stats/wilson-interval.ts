import type { Interval } from './interval.ts';
import { normalQuantile } from './normal-distribution.ts';

/**
 * Wilson's score interval for a proportion (Wilson 1927; Brown, Cai & DasGupta, Statistical Science 16, 2001):
 * stays inside 0–1 and keeps its coverage near both ends, where p ± 2·se does not.
 *
 * @param successes whole or weighted count, 0 … n
 * @param level confidence, 0.95 by default
 * @returns [0, 1] for n = 0: nothing is known
 */
export function wilsonInterval(successes: number, n: number, level = 0.95): Interval {
  if (!(n >= 0 && successes >= 0 && successes <= n)) {
    throw new RangeError(`${successes} successes of ${n} are no proportion`);
  }
  if (n === 0) return { low: 0, high: 1, level };
  const z = normalQuantile(1 - (1 - level) / 2);
  const share = successes / n;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === n ? 1 : Math.min(1, centre + half),
    level,
  };
}

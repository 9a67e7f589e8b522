import { discordantP, mcNemar } from '../stats/mcnemar.ts';
import { mean, sampleSd } from '../stats/moments.ts';
import { ruleOfThree } from '../stats/non-inferiority.ts';
import { normalCdf, normalQuantile } from '../stats/normal-distribution.ts';
import { pairedSampleSize } from '../stats/power.ts';
import type { Need } from './difference.ts';
import { type BootstrapSetting, drawnInterval, drawnP, pairedDraws } from './paired-draws.ts';
import type { ItemScores } from './paired-scores.ts';
import type { MeasuredEvidence } from './trial-change.ts';

/** One score of both sides, and the items that both were scored on. */
export interface ItemPair {
  readonly base: ItemScores;
  readonly candidate: ItemScores;
  readonly ids: readonly string[];
  /** Rows of data behind each scored item: held-out items are a share of the rows. */
  readonly rowsPerItem: number;
}

const LEVEL = 0.95;
const POWER = 0.8;
/** More rows than anyone will label. */
const MOST_ROWS = 10_000_000;

/**
 * Two shares of right answers on the same items: McNemar's exact test, and Bonett and Price's interval for the
 * difference of paired proportions, which keeps its coverage when hardly any item differs (Bonett & Price,
 * Journal of Educational and Behavioral Statistics 37, 2012).
 *
 * @returns undefined when a side cannot be scored item by item
 */
export function shareChange(pair: ItemPair): MeasuredEvidence | undefined {
  const { ids, rowsPerItem } = pair;
  const [base, candidate] = [pair.base.outcomesOn?.(ids), pair.candidate.outcomesOn?.(ids)];
  if (base === undefined || candidate === undefined) return undefined;
  const n = ids.length;
  const { onlyReference, onlyCandidate } = mcNemar(base, candidate);
  const discordant = onlyReference + onlyCandidate;
  const interval = (level: number) => pairedShareInterval(onlyReference, onlyCandidate, n, level);
  const power = { n, noise: (2 * Math.min(onlyReference, onlyCandidate)) / n, seen: discordant / n };
  return {
    change: {
      base: mean(base),
      candidate: mean(candidate),
      scale: 'absolute',
      value: (onlyCandidate - onlyReference) / n,
      ...interval(LEVEL),
      p: discordantP(onlyReference, onlyCandidate).p,
      leastP: Math.min(1, 2 ** (1 - discordant)),
      n: { base: n, candidate: n, of: 'items' },
      method: `McNemar’s exact test over ${onlyReference} items lost and ${onlyCandidate} won`,
    },
    evidence: {
      intervalAt: interval,
      detectableAt: (alpha) => smallestShareChange(power, alpha),
      neededFor: (change, alpha) =>
        change > 0 && change < 1 ? rows(itemsForShare(change, power, alpha), rowsPerItem) : undefined,
    },
  };
}

function pairedShareInterval(
  lost: number,
  won: number,
  n: number,
  level: number,
): { low: number; high: number } {
  const z = normalQuantile(1 - (1 - level) / 2);
  const [losses, wins] = [(lost + 1) / (n + 2), (won + 1) / (n + 2)];
  const centre = wins - losses;
  const half = z * Math.sqrt((losses + wins - centre ** 2) / (n + 2));
  return { low: Math.max(-1, centre - half), high: Math.min(1, centre + half) };
}

interface SharePower {
  readonly n: number;
  /** Share of items that come out differently in both directions alike: noise. */
  readonly noise: number;
  /** Share of items that came out differently here. */
  readonly seen: number;
}

/** A loss brings disagreements of its own, on top of those that noise makes. */
function itemsForShare(change: number, { noise, seen }: SharePower, alpha: number): number {
  return pairedSampleSize(change, Math.min(1, Math.max(seen, noise + change)), { alpha, power: POWER });
}

function smallestShareChange(power: SharePower, alpha: number): number | undefined {
  if (itemsForShare(1, power, alpha) > power.n) return undefined;
  let low = 0;
  let high = 1;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (itemsForShare(middle, power, alpha) <= power.n) high = middle;
    else low = middle;
  }
  return high;
}

function rows(items: number, rowsPerItem: number): Need | undefined {
  const count = Math.ceil(items * rowsPerItem);
  return count <= MOST_ROWS ? { count, of: 'rows' } : undefined;
}

/**
 * Any score over items: the paired bootstrap, both sides on the same resamples. Its p inverts the percentile
 * interval; beyond the resamples' reach it follows the normal tail of the bootstrap's standard error.
 *
 * @returns undefined when the score is not defined on these items
 */
export function resampledChange(pair: ItemPair, setting: BootstrapSetting): MeasuredEvidence | undefined {
  const { ids, rowsPerItem } = pair;
  const n = ids.length;
  const drawn = pairedDraws(ids, pair, setting, 'comparison');
  if (drawn === undefined) return undefined;
  const { base, candidate, value, draws } = drawn;
  const standardError = sampleSd(draws);
  const least = ruleOfThree(n);
  const interval = (level: number) => drawnInterval(drawn, n, level);
  const detectable = (alpha: number): number => Math.max(least, reach(alpha) * standardError);
  const isConstant = value === 0 && standardError === 0;
  return {
    change: {
      base,
      candidate,
      scale: 'absolute',
      value,
      ...interval(LEVEL),
      p: isConstant ? 1 : resampledP(draws, value, standardError),
      ...(isConstant ? { leastP: 1 } : {}),
      n: { base: n, candidate: n, of: 'items' },
      method: 'paired bootstrap over items',
    },
    evidence: {
      intervalAt: interval,
      detectableAt: detectable,
      neededFor: (change, alpha) => rows(n * (detectable(alpha) / change) ** 2, rowsPerItem),
    },
  };
}

function resampledP(draws: Float64Array, value: number, standardError: number): number {
  const least = 2 / (draws.length + 1);
  const p = drawnP(draws);
  if (p > least * 1.5) return p;
  return Math.min(p, 2 * normalCdf(-Math.abs(value) / standardError));
}

/** Standard errors that a change must span to show at two-sided `alpha` with a chance of 80 %. */
export function reach(alpha: number): number {
  return normalQuantile(1 - alpha / 2) + normalQuantile(POWER);
}

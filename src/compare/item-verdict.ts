import { METRICS, metricOfScoreKey } from '../core/metrics.ts';
import { createRandom } from '../core/random.ts';
import type { PairedVerdict, QualityRow } from '../core/record/quality-row.ts';
import { drawStatistics } from '../stats/bootstrap.ts';
import type { Interval } from '../stats/interval.ts';
import { mcNemar } from '../stats/mcnemar.ts';
import { mean, sampleSd } from '../stats/moments.ts';
import { nonInferiority, ruleOfThree } from '../stats/non-inferiority.ts';
import { percentileInterval } from '../stats/percentile-interval.ts';
import { commonIds, type ItemScores } from './paired-scores.ts';
import type { DeclaredPair } from './verdict-families.ts';

/** Item scores of both sides by one metric. */
export interface ItemSides {
  readonly candidate: ItemScores;
  readonly reference: ItemScores;
}

export interface ItemVerdictOptions {
  /** Largest loss that still counts as equal, as a share of the reference's value. */
  readonly margin: number;
  readonly bootstrapResamples: number;
  readonly seed: number;
}

const LEVEL = 0.95;

/**
 * Compares two rows on the items that both scored.
 *
 * @returns undefined when there is nothing to compare: fewer than two common items, a score that is undefined on
 *   them, or a reference that does not beat guessing
 */
export function itemVerdict(
  pair: DeclaredPair,
  metric: string,
  { candidate, reference }: ItemSides,
  options: ItemVerdictOptions,
): PairedVerdict | undefined {
  const ids = commonIds(candidate, reference);
  if (ids.length < 2 || !beatsGuessing(pair.reference, metric)) return undefined;
  const change = pairedChange(ids, candidate, reference, options);
  if (change === undefined) return undefined;
  const { value, draws, referenceValue } = change;
  const margin = options.margin * Math.abs(referenceValue);
  if (!(margin > 0)) return undefined;
  const n = ids.length;
  const { verdict, furtherItems } = nonInferiority({
    ...turned(value, intervalOf(draws, value, n, 2 * LEVEL - 1), directionOf(metric)),
    standardError: sampleSd(draws),
    n,
    margin,
  });
  return {
    question: pair.question,
    metric,
    candidate: pair.candidate.id,
    reference: pair.reference.id,
    difference: { value, ...intervalOf(draws, value, n, LEVEL), method: 'paired bootstrap', n },
    margin,
    verdict,
    ...noDifference({ candidate, reference }, ids, draws),
    ...(furtherItems === undefined ? {} : { furtherRows: rowsFor(furtherItems, metric, pair.candidate, n) }),
  };
}

interface PairedChange {
  /** candidate − reference on the items as they are. */
  readonly value: number;
  readonly referenceValue: number;
  /** The same on every resample where both are defined. */
  readonly draws: Float64Array;
}

function pairedChange(
  ids: readonly string[],
  candidate: ItemScores,
  reference: ItemScores,
  { bootstrapResamples, seed }: ItemVerdictOptions,
): PairedChange | undefined {
  const statistics = [candidate.statisticOn(ids), reference.statisticOn(ids)] as const;
  const everyItem = Int32Array.from(ids.keys());
  const referenceValue = statistics[1](everyItem);
  const value = statistics[0](everyItem) - referenceValue;
  // One seed for all comparisons: candidates with the same items see the same resamples.
  const [candidates, references] = drawStatistics(ids.length, statistics, {
    resamples: bootstrapResamples,
    random: createRandom(seed, 'verdicts'),
  }) as [Float64Array, Float64Array];
  const draws = candidates.map((draw, r) => draw - references[r]!).filter(Number.isFinite);
  if (!Number.isFinite(value) || draws.length * 2 < bootstrapResamples) return undefined;
  const bias = candidate.centred === true ? mean(draws) - value : 0;
  return { value, referenceValue, draws: draws.map((draw) => draw - bias) };
}

/** Percentile interval, at least as wide as `n` items that all agree allow. */
function intervalOf(draws: Float64Array, value: number, n: number, level: number): Interval {
  const { low, high } = percentileInterval(draws, level);
  const least = ruleOfThree(n);
  return { low: Math.min(low, value - least), high: Math.max(high, value + least), level };
}

/** Difference and bounds, turned so that positive is better. */
function turned(
  value: number,
  { low, high }: Interval,
  sign: 1 | -1,
): { difference: number; low: number; high: number } {
  return sign > 0 ? { difference: value, low, high } : { difference: -value, low: -high, high: -low };
}

/** Whether the reference's interval leaves what guessing scores behind; without a baseline it does. */
function beatsGuessing(row: QualityRow, metric: string): boolean {
  const score = row.scores[metric];
  if (score?.baseline === undefined) return true;
  const sign = directionOf(metric);
  const worst = (sign > 0 ? score.low : score.high) ?? score.value;
  return sign * (worst - score.baseline) > 0;
}

/** 1 where higher is better. */
function directionOf(metric: string): 1 | -1 {
  const id = metricOfScoreKey(metric)?.id;
  return id !== undefined && METRICS[id].direction === 'lower' ? -1 : 1;
}

function noDifference(
  { candidate, reference }: ItemSides,
  ids: readonly string[],
  draws: Float64Array,
): Pick<PairedVerdict, 'p' | 'discordant'> {
  if (candidate.outcomesOn !== undefined && reference.outcomesOn !== undefined) {
    const { p, onlyReference, onlyCandidate } = mcNemar(reference.outcomesOn(ids), candidate.outcomesOn(ids));
    return { p, discordant: { onlyReference, onlyCandidate } };
  }
  const atOrBelow = draws.filter((draw) => draw <= 0).length + 1;
  const atOrAbove = draws.filter((draw) => draw >= 0).length + 1;
  return { p: Math.min(1, (2 * Math.min(atOrBelow, atOrAbove)) / (draws.length + 1)) };
}

const HELD_OUT = ['accuracy', 'macroF1', 'accuracyBestC', 'accuracyFewShot', 'ratingMae'];

/** Held-out items are a share of the rows, so that more of them take more rows of data. */
function rowsFor(items: number, metric: string, row: QualityRow, n: number): number {
  return HELD_OUT.includes(metric) ? Math.ceil((items * row.rows) / n) : items;
}

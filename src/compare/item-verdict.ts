import { METRICS, metricOfScoreKey } from '../core/metrics.ts';
import type { PairedVerdict, QualityRow } from '../core/record/quality-row.ts';
import type { Interval } from '../stats/interval.ts';
import { mcNemar } from '../stats/mcnemar.ts';
import { sampleSd } from '../stats/moments.ts';
import { nonInferiority } from '../stats/non-inferiority.ts';
import { drawnInterval, drawnP, pairedDraws } from './paired-draws.ts';
import { commonIds, type ItemScores, isHeldOut } from './paired-scores.ts';
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
  const setting = { resamples: options.bootstrapResamples, seed: options.seed };
  const drawn = pairedDraws(ids, { base: reference, candidate }, setting, 'verdicts');
  if (drawn === undefined) return undefined;
  const { value, draws } = drawn;
  const margin = options.margin * Math.abs(drawn.base);
  if (!(margin > 0)) return undefined;
  const n = ids.length;
  const { verdict, furtherItems } = nonInferiority({
    ...turned(value, drawnInterval(drawn, n, 2 * LEVEL - 1), directionOf(metric)),
    standardError: sampleSd(draws),
    n,
    margin,
  });
  return {
    question: pair.question,
    metric,
    candidate: pair.candidate.id,
    reference: pair.reference.id,
    difference: { value, ...drawnInterval(drawn, n, LEVEL), level: LEVEL, method: 'paired bootstrap', n },
    margin,
    verdict,
    ...noDifference({ candidate, reference }, ids, draws),
    ...(furtherItems === undefined ? {} : { furtherRows: rowsFor(furtherItems, metric, pair.candidate, n) }),
  };
}

/** Difference and bounds, turned so that positive is better. */
function turned(
  value: number,
  { low, high }: Pick<Interval, 'low' | 'high'>,
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
  return { p: drawnP(draws) };
}

/** Held-out items are a share of the rows, so that more of them take more rows of data. */
function rowsFor(items: number, metric: string, row: QualityRow, n: number): number {
  return isHeldOut(metric) ? Math.ceil((items * row.rows) / n) : items;
}

import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { PairedVerdict, QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Score } from '../../core/record/score.ts';

export type StandingVerdict = PairedVerdict['verdict'];

/** Whether a quality cell is within the margin of the best one, and on what evidence. */
export interface Standing {
  readonly verdict: StandingVerdict;
  /** `paired`: tests on the same items; `interval`: the cell's own interval against the bound; `self`: it is the best. */
  readonly evidence: 'self' | 'paired' | 'interval';
  /** The paired verdict that decided, when one did. */
  readonly paired?: PairedVerdict;
}

/** Judges every quality cell against the best one of the run. */
export interface Standings {
  readonly best: QualityRow | undefined;
  of(row: QualityRow): Standing;
}

/**
 * A cell *holds* when every paired test that leads from it to its reference (for its dimensions, for its dtype)
 * holds and its value lies within the margin of the best; it *fails* when one of those tests fails or its value
 * lies outside; otherwise it is *inconclusive*. Where no paired test speaks, the lower bound of the cell's own
 * interval must clear the margin, which is the stricter test. A loss that two holding steps add up to is caught
 * by the value. The declared reference of the best cell's own family holds when its value does.
 */
export function standingsOf(
  record: RunRecord,
  metric: MetricId,
  margin: number,
  best?: QualityRow,
): Standings {
  const verdicts = record.verdicts.filter((v) => v.metric === metric && v.question !== 'instruction');
  const top = best ?? bestRow(record.quality, metric);
  const bestValue = top?.scores[metric]?.value;
  const of = (row: QualityRow): Standing => {
    if (row.id === top?.id) return { verdict: 'holds', evidence: 'self' };
    const score = row.scores[metric];
    if (score === undefined || bestValue === undefined)
      return { verdict: 'inconclusive', evidence: 'interval' };
    const bounded = boundedScore(score, metric, bestValue, margin);
    const chain = chainOf(row.id, verdicts);
    if (chain.length > 0) return judgeByTests(chain, bounded);
    const isReference = verdicts.some((verdict) => verdict.reference === row.id);
    return isReference && row.instruction === top?.instruction && !bounded.outside
      ? { verdict: 'holds', evidence: 'self' }
      : judgeByInterval(bounded);
  };
  return { best: top, of };
}

/** The verdicts that lead from a cell to its reference, and from there on. */
function chainOf(
  cell: string,
  verdicts: readonly PairedVerdict[],
  seen: readonly string[] = [],
): PairedVerdict[] {
  if (seen.includes(cell)) return [];
  return verdicts
    .filter((verdict) => verdict.candidate === cell)
    .flatMap((verdict) => [verdict, ...chainOf(verdict.reference, verdicts, [...seen, cell])]);
}

/** Where the value, and the worse end of its interval, lie against the margin. */
interface BoundedScore {
  readonly outside: boolean;
  readonly cleared: boolean;
}

function boundedScore(score: Score, metric: MetricId, bestValue: number, margin: number): BoundedScore {
  const sign = METRICS[metric].direction === 'lower' ? -1 : 1;
  const bound = bestValue - sign * margin * Math.abs(bestValue);
  const worst = sign > 0 ? score.low : score.high;
  return {
    outside: sign * (score.value - bound) < 0,
    cleared: worst !== undefined && sign * (worst - bound) >= 0,
  };
}

function judgeByTests(chain: readonly PairedVerdict[], { outside }: BoundedScore): Standing {
  const failed = chain.find((verdict) => verdict.verdict === 'fails');
  const open = chain.find((verdict) => verdict.verdict === 'inconclusive');
  const paired = failed ?? open ?? chain[0]!;
  const verdict = failed !== undefined || outside ? 'fails' : open === undefined ? 'holds' : 'inconclusive';
  return { verdict, evidence: 'paired', paired };
}

function judgeByInterval({ outside, cleared }: BoundedScore): Standing {
  return { verdict: outside ? 'fails' : cleared ? 'holds' : 'inconclusive', evidence: 'interval' };
}

/** The row with the best value of the metric; among equals the one with fewer bytes per vector. */
export function bestRow(rows: readonly QualityRow[], metric: MetricId): QualityRow | undefined {
  const sign = METRICS[metric].direction === 'lower' ? -1 : 1;
  const scored = rows.filter((row) => row.scores[metric] !== undefined);
  return scored.toSorted(
    (a, b) =>
      sign * (b.scores[metric]!.value - a.scores[metric]!.value) || a.bytesPerVector - b.bytesPerVector,
  )[0];
}

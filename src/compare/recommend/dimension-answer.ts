import {
  formatInterval,
  formatNumber,
  formatPercent,
  metricDifference,
  metricName,
  metricNumber,
  UNIT_SPACE,
} from '../../core/figure-text.ts';
import type { MetricId } from '../../core/metrics.ts';
import type { PairedVerdict, QualityRow } from '../../core/record/quality-row.ts';
import type { Score } from '../../core/record/score.ts';
import type { Standing, Standings } from './standing.ts';

/** One width on the way down from the widest. */
export interface DimensionStep {
  readonly row: QualityRow;
  readonly score: Score;
  readonly standing: Standing;
  /** Value over the reference's value; 1 = nothing lost. */
  readonly retention: number;
}

/** The smallest width whose quality is shown to be within the margin of the best. */
export interface DimensionAnswer {
  readonly instruction: string;
  readonly reference: QualityRow;
  /** Widest first. */
  readonly steps: readonly DimensionStep[];
  readonly smallest: DimensionStep;
  /** `inconclusive` when nothing below the reference is shown to hold, and nothing rules it out either. */
  readonly verdict: 'holds' | 'inconclusive';
  readonly sentence: string;
  readonly doubts: readonly string[];
}

/**
 * Walks down from the widest vectors of one instruction and dtype and stops at the first width that fails, so
 * that a lucky small width below a failing one is not believed.
 */
export function dimensionAnswer(
  rows: readonly QualityRow[],
  metric: MetricId,
  margin: number,
  standings: Standings,
): DimensionAnswer | undefined {
  const { best } = standings;
  if (best === undefined) return undefined;
  const family = rows
    .filter((row) => row.instruction === best.instruction && row.serverArgs === best.serverArgs)
    .filter((row) => row.dtype === best.dtype && row.scores[metric] !== undefined)
    .toSorted((a, b) => b.dimensions - a.dimensions);
  const reference = family[0];
  if (reference === undefined) return undefined;
  const referenceValue = reference.scores[metric]!.value;
  const steps = family.map((row) => ({
    row,
    score: row.scores[metric]!,
    standing: standings.of(row),
    retention: row.scores[metric]!.value / referenceValue,
  }));
  const firstFailure = steps.findIndex((step) => step.standing.verdict === 'fails');
  const reached = firstFailure === -1 ? steps : steps.slice(0, firstFailure);
  const smallest = reached.findLast((step) => step.standing.verdict === 'holds') ?? steps[0]!;
  const open = reached.filter((step) => step.row.dimensions < smallest.row.dimensions);
  const nothingShown = smallest.row.dimensions === reference.dimensions && open.length > 0;
  return {
    instruction: best.instruction,
    reference,
    steps,
    smallest,
    verdict: nothingShown ? 'inconclusive' : 'holds',
    sentence: sentenceOf(smallest, steps[0]!, metric, margin, steps.length),
    doubts: [
      ...open
        .toReversed()
        .slice(0, 1)
        .map((step) => openDoubt(step, metric)),
      ...sizeDoubt(smallest.score),
    ],
  };
}

function sentenceOf(
  smallest: DimensionStep,
  reference: DimensionStep,
  metric: MetricId,
  margin: number,
  widths: number,
): string {
  const name = metricName(metric);
  const value = metricNumber(metric, smallest.score.value);
  if (widths === 1) return `Only ${smallest.row.dimensions} dimensions were scored: ${name} ${value}.`;
  if (smallest.row.dimensions === reference.row.dimensions) {
    return `No smaller width is shown to stay within ${formatPercent(margin)} of ${reference.row.dimensions} dimensions (${name} ${value}).`;
  }
  const kept = formatPercent(smallest.retention, 1);
  const against = metricNumber(metric, reference.score.value);
  return `${smallest.row.dimensions} dimensions keep ${kept} of the ${name} of ${reference.row.dimensions}: ${value} against ${against}${evidenceOf(smallest.standing, metric)}.`;
}

function evidenceOf(standing: Standing, metric: MetricId): string {
  if (standing.paired === undefined) return standing.evidence === 'interval' ? ', by its own interval' : '';
  return `; paired difference ${differenceText(standing.paired, metric)}`;
}

/** `−1.2 points (−2.3 to −0.1, n = 900)`. */
export function differenceText(verdict: PairedVerdict, metric: MetricId): string {
  const { value, low, high, n } = verdict.difference;
  const bounds =
    low === undefined || high === undefined
      ? ''
      : `${withoutUnit(metricDifference(metric, low))} to ${withoutUnit(metricDifference(metric, high))}, `;
  return `${metricDifference(metric, value)} (${bounds}n${UNIT_SPACE}=${UNIT_SPACE}${n})`;
}

function withoutUnit(figure: string): string {
  return figure.split(UNIT_SPACE)[0]!;
}

function openDoubt(step: DimensionStep, metric: MetricId): string {
  const more = step.standing.paired?.furtherRows;
  const mend =
    more === undefined
      ? 'more labelled rows would decide'
      : `about ${formatNumber(more)} more labelled rows would decide`;
  return `${step.row.dimensions} dimensions are not decided (${metricName(metric)} ${metricNumber(metric, step.score.value)}${intervalText(step.score, metric)}): ${mend}.`;
}

function intervalText(score: Score, metric: MetricId): string {
  if (score.low === undefined || score.high === undefined) return '';
  const digits = metricNumber(metric, 0).split('.')[1]?.length ?? 0;
  return `, ${formatInterval(score.low, score.high, digits)}`;
}

/** Below this many held-out items a comparison explores, it does not settle (facts of sampling error at 0.9). */
export const EXPLORATORY_ITEMS = 500;

function sizeDoubt(score: Score): string[] {
  return score.n < EXPLORATORY_ITEMS
    ? [`Only ${score.n} held-out items stand behind each value: read this as exploratory.`]
    : [];
}

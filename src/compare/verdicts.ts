import type { PairedVerdict, QualityRow } from '../core/record/quality-row.ts';
import { holm } from '../stats/multiplicity.ts';
import { meanStatistic } from '../stats/paired-bootstrap.ts';
import { correctedFoldVerdict } from './fold-verdict.ts';
import { itemVerdict } from './item-verdict.ts';
import { type ItemScores, itemScoresOf, type TrueLabels } from './paired-scores.ts';
import { type DeclaredPair, declaredPairs } from './verdict-families.ts';

export interface VerdictInput {
  readonly rows: readonly QualityRow[];
  /** Names in the order of the config; the first is the reference. */
  readonly instructions: readonly string[];
  readonly truth: TrueLabels;
  /** Label column of the classification; absent without one. */
  readonly classificationColumn?: string;
  /** Largest loss that still counts as equal, as a share of the reference's value. */
  readonly margin: number;
  readonly bootstrapResamples: number;
  readonly seed: number;
}

/** Rows of two instructions may differ by this share before clusterings and folds no longer compare. */
const UNEQUAL_ROWS = 0.05;

/**
 * Paired verdicts inside one run: is a smaller width, a smaller dtype, another instruction as good as its
 * reference on the same items? Each has the paired bootstrap's interval (all candidates of a reference see the
 * same resamples), the non-inferiority verdict at one-sided 95 %, and the p of "no difference" (McNemar for
 * shares, bootstrap otherwise, the corrected resampled t for folds), adjusted by Holm over the question's
 * comparisons of that metric.
 *
 * A reference whose own interval does not leave guessing behind has nothing to lose, so nothing is asked of it.
 */
export function pairedVerdicts(input: VerdictInput): PairedVerdict[] {
  const scores = new Map(
    input.rows.map((row) => [row, itemScoresOf(row, input.truth, input.classificationColumn)]),
  );
  const verdicts: PairedVerdict[] = [];
  for (const pair of declaredPairs(input.rows, input.instructions)) {
    const candidate = scores.get(pair.candidate)!;
    const reference = scores.get(pair.reference)!;
    for (const metric of comparable(pair, candidate, reference)) {
      const onSameItems = sameRows(pair) ? reference.get(metric) : sharedSample(pair.reference);
      const verdict =
        onSameItems &&
        itemVerdict(pair, metric, { candidate: candidate.get(metric)!, reference: onSameItems }, input);
      if (verdict !== undefined) verdicts.push(verdict);
    }
    if (sameRows(pair)) {
      const verdict = correctedFoldVerdict(pair, input.margin);
      if (verdict !== undefined) verdicts.push(verdict);
    }
  }
  return adjusted(verdicts);
}

function comparable(
  pair: DeclaredPair,
  candidate: ReadonlyMap<string, ItemScores>,
  reference: ReadonlyMap<string, ItemScores>,
): string[] {
  const shared = [...candidate.keys()].filter((metric) => reference.has(metric));
  // K-means over other rows is another partition, and fits over other rows are other classifiers.
  return sameRows(pair) ? shared : shared.filter((metric) => metric === 'accuracy');
}

function sameRows({ candidate, reference }: DeclaredPair): boolean {
  return Math.abs(candidate.rows - reference.rows) <= UNEQUAL_ROWS * reference.rows;
}

/** What a reference scored on more items got on the sample that all instructions share, after training on it. */
function sharedSample(reference: QualityRow): ItemScores | undefined {
  const sample = reference.perItem?.['accuracySample'];
  if (sample === undefined) return undefined;
  const outcomeOf = new Map(sample.ids.map((id, i) => [id, sample.values[i]!]));
  const outcomesOn = (ids: readonly string[]): number[] => ids.map((id) => outcomeOf.get(id)!);
  return { ids: sample.ids, outcomesOn, statisticOn: (ids) => meanStatistic(outcomesOn(ids)) };
}

/** Holm over all comparisons that answer one question by one metric. */
function adjusted(verdicts: readonly PairedVerdict[]): PairedVerdict[] {
  const families = new Map<string, number[]>();
  verdicts.forEach(({ question, metric, p }, i) => {
    if (p === undefined) return;
    const family = `${question} ${metric}`;
    families.set(family, [...(families.get(family) ?? []), i]);
  });
  const pAdjusted = new Map<number, number>();
  for (const members of families.values()) {
    holm(members.map((i) => verdicts[i]!.p!)).forEach((p, rank) => {
      pAdjusted.set(members[rank]!, p);
    });
  }
  return verdicts.map((verdict, i) => {
    const p = pAdjusted.get(i);
    return p === undefined ? verdict : { ...verdict, pAdjusted: p };
  });
}

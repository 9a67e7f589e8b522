import { UsageError } from '../core/errors.ts';
import type { DataCard } from '../core/record/dataset-block.ts';
import { buildDataCard, type CardInputs } from '../dataset/card/data-card.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { detectablePairedDifference } from '../stats/power.ts';
import { type Split, trainTestSplitStratified } from './kernels/splits.ts';
import { lexicalAccuracy } from './lexical/lexical-baseline.ts';
import { type LabelledItems, labelledItems } from './tasks/classes.ts';

export interface CardRequest {
  readonly dataset: Dataset;
  /** The hold-out of the run's classifier; absent: nothing is held out. */
  readonly holdOut?: { readonly column: string; readonly testShare: number; readonly seed: number };
  readonly model?: NonNullable<CardInputs['model']>;
}

/**
 * Share of held-out items on which exactly one of two classifiers is right, when a width or a dtype is what tells
 * them apart. The test of a finished run takes the share that it found.
 */
const TYPICAL_DISCORDANCE = 0.06;

/** The data card with what words alone give, and what can be told apart, on the very split that the scores use. */
export function datasetCard({ dataset, holdOut, model }: CardRequest): DataCard {
  const base: CardInputs = model === undefined ? {} : { model };
  if (holdOut === undefined) return buildDataCard(dataset, base);
  const found = splitOf(dataset, holdOut);
  if (found === undefined) return buildDataCard(dataset, { ...base, column: holdOut.column });
  const { labelled, split } = found;
  const rowsOf = (positions: Int32Array): Int32Array =>
    positions.map((position) => labelled.items[position]!);
  const { classes, labels } = labelled;
  const texts = Array.from(labelled.items, (item) => dataset.texts[item]!);
  return buildDataCard(dataset, {
    ...base,
    column: holdOut.column,
    split: { train: rowsOf(split.train), test: rowsOf(split.test) },
    tfidfAccuracy: lexicalAccuracy({ texts, labels, classes: classes.length }, split),
    detectableDifference: detectablePairedDifference(split.test.length, TYPICAL_DISCORDANCE),
  });
}

/** The split over labelled items; undefined where the labels have none, which is for the tasks to say. */
function splitOf(
  dataset: Dataset,
  { column, testShare, seed }: NonNullable<CardRequest['holdOut']>,
): { labelled: LabelledItems; split: Split } | undefined {
  try {
    const labelled = labelledItems(dataset, column);
    return { labelled, split: trainTestSplitStratified(labelled.labels, testShare, seed) };
  } catch (thrown) {
    if (thrown instanceof UsageError) return undefined;
    throw thrown;
  }
}

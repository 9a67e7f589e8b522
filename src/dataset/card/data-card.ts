import type { DataCard } from '../../core/record/dataset-block.ts';
import { classCounts, type Dataset } from '../dataset.ts';
import { conflictingTexts, exactDuplicates, groupByText } from '../duplicates.ts';
import { characterLengths } from './characters.ts';
import { findLeakage, type RowSplit } from './leakage.ts';
import { countNearDuplicates } from './near-duplicates.ts';
import { type Script, scriptShares } from './scripts.ts';
import { rankedTokenSets } from './token-sets.ts';
import { type CardFacts, cardWarnings } from './warnings.ts';

/** What others found out about the same data. */
export interface CardInputs {
  /** Label column that is classified; default: the first. */
  readonly column?: string;
  /** The hold-out split, as row positions: leakage and the size of the test are told from it. */
  readonly split?: RowSplit;
  /** Accuracy of TF-IDF and logistic regression on that split. */
  readonly tfidfAccuracy?: number;
  /** Smallest difference in accuracy that the split can show, 0–1. */
  readonly detectableDifference?: number;
  /** The model's name and the scripts it was made for. */
  readonly model?: { readonly name: string; readonly scripts: readonly Script[] };
}

/** What must be known about the data before any score is read. Time grows linearly in rows on ordinary texts. */
export function buildDataCard(dataset: Dataset, inputs: CardInputs = {}): DataCard {
  const column = inputs.column ?? dataset.labelColumns[0];
  const counts = column === undefined ? undefined : classCounts(dataset, column);
  const groups = groupByText(dataset.texts);
  const sets = rankedTokenSets(dataset.texts);
  const near = countNearDuplicates(sets, groups.groupOf);
  const card: Omit<DataCard, 'warnings'> = {
    ...majorityOf(counts),
    ...(inputs.tfidfAccuracy === undefined ? {} : { tfidfAccuracy: inputs.tfidfAccuracy }),
    exactDuplicates: exactDuplicates(groups),
    ...(near === undefined ? {} : { nearDuplicates: near }),
    ...(column === undefined ? {} : { conflictingTexts: conflictingTexts(dataset, column, groups) }),
    ...(inputs.split === undefined ? {} : { leakage: findLeakage(inputs.split, groups.groupOf, sets) }),
    characters: characterLengths(dataset.texts),
    scripts: scriptShares(dataset.texts),
    ...(inputs.detectableDifference === undefined
      ? {}
      : { detectableDifference: inputs.detectableDifference }),
  };
  const facts: CardFacts = {
    card,
    rows: dataset.ids.length,
    sourceRows: dataset.sourceRows,
    badRows: dataset.badRows.count,
    ...(column === undefined || counts === undefined ? {} : { label: { column, counts } }),
    ...(inputs.model === undefined ? {} : { model: inputs.model }),
  };
  return { ...card, warnings: cardWarnings(facts) };
}

function majorityOf(counts: ReadonlyMap<string, number> | undefined): { majorityShare?: number } {
  if (counts === undefined || counts.size === 0) return {};
  const sizes = [...counts.values()];
  return { majorityShare: Math.max(...sizes) / sizes.reduce((a, b) => a + b, 0) };
}

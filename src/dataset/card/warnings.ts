import type { DataCard } from '../../core/record/dataset-block.ts';
import { quoted } from '../label-value.ts';

/** Held-out items below which a result is exploratory: at 0.89, 500 items still leave ± 0.027. */
const FEWEST_TEST_ROWS = 500;
/** A class this large, or this many times larger than the smallest, makes accuracy alone misleading. */
const LARGE_CLASS_SHARE = 2 / 3;
const LARGE_CLASS_RATIO = 5;
const SMALL_CLASS_ROWS = 20;
/** Shares of rows from which leakage, repeats and bad rows are worth a sentence. */
const NOTABLE_SHARE = 0.01;
const NOTABLE_REPEATS = 0.05;
/** Classes per row from which a label column looks like an id or a free text. */
const MANY_CLASSES_SHARE = 0.2;

/** What the sentences are made of. */
export interface CardFacts {
  readonly card: Omit<DataCard, 'warnings'>;
  readonly rows: number;
  readonly sourceRows: number;
  readonly badRows: number;
  /** Primary label column and its counts; absent without labels. */
  readonly label?: { readonly column: string; readonly counts: ReadonlyMap<string, number> };
  /** Scripts the model was made for; a text in another one gives a vector that means little. */
  readonly model?: { readonly name: string; readonly scripts: readonly string[] };
}

/** Doubts about the data, as plain sentences, the gravest first. */
export function cardWarnings(facts: CardFacts): string[] {
  return [
    ...leakageWarnings(facts),
    ...scriptWarnings(facts),
    ...classWarnings(facts),
    ...repeatWarnings(facts),
    ...badRowWarnings(facts),
    ...sizeWarnings(facts),
  ];
}

function leakageWarnings({ card: { leakage } }: CardFacts): string[] {
  if (leakage === undefined) return [];
  const leaked = leakage.exact + (leakage.near ?? 0);
  if (leaked === 0 || leaked < NOTABLE_SHARE * leakage.testRows) return [];
  const share = percent(leaked / leakage.testRows);
  return [
    `${leaked} of ${leakage.testRows} held-out items (${share}) also stand in the training part` +
      `${leakage.near ? `, ${leakage.near} of them with a word or two changed` : ''}: the scores are too good. ` +
      'Drop the repeats before splitting.',
  ];
}

function scriptWarnings({ card, model }: CardFacts): string[] {
  if (model === undefined) return [];
  const foreign = Object.entries(card.scripts).filter(([script]) => !model.scripts.includes(script));
  const share = foreign.reduce((sum, [, part]) => sum + part, 0);
  if (share < NOTABLE_SHARE) return [];
  const names = foreign.map(([script]) => script).join(', ');
  return [
    `${percent(share)} of the texts are written in a script (${names}) that ${model.name} was not made for: ` +
      'their vectors say little about their meaning.',
  ];
}

function classWarnings({ label, rows }: CardFacts): string[] {
  if (label === undefined || label.counts.size === 0) return [];
  const warnings: string[] = [];
  const bySize = [...label.counts].sort((a, b) => b[1] - a[1]);
  const [largestName, largest] = bySize[0]!;
  const [smallestName, smallest] = bySize.at(-1)!;
  const labelled = bySize.reduce((sum, [, count]) => sum + count, 0);
  if (label.counts.size > Math.max(2, MANY_CLASSES_SHARE * rows)) {
    return [
      `${quoted(label.column)} has ${label.counts.size} classes in ${rows} rows: is it really a label?`,
    ];
  }
  if (largest > LARGE_CLASS_SHARE * labelled || largest >= LARGE_CLASS_RATIO * smallest) {
    const share = percent(largest / labelled);
    warnings.push(
      `${share} of the rows are ${quoted(largestName)} and ${percent(smallest / labelled)} are ` +
        `${quoted(smallestName)}: always answering ${quoted(largestName)} is right in ${share} of the cases, ` +
        'so read macro-F1 beside accuracy.',
    );
  }
  const tiny = bySize.filter(([, count]) => count < SMALL_CLASS_ROWS);
  if (tiny.length > 0) {
    const listed = tiny.slice(0, 5).map(([name, count]) => `${quoted(name)} ${count}`);
    const more = tiny.length > 5 ? ` and ${tiny.length - 5} more` : '';
    warnings.push(
      `Classes with fewer than ${SMALL_CLASS_ROWS} rows (${listed.join(', ')}${more}) are scored on a handful of held-out items.`,
    );
  }
  return warnings;
}

function repeatWarnings({ card, rows }: CardFacts): string[] {
  const warnings: string[] = [];
  if (card.conflictingTexts !== undefined && card.conflictingTexts > 0) {
    const texts = card.conflictingTexts === 1 ? '1 text occurs' : `${card.conflictingTexts} texts occur`;
    warnings.push(`${texts} under more than one class: no classifier can be right about all of them.`);
  }
  const repeats = card.exactDuplicates + (card.nearDuplicates ?? 0);
  if (repeats >= NOTABLE_REPEATS * rows && repeats > 0) {
    warnings.push(
      `${repeats} of ${rows} rows (${percent(repeats / rows)}) repeat another row exactly or nearly: ` +
        'there is less to learn and to test on than the row count says.',
    );
  }
  if (card.nearDuplicates === undefined) {
    warnings.push('Near duplicates were not counted: the texts share nearly all of their words.');
  }
  return warnings;
}

function badRowWarnings({ badRows, sourceRows }: CardFacts): string[] {
  if (badRows === 0 || badRows < NOTABLE_SHARE * sourceRows) return [];
  return [
    `${badRows} of ${sourceRows} rows of the source (${percent(badRows / sourceRows)}) are bad and were left out.`,
  ];
}

function sizeWarnings({ card }: CardFacts): string[] {
  const testRows = card.leakage?.testRows;
  if (testRows === undefined || testRows >= FEWEST_TEST_ROWS) return [];
  const smallest =
    card.detectableDifference === undefined
      ? ''
      : ` Differences below ${(100 * card.detectableDifference).toFixed(1)} points of accuracy will not show.`;
  return [
    `Only ${testRows} held-out items, fewer than ${FEWEST_TEST_ROWS}: take the results as exploratory.${smallest}`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

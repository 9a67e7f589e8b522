import type { Difference } from '../../compare/difference.ts';
import { formatNumber, scoreLabel } from '../../core/figure-text.ts';
import { shortCellName } from './cell-name.ts';
import { changeText, needText, probabilityText, sizeText, valueText } from './change-words.ts';
import type { SummaryColumn, SummaryTable } from './summary.ts';

/** More rows than this are for the machine-readable outputs. */
const MOST_ROWS = 30;

export interface ShownTable {
  readonly table: SummaryTable;
  readonly notes: readonly string[];
}

/** A table's first rows, with a note about the rest. */
export function firstRows<Row>(
  rows: readonly Row[],
  columns: readonly SummaryColumn[],
  cells: (row: Row) => readonly string[],
): ShownTable {
  const more = rows.length - MOST_ROWS;
  return {
    table: { columns, rows: rows.slice(0, MOST_ROWS).map(cells) },
    notes: more > 0 ? [`${formatNumber(more)} more are in the JSON and CSV outputs.`] : [],
  };
}

/** Differences in the order given: both values, the change with its interval, what could be detected. */
export function differenceTable(differences: readonly Difference[]): ShownTable {
  const hasNeed = differences.some(({ need }) => need !== undefined);
  const columns: SummaryColumn[] = [
    { head: 'Metric', least: 10 },
    { head: 'Cell', least: 12, comfortable: 32 },
    { head: 'Base', align: 'right' },
    { head: 'Candidate', align: 'right' },
    { head: 'Change' },
    { head: 'p', align: 'right', optional: 3 },
    { head: 'Detectable', align: 'right', optional: 1 },
    ...(hasNeed ? [{ head: 'Need', optional: 2 }] : []),
  ];
  return firstRows(differences, columns, (difference) => cellsOf(difference, hasNeed));
}

function cellsOf({ subject, change, pAdjusted, detectable, need }: Difference, hasNeed: boolean): string[] {
  const id = subject.metricId;
  return [
    scoreLabel(subject.metric),
    shortCellName(subject.axes),
    ...(change === undefined
      ? ['–', '–', '–']
      : [valueText(id, change.base), valueText(id, change.candidate), changeText(change, id)]),
    pAdjusted === undefined ? '–' : probabilityText(pAdjusted),
    detectable === undefined || change === undefined ? '–' : sizeText(detectable, change.scale, id),
    ...(hasNeed ? [need === undefined ? '–' : needText(need)] : []),
  ];
}

import type { SummaryColumn, SummaryTable } from '../../summaries/summary.ts';
import { oneSentence } from '../one-line.ts';
import { columnsOf, fitted, padded, wrapped } from './columns.ts';

export interface TextTable {
  readonly lines: readonly string[];
  /** Heads of the columns that found no room. */
  readonly leftOut: readonly string[];
}

/** A column with its place in the rows. */
type PlacedColumn = SummaryColumn & { readonly index: number };

const GAP = '  ';
/** A head does not make its column wider than this. */
const HEAD_COLUMNS = 20;

/** Rows of aligned cells under their heads, no wider than asked as far as the columns allow. */
export function textTable({ columns, rows }: SummaryTable, width: number): TextTable {
  const cells = rows.map((row) => row.map(oneSentence));
  const leftOut: string[] = [];
  let shown: readonly PlacedColumn[] = columns.map((column, index) => ({
    ...column,
    index,
    head: oneSentence(column.head),
  }));
  let widths = shrunk(shown, naturalWidths(shown, cells), width, comfort);
  for (
    let least = mostOptional(shown);
    least !== undefined && total(widths) > width;
    least = mostOptional(shown)
  ) {
    const dropped = least;
    leftOut.unshift(dropped.head);
    shown = shown.filter((column) => column !== dropped);
    widths = shrunk(shown, naturalWidths(shown, cells), width, comfort);
  }
  widths = shrunk(shown, widths, width, ({ least }) => least);
  const heads = shown.map((column, i) => [fitted(column.head, widths[i]!)]);
  const body = cells.map((row) =>
    shown.map(({ index, wraps }, i) =>
      wraps === true ? wrapped(row[index]!, widths[i]!) : [fitted(row[index]!, widths[i]!)],
    ),
  );
  return { leftOut, lines: [heads, ...body].flatMap((row) => rowLines(row, shown, widths)) };
}

function comfort({ least, comfortable = least }: SummaryColumn): number | undefined {
  return comfortable;
}

/** One row, in as many lines as its longest cell has. */
function rowLines(
  row: readonly (readonly string[])[],
  columns: readonly SummaryColumn[],
  widths: readonly number[],
): string[] {
  const height = Math.max(...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    row
      .map((cell, i) => padded(cell[line] ?? '', widths[i]!, columns[i]!.align ?? 'left'))
      .join(GAP)
      .trimEnd(),
  );
}

function naturalWidths(
  columns: readonly PlacedColumn[],
  cells: readonly (readonly string[])[],
): readonly number[] {
  return columns.map(({ index, head }) =>
    Math.max(Math.min(HEAD_COLUMNS, columnsOf(head)), ...cells.map((row) => columnsOf(row[index]!))),
  );
}

function mostOptional(columns: readonly PlacedColumn[]): PlacedColumn | undefined {
  return columns
    .filter((column) => column.optional !== undefined)
    .toSorted((a, b) => b.optional! - a.optional!)[0];
}

/** Takes columns away from the widest cells that may give some, until the table fits or none may give more. */
function shrunk(
  columns: readonly SummaryColumn[],
  natural: readonly number[],
  width: number,
  leastOf: (column: SummaryColumn) => number | undefined,
): readonly number[] {
  const widths = [...natural];
  while (total(widths) > width) {
    const spare = columns.map((column, i) => widths[i]! - (leastOf(column) ?? widths[i]!));
    const widest = columns.reduce(
      (best, _, i) => (spare[i]! > 0 && (best === -1 || widths[i]! > widths[best]!) ? i : best),
      -1,
    );
    if (widest === -1) break;
    widths[widest]! -= 1;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}

import type { SummaryColumn, SummaryTable } from '../../summaries/summary.ts';
import { columnsOf, fitted, onOneLine, padded } from './columns.ts';

export interface TextTable {
  readonly lines: readonly string[];
  /** Heads of the columns that found no room. */
  readonly leftOut: readonly string[];
}

const GAP = '  ';
/** A head does not make its column wider than this. */
const HEAD_COLUMNS = 20;

/** Rows of aligned cells under their heads, no wider than asked as far as the columns allow. */
export function textTable({ columns, rows }: SummaryTable, width: number): TextTable {
  const cells = rows.map((row) => row.map(onOneLine));
  let shown = columns.map((column, index) => ({ ...column, index, head: onOneLine(column.head) }));
  const leftOut: string[] = [];
  for (;;) {
    const natural = shown.map(({ index, head }) =>
      Math.max(Math.min(HEAD_COLUMNS, columnsOf(head)), ...cells.map((row) => columnsOf(row[index]!))),
    );
    const widths = shrunk(shown, natural, width);
    const first = mostOptional(shown);
    if (total(widths) <= width || first === undefined) {
      const line = (texts: readonly string[]): string =>
        texts
          .map((text, i) => padded(fitted(text, widths[i]!), widths[i]!, shown[i]!.align ?? 'left'))
          .join(GAP)
          .trimEnd();
      return {
        leftOut,
        lines: [
          line(shown.map((column) => column.head)),
          ...cells.map((row) => line(shown.map(({ index }) => row[index]!))),
        ],
      };
    }
    leftOut.unshift(first.head);
    shown = shown.filter((column) => column !== first);
  }
}

function mostOptional<Column extends SummaryColumn>(columns: readonly Column[]): Column | undefined {
  return columns
    .filter((column) => column.optional !== undefined)
    .toSorted((a, b) => b.optional! - a.optional!)[0];
}

/** Takes columns away from the widest cells that may be cut, until the table fits or none may give more. */
function shrunk(
  columns: readonly SummaryColumn[],
  natural: readonly number[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  while (total(widths) > width) {
    const spare = columns.map(({ least }, i) => (least === undefined ? 0 : widths[i]! - least));
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

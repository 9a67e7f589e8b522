import { UsageError } from '../core/errors.ts';
import type { BadRow } from '../core/record/dataset-block.ts';
import type { BadRows } from './dataset.ts';

/** Bad rows that are named in a record; the others are only counted. */
const SHOWN = 20;

/** Why a row cannot be used. */
export interface RowProblem {
  readonly reason: BadRow['reason'];
  readonly message: string;
}

export interface BadRowLog {
  /** @throws UsageError naming the line, when the config asks to stop at the first bad row */
  add(line: number, problem: RowProblem): void;
  result(): BadRows;
  /** Count per reason, as a phrase: `3 emptyText, 1 notUtf8`. */
  summary(): string;
}

/**
 * @param source the file as the config names it, for `file:line`
 */
export function createBadRowLog(source: string, onBadRow: 'skip' | 'error'): BadRowLog {
  const counts = new Map<BadRow['reason'], number>();
  const shown: BadRow[] = [];
  return {
    add(line, { reason, message }) {
      if (onBadRow === 'error') {
        throw new UsageError(`a row of the data is bad: ${message}`, {
          where: `${source}:${line}`,
          hint: 'Mend the row, or leave such rows out with dataset.onBadRow: skip.',
        });
      }
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
      if (shown.length < SHOWN) shown.push({ line, reason, message });
    },
    result: () => ({ count: [...counts.values()].reduce((a, b) => a + b, 0), shown }),
    summary: () => [...counts].map(([reason, count]) => `${count} ${reason}`).join(', '),
  };
}

import { UsageError } from '../../core/errors.ts';
import type { EngineInput } from '../engine.ts';

export interface UnusableRow {
  readonly row: number;
  readonly reason: 'not finite' | 'all zero';
}

/** Rows that have no direction: a value that is not a finite number, or nothing but zeros. */
export function unusableRows(input: EngineInput): UnusableRow[] {
  const { rows, dimensions, values } = input;
  const found: UnusableRow[] = [];
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * dimensions;
    let squares = 0;
    for (let at = row * dimensions; at < end; at++) squares += values[at]! * values[at]!;
    // a float32's square never overflows a float64, so a sum that is not finite means a value that is not
    if (!Number.isFinite(squares)) found.push({ row, reason: 'not finite' });
    else if (squares === 0) found.push({ row, reason: 'all zero' });
  }
  return found;
}

/**
 * @throws UsageError when the matrix has no rows, a wrong length, a row without direction, or when `prefixes`
 *   are empty, out of range or not ascending
 */
export function checkInput(input: EngineInput, prefixes: readonly number[]): void {
  const { rows, dimensions, values } = input;
  if (rows < 1 || dimensions < 1 || values.length !== rows * dimensions) {
    throw new UsageError(
      `${rows} rows of ${dimensions} dimensions cannot be read from ${values.length} values`,
    );
  }
  const ascending = prefixes.every((width, i) => Number.isInteger(width) && width > (prefixes[i - 1] ?? 0));
  if (prefixes.length === 0 || !ascending || prefixes.at(-1)! > dimensions) {
    throw new UsageError(
      `the dimensions to score must ascend from 1 to at most ${dimensions}, not ${prefixes.join(', ') || 'none'}`,
      { hint: 'change axes.dimensions' },
    );
  }
  const [first, ...others] = unusableRows(input);
  if (first === undefined) return;
  const problem = first.reason === 'all zero' ? 'is all zero' : 'holds a value that is not a finite number';
  const more = others.length === 0 ? '' : `, and so do ${others.length} more`;
  throw new UsageError(`the vector in row ${first.row} ${problem}${more}; it has no direction to score`, {
    where: `row ${first.row}`,
    hint: 'leave these items out of the matrix by id before scoring',
  });
}

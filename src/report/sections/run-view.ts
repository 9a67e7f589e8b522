import { operatingPointName } from '../../compare/recommend/operating-point.ts';
import type { RunAnswer } from '../../compare/recommend.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import type { QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { type SeriesStyle, seriesStyle } from '../charts/series-style.ts';
import type { TagIndex } from '../page/tags.ts';

/** What every section of a run's report is built from. */
export interface RunView {
  readonly record: RunRecord;
  readonly answer: RunAnswer;
  readonly tags: TagIndex;
}

/** Sizes of charts, in CSS pixels at which their text has its natural size. */
export const CHART = {
  wide: { width: 860, height: 360 },
  half: { width: 440, height: 290 },
  third: { width: 340, height: 240 },
} as const;

/** The vectors of a quality cell in words. */
export function vectorName(
  row: Pick<QualityRow, 'dimensions' | 'instruction' | 'dtype' | 'serverArgs'>,
): string {
  const parts = [`${row.dimensions} dimensions`, row.instruction, row.dtype];
  if (row.serverArgs !== undefined) parts.push(row.serverArgs);
  return parts.join(' · ');
}

/** A load cell in words. */
export function loadName(row: LoadRow): string {
  const parts = [`${operatingPointName(row)}`, `${row.dimensions} dimensions`, row.instruction, row.encoding];
  if (row.transport !== 'wire') parts.push(row.transport);
  if (row.serverArgs !== undefined) parts.push(row.serverArgs);
  return parts.join(' · ');
}

export function qualityTag({ tags }: RunView, row: QualityRow): number {
  const { dimensions, instruction, dtype, serverArgs } = row;
  return tags.of({ dimensions, instruction, dtype, serverArgs });
}

export function loadTag({ tags }: RunView, row: LoadRow): number {
  const { dimensions, instruction, serverArgs, batchSize, concurrency, rate, encoding, transport } = row;
  return tags.of({
    dimensions,
    instruction,
    serverArgs,
    batchSize,
    ...(rate === undefined ? { concurrency } : { rate }),
    encoding,
    transport,
  });
}

/** One style per instruction, the same in every chart of the page. */
export function instructionStyle({ record }: RunView, name: string): SeriesStyle {
  const known = record.instructions.findIndex((instruction) => instruction.name === name);
  return seriesStyle(known === -1 ? record.instructions.length : known);
}

/** Values in order of first appearance. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** State of a load cell as charts draw it; valid cells have none. */
export function chartState(row: LoadRow): { state?: 'suspect' | 'invalid' } {
  return row.validity.verdict === 'valid' ? {} : { state: row.validity.verdict };
}

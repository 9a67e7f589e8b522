import type { LoadRow } from '../core/record/load-row.ts';
import type { QualityRow } from '../core/record/quality-row.ts';

/** Cells of two runs, brought together by their ids: an id is a hash of the cell's axes. */
export interface Alignment<Row> {
  readonly matched: readonly { readonly base: Row; readonly candidate: Row }[];
  readonly onlyBase: readonly Row[];
  readonly onlyCandidate: readonly Row[];
}

export function align<Row extends { readonly id: string }>(
  base: readonly Row[],
  candidate: readonly Row[],
): Alignment<Row> {
  const candidates = new Map(candidate.map((row) => [row.id, row]));
  const known = new Set(base.map((row) => row.id));
  return {
    matched: base.flatMap((row) => {
      const partner = candidates.get(row.id);
      return partner === undefined ? [] : [{ base: row, candidate: partner }];
    }),
    onlyBase: base.filter((row) => !candidates.has(row.id)),
    onlyCandidate: candidate.filter((row) => !known.has(row.id)),
  };
}

/** A load cell's axes by name, as selectors and readers use them. */
export function loadAxes(row: LoadRow): Record<string, string | number> {
  return {
    dimensions: row.dimensions,
    instruction: row.instruction,
    batchSize: row.batchSize,
    ...(row.rate === undefined ? {} : { rate: row.rate, arrivals: row.arrivals }),
    ...(row.concurrency === undefined ? {} : { concurrency: row.concurrency }),
    encoding: row.encoding,
    transport: row.transport,
    cache: row.cache,
    ...(row.serverArgs === undefined ? {} : { serverArgs: row.serverArgs }),
  };
}

/** A quality cell's axes by name. */
export function qualityAxes(row: QualityRow): Record<string, string | number> {
  return {
    dimensions: row.dimensions,
    instruction: row.instruction,
    dtype: row.dtype,
    ...(row.serverArgs === undefined ? {} : { serverArgs: row.serverArgs }),
  };
}

import type { Arrivals, CacheMode, Dtype, Encoding, TransportName } from './axes.ts';
import { contentHash } from './content-hash.ts';

/** One point of the quality sweep. */
export interface QualityCell {
  readonly kind: 'quality';
  readonly dimensions: number;
  /** Name of the instruction, a key of `axes.instruction`. */
  readonly instruction: string;
  readonly dtype: Dtype;
  /** Name of the server-flag set, when `axes.serverArgs` is swept. */
  readonly serverArgs?: string;
}

/** One point of the load sweep. Closed loops have a concurrency, open loops a rate. */
export interface LoadCell {
  readonly kind: 'load';
  readonly dimensions: number;
  readonly instruction: string;
  readonly batchSize: number;
  readonly arrivals: Arrivals;
  /** Requests in flight: exact for a closed loop, the cap for an open one (absent: the client's own). */
  readonly concurrency?: number;
  /** Requests per second that are due; open loops only. */
  readonly rate?: number;
  readonly encoding: Encoding;
  readonly transport: TransportName;
  readonly cache: CacheMode;
  readonly serverArgs?: string;
}

export type Cell = QualityCell | LoadCell;

/** Twelve hex digits that name a cell by its content: the same point has the same id in every run. */
export function cellId(cell: Cell): string {
  return contentHash(cell).slice(0, 12);
}

/** The cell in words, as terminals, reports and errors show it. */
export function describeCell(cell: Cell): string {
  const parts = [`${cell.dimensions} dimensions`, `instruction ${cell.instruction}`];
  if (cell.kind === 'quality') parts.push(cell.dtype);
  else {
    parts.push(`batch ${cell.batchSize}`);
    if (cell.rate !== undefined) parts.push(`${cell.rate} requests/s ${cell.arrivals}`);
    if (cell.concurrency !== undefined) parts.push(`concurrency ${cell.concurrency}`);
    parts.push(cell.encoding);
    if (cell.transport !== 'wire') parts.push(cell.transport);
    if (cell.cache !== 'cold') parts.push(`cache ${cell.cache}`);
  }
  if (cell.serverArgs !== undefined) parts.push(`server args ${cell.serverArgs}`);
  return parts.join(', ');
}

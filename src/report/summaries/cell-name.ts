import type { CellAxes } from '../../compare/difference.ts';
import { type Cell, describeCell } from '../../core/cell.ts';

const WHOLE_RUN = 'the whole run';

/** A cell, stored vectors, or the run as a whole in words; equal for equal axes in every run. */
export function cellName(axes: CellAxes): string {
  if (axes['batchSize'] !== undefined) return describeCell({ kind: 'load', ...axes } as unknown as Cell);
  if (axes['instruction'] !== undefined) return describeCell({ kind: 'quality', ...axes } as unknown as Cell);
  const { dimensions, dtype } = axes;
  return dimensions === undefined ? WHOLE_RUN : `${dimensions} dimensions, ${dtype}`;
}

/** The cell where room is short: `512 · sentiment · 32 × 8 · float`. What is usual goes without saying. */
export function shortCellName(axes: CellAxes): string {
  const { dimensions, instruction, dtype, batchSize, concurrency, rate, arrivals } = axes;
  const { encoding, transport, cache, serverArgs } = axes;
  const second = rate === undefined ? (concurrency ?? '?') : `${rate} requests/s ${arrivals}`;
  const parts = [
    dimensions,
    instruction,
    batchSize === undefined ? undefined : `${batchSize} × ${second}`,
    dtype,
    encoding,
    transport === 'wire' ? undefined : transport,
    cache === 'cold' ? undefined : cache,
    serverArgs,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? WHOLE_RUN : parts.join(' · ');
}

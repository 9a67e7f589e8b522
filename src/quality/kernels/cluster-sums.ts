import type { KernelCall, KernelTeam } from './kernel-team.ts';
import type { Moves } from './kmeans-restart.ts';

/** Rows in kernel memory: the matrix's own, or the lines of its Gram table. */
export interface RowTable {
  readonly rows: number;
  readonly values: Float32Array;
  /** float32 values from one row to the next. */
  readonly stride: number;
  /** Values of a row that count. */
  readonly depth: number;
}

/** What a restart knows of its clusters' members. */
export interface ClusterSums {
  readonly clusters: number;
  /** Rows that have joined and left each cluster since the sums were made. */
  readonly moves: Moves;
  /** Sum of each cluster's scaled rows: clusters × table.stride. */
  readonly sums: Float64Array;
  /** The same in float32, zeroed. */
  readonly scratch: Float32Array;
}

/** Bytes of rows that all restarts add before the next rows are read: what stays in the second-level cache. */
const BLOCK_BYTES = 1 << 20;

/**
 * Brings the sums of several restarts up to date. Rows are read block by block, once for all restarts, and the
 * cluster with the most moves is left out: it is what the others leave of the total, which saves half of the work for
 * two clusters and a third or more for three.
 *
 * @param total sum of all scaled rows
 */
export function followMoves(
  team: KernelTeam,
  table: RowTable,
  restarts: readonly ClusterSums[],
  total: Float64Array,
): void {
  const lanes = restarts.flatMap((restart) => lanesOf(restart));
  const entries = lanes.reduce((sum, { from, to }) => sum + to - from, 0);
  const rowsPerBlock = Math.max(48, Math.floor(BLOCK_BYTES / (4 * table.depth)));
  // few moves are scattered: there is nothing to share
  const blocks = entries < table.rows ? 1 : Math.ceil(table.rows / rowsPerBlock);
  for (let block = 1; block <= blocks; block++) {
    const end = block === blocks ? Number.POSITIVE_INFINITY : block * rowsPerBlock;
    team.run(lanes.flatMap((lane) => callsUpTo(table, lane, end)));
  }
  for (const restart of restarts) settleRest(table, restart, total);
}

/** One cluster's moves and how far they have been followed. */
interface Lane {
  readonly restart: ClusterSums;
  readonly cluster: number;
  from: number;
  readonly to: number;
}

function lanesOf(restart: ClusterSums): Lane[] {
  const { moves, clusters } = restart;
  const rest = restOf(restart);
  return Array.from({ length: clusters }, (_, cluster) => ({
    restart,
    cluster,
    from: moves.starts[cluster]!,
    to: moves.starts[cluster + 1]!,
  })).filter(({ cluster, from, to }) => cluster !== rest && from < to);
}

function restOf({ moves: { starts }, clusters }: ClusterSums): number {
  let rest = 0;
  for (let c = 1; c < clusters; c++) {
    if (starts[c + 1]! - starts[c]! > starts[rest + 1]! - starts[rest]!) rest = c;
  }
  return rest;
}

/** The lane's further moves of rows before `end`: rows ascend but for a few, which then wait for a later block. */
function callsUpTo(table: RowTable, lane: Lane, end: number): KernelCall[] {
  const { restart, cluster, from, to } = lane;
  const { index, factors } = restart.moves;
  let until = from;
  while (until < to && index[until]! < end) until++;
  if (until === from) return [];
  lane.from = until;
  return [
    [
      'sumWeightedRows',
      table.values.byteOffset,
      table.stride,
      index.byteOffset,
      from,
      until,
      table.depth,
      factors.byteOffset,
      1,
      restart.scratch.byteOffset + cluster * table.stride * 4,
      restart.sums.byteOffset + cluster * table.stride * 8,
      table.stride,
    ],
  ];
}

function settleRest({ stride, depth }: RowTable, restart: ClusterSums, total: Float64Array): void {
  const { sums, clusters, moves } = restart;
  const rest = restOf(restart);
  if (moves.starts[rest] === moves.starts[rest + 1]) return;
  for (let j = 0; j < depth; j++) {
    let left = total[j]!;
    for (let c = 0; c < clusters; c++) if (c !== rest) left -= sums[c * stride + j]!;
    sums[rest * stride + j] = left;
  }
}

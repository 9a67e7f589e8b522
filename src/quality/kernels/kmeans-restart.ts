import type { KernelMemory } from './kernel-memory.ts';

/** One restart of Lloyd's algorithm: who belongs where, and how far it has come. */
export interface Restart {
  /** Nearest centre of every row, −1 before the first assignment; in kernel memory. */
  readonly labels: Int32Array;
  /** Cluster in whose sum a row is counted: its label, except for a row moved into an empty cluster. */
  readonly members: Int32Array;
  readonly counts: Float64Array;
  /** Squared length of each centre; in kernel memory. */
  readonly norms: Float64Array;
  /** Factor from the sum of a cluster's members to its centre; in kernel memory. */
  readonly factors: Float64Array;
  /** Rows that were moved into an empty cluster by the last update. */
  readonly relocated: number[];
  /** Clusters without members, standing on the centre of the largest one. */
  readonly borrowed: Set<number>;
  iterations: number;
  state: 'running' | 'stable' | 'withinTolerance' | 'outOfIterations';
}

export function createRestart(kernelMemory: KernelMemory, rows: number, clusters: number): Restart {
  return {
    labels: kernelMemory.int32(rows).fill(-1),
    members: new Int32Array(rows).fill(-1),
    counts: new Float64Array(clusters),
    norms: kernelMemory.float64(clusters),
    factors: kernelMemory.float64(clusters),
    relocated: [],
    borrowed: new Set(),
    iterations: 0,
    state: 'running',
  };
}

/** Rows to add to (positive factor) and take from (negative) the sum of each cluster. */
export interface Moves {
  /** Row numbers, cluster by cluster; in kernel memory, like `factors`. */
  readonly index: Int32Array;
  readonly factors: Float32Array;
  /** Cluster c has the entries from `starts[c]` up to `starts[c + 1]`. */
  readonly starts: Int32Array;
  /** Scratch: rows that change their cluster, and each row's new one. */
  readonly movers: Int32Array;
  readonly target: Int32Array;
}

/** Room for the moves of one restart: every row may leave one cluster and join another. */
export function createMoves(kernelMemory: KernelMemory, rows: number, clusters: number): Moves {
  return {
    index: kernelMemory.int32(2 * rows),
    factors: kernelMemory.float32(2 * rows),
    starts: new Int32Array(clusters + 1),
    movers: new Int32Array(rows),
    target: new Int32Array(rows),
  };
}

/**
 * Plans the update after an assignment: rows join the cluster of their label, and a cluster left without rows
 * takes the row farthest from its own centre (scikit-learn's relocation; none when all rows lie on centres).
 * Brings `members` and `counts` up to date.
 *
 * @param changed (row, old label) pairs of the rows whose label changed, `count` of them
 * @param distances squared distance of every row to its own centre; asked for only when a cluster is empty
 */
export function planMoves(
  restart: Restart,
  changed: Int32Array,
  count: number,
  scales: Float32Array,
  distances: () => Float64Array,
  moves: Moves,
): void {
  const { labels, members, counts, relocated } = restart;
  const { movers, target } = moves;
  target.set(members);
  let moving = 0;
  const follow = (row: number): void => {
    const cluster = labels[row]!;
    if (target[row] === cluster) return;
    if (target[row]! >= 0) counts[target[row]!]! -= 1;
    counts[cluster]! += 1;
    target[row] = cluster;
    movers[moving++] = row;
  };
  for (const row of relocated) follow(row);
  for (let at = 0; at < count; at++) follow(changed[2 * at]!);
  relocated.length = 0;
  if (counts.includes(0)) moving = relocate(restart, distances(), moves, moving);
  writeMoves(members, scales, moves, moving);
}

function relocate(restart: Restart, distances: Float64Array, moves: Moves, moving: number): number {
  const { members, counts, relocated } = restart;
  const { movers, target } = moves;
  const empty = [...counts.keys()].filter((cluster) => counts[cluster] === 0);
  const farthest = farthestRows(distances, empty.length);
  if (distances[farthest[0]!] === 0) return moving;
  let end = moving;
  empty.forEach((cluster, i) => {
    const row = farthest[i]!;
    if (target[row] === members[row]) movers[end++] = row;
    counts[target[row]!]! -= 1;
    counts[cluster] = 1;
    target[row] = cluster;
    relocated.push(row);
  });
  return end;
}

/** The `count` rows with the largest distances, largest first. */
function farthestRows(distances: Float64Array, count: number): number[] {
  const best: number[] = [];
  for (let row = 0; row < distances.length; row++) {
    const last = best[count - 1];
    if (last !== undefined && distances[row]! <= distances[last]!) continue;
    let at = Math.min(best.length, count - 1);
    while (at > 0 && distances[best[at - 1]!]! < distances[row]!) {
      best[at] = best[at - 1]!;
      at--;
    }
    best[at] = row;
  }
  return best;
}

function writeMoves(members: Int32Array, scales: Float32Array, moves: Moves, moving: number): void {
  const { index, factors, starts, movers, target } = moves;
  starts.fill(0);
  for (let at = 0; at < moving; at++) {
    const row = movers[at]!;
    starts[target[row]! + 1]! += 1;
    if (members[row]! >= 0) starts[members[row]! + 1]! += 1;
  }
  for (let c = 1; c < starts.length; c++) starts[c]! += starts[c - 1]!;
  const next = starts.slice();
  const put = (cluster: number, row: number, factor: number): void => {
    const at = next[cluster]!++;
    index[at] = row;
    factors[at] = factor;
  };
  for (let at = 0; at < moving; at++) {
    const row = movers[at]!;
    const cluster = target[row]!;
    put(cluster, row, scales[row]!);
    if (members[row]! >= 0) put(members[row]!, row, -scales[row]!);
    members[row] = cluster;
  }
}

/** Whether two labellings are the same partition under other names. */
export function samePartition(a: Int32Array, b: Int32Array, clusters: number): boolean {
  const renamed = new Int32Array(clusters).fill(-1);
  for (let row = 0; row < a.length; row++) {
    const known = renamed[a[row]!]!;
    if (known === -1) renamed[a[row]!] = b[row]!;
    else if (known !== b[row]) return false;
  }
  return true;
}

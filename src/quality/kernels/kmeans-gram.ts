import { followMoves, type RowTable } from './cluster-sums.ts';
import type { Gram } from './gram.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { KernelTeam } from './kernel-team.ts';
import type { StartDraws } from './kmeans-draws.ts';
import {
  assign,
  createGramRestart,
  distancesToCentres,
  type GramRestart,
  type LloydSpace,
  moveCentres,
  planSums,
} from './kmeans-gram-restart.ts';
import { chooseGramStarts } from './kmeans-gram-starts.ts';
import type { KMeansRoute, KMeansRun, LloydLimits } from './kmeans-run.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';

/** Clusters, over all restarts that advance side by side: each needs a float64 per row. */
const CLUSTERS_AT_ONCE = 240;

/**
 * The route to k-means without centres: with the products of all rows known, the products of every row with the
 * sum of a cluster say all that Lloyd's algorithm asks, and an iteration only adds and takes the lines of the
 * Gram matrix whose rows changed cluster. Its cost does not depend on the dimensions. It is good for the matrix's
 * current prefix, to which `gram` has been brought up; its arrays lie on the stack of `kernelMemory`.
 */
export function gramRoute(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
  gram: Gram,
): KMeansRoute {
  const { rows, paddedRows, everyRow, scales, squares } = matrix;
  const total = kernelMemory.float64(paddedRows).fill(0);
  const mark = kernelMemory.mark();
  const scratch = kernelMemory.float32(paddedRows).fill(0);
  team.run([
    [
      'sumWeightedRows',
      gram.values.byteOffset,
      gram.stride,
      everyRow.byteOffset,
      0,
      rows,
      paddedRows,
      scales.byteOffset,
      1,
      scratch.byteOffset,
      total.byteOffset,
      paddedRows,
    ],
  ]);
  kernelMemory.release(mark);
  let ofRows = 0;
  let ofMean = 0;
  for (let i = 0; i < rows; i++) {
    ofRows += squares[i]!;
    ofMean += scales[i]! * total[i]!;
  }
  const space: LloydSpace = { kernelMemory, matrix, gram, total };
  return {
    rows,
    dimensions: matrix.dimensions,
    totalVariance: ofRows / rows - ofMean / rows ** 2,
    run: (draws, clusters, limits) => {
      const together = Math.max(1, Math.floor(CLUSTERS_AT_ONCE / clusters));
      const runs: KMeansRun[] = [];
      for (let first = 0; first < draws.length; first += together) {
        const batch = draws.slice(first, first + together);
        const base = kernelMemory.mark();
        runs.push(...lloyd(team, space, batch, clusters, limits));
        kernelMemory.release(base);
      }
      return runs;
    },
  };
}

/** Lloyd's algorithm for several restarts side by side, so that threads share the sums of all of them. */
function lloyd(
  team: KernelTeam,
  space: LloydSpace,
  draws: readonly StartDraws[],
  clusters: number,
  limits: LloydLimits,
): KMeansRun[] {
  const restarts = draws.map((restart) =>
    createGramRestart(space, chooseGramStarts(space, restart, clusters)),
  );
  const { matrix, gram } = space;
  const lines: RowTable = {
    rows: matrix.rows,
    values: gram.values,
    stride: gram.stride,
    depth: matrix.paddedRows,
  };
  for (;;) {
    const active = restarts.filter((restart) => restart.state === 'running');
    if (active.length === 0) break;
    const moved = active.map((restart) => assign(restart));
    active.forEach((restart, i) => {
      planSums(restart, moved[i]!);
    });
    followMoves(team, lines, active, space.total);
    active.forEach((restart, i) => {
      advance(restart, moved[i]!, moveCentres(restart), limits);
    });
  }
  return restarts.map((restart) => ({
    labels: restart.labels.slice(),
    inertia: distancesToCentres(restart).reduce((sum, distance) => sum + distance, 0),
    iterations: restart.iterations,
  }));
}

/** scikit-learn's stopping rule; labels are made to fit the last centres unless they do already. */
function advance(restart: GramRestart, moved: number, shift: number, limits: LloydLimits): void {
  restart.iterations++;
  if (moved === 0) restart.state = 'stable';
  else if (shift <= limits.tolerance) restart.state = 'withinTolerance';
  else if (restart.iterations >= limits.maxIterations) restart.state = 'outOfIterations';
  if (restart.state === 'withinTolerance' || restart.state === 'outOfIterations') assign(restart);
}

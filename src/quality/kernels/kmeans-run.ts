import { UsageError } from '../../core/errors.ts';
import { createNumpyRandom } from '../../core/numpy-random.ts';
import type { KMeansOptions, KMeansResult } from '../engine.ts';
import { drawStarts, type FirstCentreRule, type StartDraws } from './kmeans-draws.ts';
import { samePartition } from './kmeans-restart.ts';

/** What one restart ended with. */
export interface KMeansRun {
  readonly labels: Int32Array;
  readonly inertia: number;
  readonly iterations: number;
  readonly centres?: Float64Array;
}

export interface LloydLimits {
  readonly maxIterations: number;
  /** Σ of squared centre movements below which a restart ends. */
  readonly tolerance: number;
}

/** A route to k-means: how restarts are run over one prefix of one matrix. */
export interface KMeansRoute {
  readonly rows: number;
  readonly dimensions: number;
  /** Sum over the dimensions of their variance. */
  readonly totalVariance: number;
  run(draws: readonly StartDraws[], clusters: number, limits: LloydLimits): KMeansRun[];
}

/**
 * scikit-learn's `KMeans(clusters, n_init=nInit, random_state=seed).fit(rows)`: Lloyd's algorithm from greedy
 * k-means++ starts, all restarts fed by one random stream, the first of the lowest inertia kept.
 *
 * @throws UsageError when there are fewer rows than clusters, or an option is out of range
 */
export function runKMeans(
  route: KMeansRoute,
  options: KMeansOptions,
  rule: FirstCentreRule = 'choice',
): KMeansResult {
  const { clusters, nInit, seed, maxIterations = 300, tolerance = 1e-4 } = options;
  checkOptions(route.rows, options);
  const draws = drawStarts(createNumpyRandom(seed), route.rows, clusters, nInit, rule);
  const limits = { maxIterations, tolerance: (tolerance * route.totalVariance) / route.dimensions };
  const [first, ...others] = route.run(draws, clusters, limits);
  let best = first!;
  for (const run of others) {
    if (run.inertia < best.inertia && !samePartition(run.labels, best.labels, clusters)) best = run;
  }
  return best;
}

/** @throws UsageError when k-means cannot be run on `rows` rows like this */
export function checkOptions(rows: number, { clusters, nInit, maxIterations = 300 }: KMeansOptions): void {
  for (const [name, value] of Object.entries({ clusters, nInit, maxIterations })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new UsageError(`k-means needs ${name} to be a positive integer, not ${value}`);
    }
  }
  if (clusters > rows) {
    throw new UsageError(`${rows} rows cannot be put into ${clusters} clusters`, {
      hint: 'bring more rows or cluster by a column with fewer labels',
    });
  }
}

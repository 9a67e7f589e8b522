import type { NumpyRandom } from '../../core/numpy-random.ts';

/**
 * How scikit-learn draws the first centre of k-means++: with `choice` since 1.3, with `randint` before. Equal
 * seeds give different starts under the two rules.
 */
export type FirstCentreRule = 'choice' | 'randint';

/** All chance that one restart of greedy k-means++ uses: it never depends on the data. */
export interface StartDraws {
  readonly firstRow: number;
  /** (clusters − 1) × trials numbers in [0, 1). */
  readonly uniforms: Float64Array;
}

/** Candidates per further centre; the one that lowers the potential most becomes the centre. */
export function trialsFor(clusters: number): number {
  return 2 + Math.floor(Math.log(clusters));
}

/** The draws of `nInit` restarts, one after the other from one stream, as scikit-learn makes them. */
export function drawStarts(
  random: NumpyRandom,
  rows: number,
  clusters: number,
  nInit: number,
  rule: FirstCentreRule,
): StartDraws[] {
  const trials = trialsFor(clusters);
  return Array.from({ length: nInit }, () => ({
    firstRow: rule === 'choice' ? random.choiceUniform(rows) : random.randint(rows),
    uniforms: Float64Array.from({ length: (clusters - 1) * trials }, () => random.randomSample()),
  }));
}

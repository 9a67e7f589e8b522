import { kmeans as mlKMeans } from 'ml-kmeans';
import LogisticRegression from 'ml-logistic-regression';
import { Matrix } from 'ml-matrix';
import type {
  KMeansOptions,
  KMeansResult,
  LogisticModel,
  LogisticOptions,
  PrefixView,
  QualityEngine,
} from '../engine.ts';
import { checkOptions } from '../kernels/kmeans-run.ts';
import { checkFit } from '../kernels/logistic-fit.ts';
import { createNativeEngine } from './native.ts';

export interface MlEngineOptions {
  /** Gradient steps of ml-logistic-regression; a step costs rows × dimensions × classes, in plain JavaScript. */
  readonly steps: number;
}

/**
 * ml-kmeans and ml-logistic-regression behind the port. Neighbours, cosines and components have no counterpart
 * there and come from the native kernels. What the packages cannot do: see `mlLimits`.
 */
export function createMlEngine({ steps }: MlEngineOptions): QualityEngine {
  const native = createNativeEngine();
  return {
    id: 'ml',
    open: (input, prefixes) => {
      const sweep = native.open(input, prefixes);
      return {
        at: (dimensions) => mlView(sweep.at(dimensions), steps),
        close: () => {
          sweep.close();
        },
      };
    },
  };
}

/** What to say beside a number of this engine. */
export function mlLimits(steps: number): string {
  return (
    'ml-logistic-regression fits one class against the rest, without intercept and without penalty ' +
    `(C has no effect), by ${steps} gradient steps of fixed length and no test of convergence; ` +
    'ml-kmeans draws its starts from another generator than scikit-learn'
  );
}

function mlView(view: PrefixView, steps: number): PrefixView {
  return {
    ...view,
    kmeans: (options) => clusterRows(view, options),
    fitLogistic: (options) => fitSteps(view, options, steps),
    predictProbabilities: (model, rows) => oneVersusRest(view, model, rows),
  };
}

/** Restarts with seeds that follow one another; the package itself makes only one. */
function clusterRows(view: PrefixView, options: KMeansOptions): KMeansResult {
  checkOptions(view.rows, options);
  const { clusters, nInit, seed, maxIterations = 300 } = options;
  const data = Array.from({ length: view.rows }, (_, row) => [...rowOf(view, row)]);
  let best: KMeansResult | undefined;
  for (let restart = 0; restart < nInit; restart++) {
    const run = mlKMeans(data, clusters, { seed: seed + restart, maxIterations });
    const inertia = run.clusters.reduce(
      (sum, cluster, row) => sum + squaredDistance(data[row]!, run.centroids[cluster]!),
      0,
    );
    if (best === undefined || inertia < best.inertia) {
      best = {
        labels: Int32Array.from(run.clusters),
        inertia,
        iterations: run.iterations,
        centres: Float64Array.from(run.centroids.flat()),
      };
    }
  }
  return best!;
}

function fitSteps(view: PrefixView, options: LogisticOptions, steps: number): LogisticModel {
  checkFit(view, options);
  const { rows, labels, classes, c } = options;
  const features = new Matrix([...rows].map((row) => rowOf(view, row)));
  const regression = new LogisticRegression({ numSteps: steps });
  regression.train(features, Matrix.columnVector(labels));
  // the package's score is that of the other classes, so a class's own weights are its negatives; of two
  // classes, the first one's score is the probability of the second
  const ownWeights =
    classes === 2
      ? regression.classifiers[0]!.weights.to1DArray()
      : regression.classifiers.flatMap(({ weights }) => weights.to1DArray().map((weight) => -weight));
  return {
    dimensions: view.dimensions,
    classes,
    c,
    weights: Float64Array.from(ownWeights),
    intercepts: new Float64Array(classes === 2 ? 1 : classes),
    iterations: steps,
    converged: false,
  };
}

/** Each class's sigmoid over the sum of all: the package itself only compares them. */
function oneVersusRest(view: PrefixView, model: LogisticModel, rows: Int32Array): Float64Array {
  const { classes, weights, dimensions } = model;
  const probabilities = new Float64Array(rows.length * classes);
  rows.forEach((row, p) => {
    const values = rowOf(view, row);
    const scores = Array.from({ length: weights.length / dimensions }, (_, k) => {
      let logit = 0;
      for (let j = 0; j < dimensions; j++) logit += values[j]! * weights[k * dimensions + j]!;
      return 1 / (1 + Math.exp(-logit));
    });
    const all = scores.length === 1 ? [1 - scores[0]!, scores[0]!] : scores;
    const total = all.reduce((sum, score) => sum + score, 0);
    probabilities.set(
      all.map((score) => score / total),
      p * classes,
    );
  });
  return probabilities;
}

function rowOf(view: PrefixView, row: number): Float32Array {
  const values = new Float32Array(view.dimensions);
  view.copyRow(row, values);
  return values;
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0);
}

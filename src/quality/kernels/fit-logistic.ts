import type { LogisticModel, LogisticOptions } from '../engine.ts';
import type { Gram } from './gram.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { KernelTeam } from './kernel-team.ts';
import { minimise } from './lbfgs.ts';
import { checkFit, createFitRows, modelWeights, startWeights, vectorsFor } from './logistic-fit.ts';
import { gramLogistic } from './logistic-gram.ts';
import { primalLogistic } from './logistic-primal.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';

/**
 * scikit-learn's `LogisticRegression(C=c)`: Σ cross-entropy + |W|² ÷ 2C, multinomial (two classes: one vector and
 * a sigmoid), intercepts unpenalised, L-BFGS to the optimum.
 *
 * @param gram products of all rows at the current prefix, when the fit should go that way
 * @param stretch factor on the weights of `options.warmStart`
 * @throws UsageError when the rows cannot be fitted
 */
export function fitLogistic(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
  gram: Gram | undefined,
  options: LogisticOptions,
  stretch: number,
): LogisticModel {
  checkFit(matrix, options);
  const { classes, c, maxIterations = 1000, tolerance = 1e-8 } = options;
  const vectors = vectorsFor(classes);
  const mark = kernelMemory.mark();
  try {
    const rows = createFitRows(kernelMemory, matrix, options);
    const warm = startWeights(matrix, vectors, options.warmStart, stretch);
    const route =
      gram === undefined
        ? primalLogistic(kernelMemory, team, matrix, rows)
        : gramLogistic(kernelMemory, team, matrix, gram, rows, warm);
    const point = route.start(warm);
    const result = minimise(route.problem, point, { penalty: 1 / c, maxIterations, tolerance });
    const { weights, intercepts } = route.weightsOf(point);
    return {
      dimensions: matrix.dimensions,
      classes,
      c,
      weights: modelWeights(matrix, vectors, weights),
      intercepts,
      ...result,
    };
  } finally {
    kernelMemory.release(mark);
  }
}

/** Logits of the rows, softmaxed: rows.length × classes. */
export function predictProbabilities(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  model: LogisticModel,
  rows: Int32Array,
): Float64Array {
  const vectors = vectorsFor(model.classes);
  const mark = kernelMemory.mark();
  const index = kernelMemory.int32(rows.length);
  index.set(rows);
  const directions = kernelMemory.float32(vectors * matrix.depth);
  directions.set(startWeights(matrix, vectors, model, 1).weights);
  const products = kernelMemory.float32(rows.length * vectors);
  for (let from = 0; from < rows.length; from += 512) {
    kernelMemory.kernels.multiplyVectors(
      matrix.values.byteOffset,
      matrix.stride,
      index.byteOffset,
      from,
      Math.min(from + 512, rows.length),
      matrix.depth,
      directions.byteOffset,
      matrix.depth,
      vectors,
      products.byteOffset + from * vectors * 4,
    );
  }
  const probabilities = new Float64Array(rows.length * model.classes);
  rows.forEach((row, p) => {
    const logits = Array.from(
      model.intercepts,
      (intercept, k) => products[p * vectors + k]! * matrix.scales[row]! + intercept,
    );
    probabilities.set(softmax(logits), p * model.classes);
  });
  kernelMemory.release(mark);
  return probabilities;
}

/** Probabilities from logits; a single logit is that of the second of two classes. */
function softmax(logits: readonly number[]): number[] {
  if (logits.length === 1) {
    const e = Math.exp(-Math.abs(logits[0]!));
    const likely = 1 / (1 + e);
    return logits[0]! >= 0 ? [e * likely, likely] : [likely, e * likely];
  }
  const highest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - highest));
  const total = exponentials.reduce((sum, e) => sum + e, 0);
  return exponentials.map((e) => e / total);
}

import { createKernelMemory, type KernelMemory } from '../kernels/kernel-memory.ts';
import { minimise, type SolverProblem } from '../kernels/lbfgs.ts';
import { vectorsFor } from '../kernels/logistic-fit.ts';
import { createSolverSpace } from '../kernels/solver-vector.ts';
import type { SparseRows } from './tfidf.ts';

export interface SparseFit {
  /** Rows to fit on, and the class of each, 0 … classes − 1; every class occurs. */
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly classes: number;
  /** scikit-learn's `C`. */
  readonly c: number;
}

/** Weight vectors one behind the other, then an intercept for each; two classes have one vector. */
export type SparseWeights = Float64Array;

const MAX_ITERATIONS = 1000;
const TOLERANCE = 1e-8;

/** scikit-learn's `LogisticRegression(C=c)` on sparse rows: the solver and the loss of the dense kernels. */
export function fitSparseLogistic(matrix: SparseRows, fit: SparseFit): SparseWeights {
  const vectors = vectorsFor(fit.classes);
  const length = vectors * (matrix.width + 1);
  const kernelMemory = createKernelMemory(8 * length);
  const problem = sparseProblem(kernelMemory, matrix, fit);
  const point = problem.space.create();
  minimise(problem, point, { penalty: 1 / fit.c, maxIterations: MAX_ITERATIONS, tolerance: TOLERANCE });
  return point.coordinates.slice();
}

function sparseProblem(
  kernelMemory: KernelMemory,
  matrix: SparseRows,
  { rows, labels: classOf, classes }: SparseFit,
): SolverProblem {
  const vectors = vectorsFor(classes);
  const count = rows.length;
  const labels = kernelMemory.int32(count);
  labels.set(classOf);
  const scales = kernelMemory.float32(count).fill(1);
  const logits = kernelMemory.float64(count * vectors).fill(0);
  const moves = kernelMemory.float64(count * vectors);
  const residuals = kernelMemory.float32(count * vectors);
  const stats = kernelMemory.float64(2 + vectors);
  const space = createSolverSpace(kernelMemory, vectors * matrix.width, vectors, false);
  let residualStep = Number.NaN;

  const probe = (step: number) => {
    stats.fill(0);
    kernelMemory.kernels.softmaxRows(
      count,
      vectors,
      logits.byteOffset,
      moves.byteOffset,
      step,
      labels.byteOffset,
      scales.byteOffset,
      residuals.byteOffset,
      stats.byteOffset,
    );
    residualStep = step;
    return { loss: stats[0]!, slope: stats[1]! };
  };
  return {
    space,
    move: ({ coordinates }, step) => {
      rows.forEach((row, p) => {
        writeLogits(matrix, row, vectors, coordinates, moves, p * vectors);
      });
      return probe(step);
    },
    probe,
    accept: (step, { coordinates }) => {
      if (residualStep !== step) probe(step);
      for (let i = 0; i < logits.length; i++) logits[i] = logits[i]! + step * moves[i]!;
      coordinates.fill(0);
      rows.forEach((row, p) => {
        addGradient(matrix, row, vectors, residuals, p * vectors, coordinates);
      });
    },
  };
}

/** Class with the largest logit of every row; the first of equals. */
export function predictSparse(
  matrix: SparseRows,
  weights: SparseWeights,
  classes: number,
  rows: Int32Array,
): Int32Array {
  const vectors = vectorsFor(classes);
  const logits = new Float64Array(vectors);
  return rows.map((row) => {
    writeLogits(matrix, row, vectors, weights, logits, 0);
    if (vectors === 1) return logits[0]! > 0 ? 1 : 0;
    return logits.indexOf(Math.max(...logits));
  });
}

function writeLogits(
  { starts, columns, values, width }: SparseRows,
  row: number,
  vectors: number,
  weights: Float64Array,
  target: Float64Array,
  at: number,
): void {
  for (let k = 0; k < vectors; k++) {
    let sum = weights[vectors * width + k]!;
    for (let e = starts[row]!; e < starts[row + 1]!; e++) {
      sum += values[e]! * weights[k * width + columns[e]!]!;
    }
    target[at + k] = sum;
  }
}

function addGradient(
  { starts, columns, values, width }: SparseRows,
  row: number,
  vectors: number,
  residuals: Float32Array,
  at: number,
  gradient: Float64Array,
): void {
  for (let k = 0; k < vectors; k++) {
    const residual = residuals[at + k]!;
    const intercept = vectors * width + k;
    gradient[intercept] = gradient[intercept]! + residual;
    for (let e = starts[row]!; e < starts[row + 1]!; e++) {
      const j = k * width + columns[e]!;
      gradient[j] = gradient[j]! + residual * values[e]!;
    }
  }
}

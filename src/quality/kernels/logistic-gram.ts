import { centredProducts } from './centred-products.ts';
import type { Gram } from './gram.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { KernelCall, KernelTeam } from './kernel-team.ts';
import type { LossAtStep, SolverProblem } from './lbfgs.ts';
import type { FitRows, WeightRows } from './logistic-fit.ts';
import type { LogisticRoute } from './logistic-primal.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';
import { createSolverSpace, type SolverVector } from './solver-vector.ts';
import { sumOfRows } from './sum-of-rows.ts';

/** Lines of the products that one call multiplies. */
const BLOCK = 240;

/**
 * The loss over weights written as sums of the (centred) rows, plus a multiple of the starting weights. All that
 * the solver asks follows from the products of the rows, so a step costs rows² instead of rows × dimensions, and
 * a search along a direction costs no product at all. The path of the solver is that of the primal form.
 *
 * Coordinates per weight vector: one factor per row, then the factor of its starting weights.
 */
export function gramLogistic(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
  gram: Gram,
  rows: FitRows,
  warm: WeightRows,
): LogisticRoute {
  const { count, vectors } = rows;
  const width = count + 1;
  const centred = centredProducts(kernelMemory, team, gram, rows);
  const start = productsWithStart(kernelMemory, matrix, rows, warm);
  const transposed = kernelMemory.float32(vectors * centred.stride).fill(0);
  const products = kernelMemory.float32(count * vectors);
  const stats = kernelMemory.float64(2 + vectors);
  const ones = kernelMemory.float32(count).fill(1);
  const space = createSolverSpace(kernelMemory, vectors * width, vectors, true);

  const evaluate = (step: number): LossAtStep => {
    stats.fill(0);
    kernelMemory.kernels.softmaxRows(
      count,
      vectors,
      rows.logits.byteOffset,
      rows.moves.byteOffset,
      step,
      rows.labels.byteOffset,
      ones.byteOffset,
      rows.residuals.byteOffset,
      stats.byteOffset,
    );
    return { loss: stats[0]!, slope: stats[1]! };
  };
  let residualStep = Number.NaN;
  const problem: SolverProblem = {
    space,
    move: ({ image }, step) => {
      for (let k = 0; k < vectors; k++) {
        const shift = image[vectors * width + k]!;
        for (let p = 0; p < count; p++) rows.moves[p * vectors + k] = image[k * width + p]! + shift;
      }
      residualStep = step;
      return evaluate(step);
    },
    probe: (step) => {
      residualStep = step;
      return evaluate(step);
    },
    accept: (step, gradient) => {
      if (residualStep !== step) problem.probe(step);
      const { logits, moves } = rows;
      kernelMemory.kernels.addScaled64(logits.length, step, moves.byteOffset, logits.byteOffset);
      transpose(rows, transposed, centred.stride);
      team.run(productCalls(centred, rows, transposed, products));
      writeGradient(rows, stats, products, start, gradient);
    },
  };
  return {
    problem,
    start: () => {
      const vector = space.create();
      for (let k = 0; k < vectors; k++) {
        vector.coordinates[k * width + count] = start.present ? 1 : 0;
        for (let p = 0; p < count; p++) vector.image[k * width + p] = start.ofRows[k * count + p]!;
        vector.image[k * width + count] = start.squares[k]!;
        const intercept = warm.intercepts[k]! + start.means[k]!;
        vector.coordinates[vectors * width + k] = intercept;
        vector.image[vectors * width + k] = intercept;
      }
      return vector;
    },
    weightsOf: (solution) =>
      weightsFromRows(kernelMemory, matrix, rows, warm, centred.means, start, solution),
  };
}

/** Products of the centred rows with the starting weights. */
interface StartProducts {
  readonly present: boolean;
  /** vectors × count. */
  readonly ofRows: Float64Array;
  /** Product of the rows' mean with each starting weight vector. */
  readonly means: Float64Array;
  /** Squared length of each starting weight vector. */
  readonly squares: Float64Array;
}

function productsWithStart(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  rows: FitRows,
  { weights }: WeightRows,
): StartProducts {
  const { count, vectors } = rows;
  const ofRows = new Float64Array(vectors * count);
  const means = new Float64Array(vectors);
  const squares = new Float64Array(vectors);
  const present = weights.some((weight) => weight !== 0);
  if (!present) return { present, ofRows, means, squares };
  const mark = kernelMemory.mark();
  const directions = kernelMemory.float32(weights.length);
  directions.set(weights);
  // what is multiplied below is what the solver starts from: float32
  weights.set(directions);
  const products = kernelMemory.float32(count * vectors);
  for (let from = 0; from < count; from += BLOCK) {
    kernelMemory.kernels.multiplyVectors(
      matrix.values.byteOffset,
      matrix.stride,
      rows.index.byteOffset,
      from,
      Math.min(from + BLOCK, count),
      matrix.depth,
      directions.byteOffset,
      matrix.depth,
      vectors,
      products.byteOffset + from * vectors * 4,
    );
  }
  for (let k = 0; k < vectors; k++) {
    let sum = 0;
    for (let p = 0; p < count; p++) {
      const product = products[p * vectors + k]! * rows.scales[p]!;
      ofRows[k * count + p] = product;
      sum += product;
    }
    means[k] = sum / count;
    for (let p = 0; p < count; p++) ofRows[k * count + p]! -= means[k]!;
    for (let j = k * matrix.depth; j < (k + 1) * matrix.depth; j++) squares[k]! += weights[j]! ** 2;
  }
  kernelMemory.release(mark);
  return { present, ofRows, means, squares };
}

function transpose(rows: FitRows, target: Float32Array, stride: number): void {
  const { count, vectors, residuals } = rows;
  for (let k = 0; k < vectors; k++) {
    for (let p = 0; p < count; p++) target[k * stride + p] = residuals[p * vectors + k]!;
  }
}

function productCalls(
  centred: ReturnType<typeof centredProducts>,
  { count, vectors }: FitRows,
  transposed: Float32Array,
  products: Float32Array,
): KernelCall[] {
  return Array.from({ length: Math.ceil(count / BLOCK) }, (_, block) => [
    'multiplyVectors',
    centred.values.byteOffset,
    centred.stride,
    centred.everyLine.byteOffset,
    block * BLOCK,
    Math.min((block + 1) * BLOCK, count),
    centred.stride,
    transposed.byteOffset,
    centred.stride,
    vectors,
    products.byteOffset + block * BLOCK * vectors * 4,
  ]);
}

/** The gradient's coordinates are the residuals: no product is needed for them, only for the image. */
function writeGradient(
  rows: FitRows,
  stats: Float64Array,
  products: Float32Array,
  start: StartProducts,
  { coordinates, image }: SolverVector,
): void {
  const { count, vectors, residuals } = rows;
  const width = count + 1;
  for (let k = 0; k < vectors; k++) {
    const base = k * width;
    let alongStart = 0;
    for (let p = 0; p < count; p++) {
      const residual = residuals[p * vectors + k]!;
      coordinates[base + p] = residual;
      image[base + p] = products[p * vectors + k]!;
      alongStart += residual * start.ofRows[k * count + p]!;
    }
    coordinates[base + count] = 0;
    image[base + count] = alongStart;
    coordinates[vectors * width + k] = stats[2 + k]!;
    image[vectors * width + k] = stats[2 + k]!;
  }
}

/** Σ factors · (row − mean) + factor · start, per weight vector, and the intercepts for rows that are not centred. */
function weightsFromRows(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  rows: FitRows,
  warm: WeightRows,
  lineMeans: Float64Array,
  start: StartProducts,
  { coordinates }: SolverVector,
): WeightRows {
  const { count, vectors, scales } = rows;
  const width = count + 1;
  const mark = kernelMemory.mark();
  const factors = kernelMemory.float32(count * vectors);
  const intercepts = new Float64Array(vectors);
  for (let k = 0; k < vectors; k++) {
    const own = coordinates.subarray(k * width, k * width + count);
    const average = own.reduce((sum, factor) => sum + factor, 0) / count;
    let meanTimesWeights = coordinates[k * width + count]! * start.means[k]!;
    for (let p = 0; p < count; p++) {
      factors[p * vectors + k] = (own[p]! - average) * scales[p]!;
      meanTimesWeights += (own[p]! - average) * lineMeans[p]!;
    }
    intercepts[k] = coordinates[vectors * width + k]! - meanTimesWeights;
  }
  const weights = sumOfRows(kernelMemory, matrix, rows.index, factors, vectors);
  kernelMemory.release(mark);
  for (let k = 0; k < vectors; k++) {
    const share = coordinates[k * width + count]!;
    for (let j = k * matrix.depth; j < (k + 1) * matrix.depth; j++) weights[j]! += share * warm.weights[j]!;
  }
  return { weights, intercepts };
}

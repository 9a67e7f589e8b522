import { UsageError } from '../../core/errors.ts';
import { createRandom } from '../../core/random.ts';
import type { PrincipalComponents } from '../engine.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';
import { sumOfRows } from './sum-of-rows.ts';
import { type Eigenpairs, tridiagonalEigenpairs } from './tridiagonal.ts';

/** Steps between two looks at the error. */
const LOOK_EVERY = 10;
const LARGEST_BASIS = 300;
/** Length, relative to the first eigenvalue, below which a new direction is nothing but rounding. */
const TOLERANCE = 1e-8;
/** Residual of an eigenpair, relative to the first eigenvalue, at which it is good enough for a map. */
const RESIDUAL = 1e-5;

/**
 * The leading principal components of the unit rows at the current prefix, by Lanczos' algorithm on the
 * covariance with full reorthogonalisation: each step reads the matrix twice, whatever the number of rows.
 *
 * @throws UsageError when `count` exceeds the rows or the dimensions
 */
export function principalComponents(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  count: number,
): PrincipalComponents {
  if (!Number.isInteger(count) || count < 1 || count > Math.min(matrix.rows, matrix.dimensions)) {
    throw new UsageError(
      `${matrix.rows} rows of ${matrix.dimensions} dimensions do not have ${count} principal components`,
    );
  }
  const mark = kernelMemory.mark();
  try {
    const covariance = centredRows(kernelMemory, matrix);
    const { axes, variances } = leadingAxes(covariance, matrix, count);
    const scores = new Float64Array(matrix.rows * count);
    axes.forEach((axis, k) => {
      orient(axis, matrix);
      covariance.project(axis).forEach((score, row) => {
        scores[row * count + k] = score;
      });
    });
    const total = covariance.totalVariance;
    return {
      scores,
      explainedVarianceRatio: variances.map((variance) => (total > 0 ? variance / total : 0)),
    };
  } finally {
    kernelMemory.release(mark);
  }
}

interface CentredRows {
  /** Σ |row − mean|² */
  readonly totalVariance: number;
  /** Products of the centred rows with a vector of `matrix.depth` values. */
  project(vector: Float64Array): Float64Array;
  /** Σ over rows of product · centred row: the covariance (times rows) applied to the vector. */
  apply(vector: Float64Array): Float64Array;
}

function centredRows(kernelMemory: KernelMemory, matrix: PrefixMatrix): CentredRows {
  const { rows, depth, stride, everyRow, scales, squares } = matrix;
  const unitScales = scales.subarray(0, rows);
  const mean = sumOfRows(kernelMemory, matrix, everyRow, unitScales, 1).map((sum) => sum / rows);
  const vector32 = kernelMemory.float32(depth);
  const products = kernelMemory.float32(rows);
  const factors = kernelMemory.float32(rows);
  const project = (vector: Float64Array): Float64Array => {
    vector32.set(vector);
    for (let from = 0; from < rows; from += 512) {
      kernelMemory.kernels.multiplyVectors(
        matrix.values.byteOffset,
        stride,
        everyRow.byteOffset,
        from,
        Math.min(from + 512, rows),
        depth,
        vector32.byteOffset,
        depth,
        1,
        products.byteOffset + from * 4,
      );
    }
    const ofMean = dot(mean, vector);
    return Float64Array.from(products, (product, row) => product * unitScales[row]! - ofMean);
  };
  return {
    totalVariance: squares.reduce((sum, square) => sum + square, 0) - rows * dot(mean, mean),
    project,
    apply: (vector) => {
      const projected = project(vector);
      const sum = projected.reduce((total, value) => total + value, 0);
      projected.forEach((value, row) => {
        factors[row] = value * unitScales[row]!;
      });
      const result = sumOfRows(kernelMemory, matrix, everyRow, factors, 1);
      return result.map((value, j) => value - sum * mean[j]!);
    },
  };
}

function leadingAxes(
  covariance: CentredRows,
  matrix: PrefixMatrix,
  count: number,
): { axes: Float64Array[]; variances: Float64Array } {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  const largest = Math.min(matrix.rows, matrix.dimensions, LARGEST_BASIS);
  let next = startVector(matrix);
  for (;;) {
    basis.push(next);
    const image = covariance.apply(next);
    diagonal.push(dot(image, next));
    for (let pass = 0; pass < 2; pass++) for (const known of basis) subtract(image, known, dot(image, known));
    const length = Math.sqrt(dot(image, image));
    const exhausted = basis.length >= largest || length <= TOLERANCE * Math.max(...diagonal);
    if (exhausted || (basis.length >= count && basis.length % LOOK_EVERY === 0)) {
      const pairs = tridiagonalEigenpairs(diagonal, beside);
      if (exhausted || settled(pairs, length, count)) return ritz(basis, pairs, count);
    }
    beside.push(length);
    next = image.map((value) => value / length);
  }
}

/** Whether the residuals of the leading pairs are small: their eigenvalues' errors are residual² over the gap. */
function settled({ values, vectors }: Eigenpairs, length: number, count: number): boolean {
  const leading = vectors.slice(0, count);
  return leading.every((vector) => length * Math.abs(vector.at(-1)!) <= RESIDUAL * values[0]!);
}

/** Axes and variances in the data's space; zeros where the data has fewer directions than were asked for. */
function ritz(basis: readonly Float64Array[], { values, vectors }: Eigenpairs, count: number) {
  const zero = new Float64Array(basis.length);
  return {
    axes: Array.from({ length: count }, (_, k) => combine(basis, vectors[k] ?? zero)),
    variances: Float64Array.from({ length: count }, (_, k) => Math.max(0, values[k] ?? 0)),
  };
}

/** A direction that no data is likely to be orthogonal to; the same for equal shapes. */
function startVector({ columns, dimensions, depth }: PrefixMatrix): Float64Array {
  const random = createRandom(dimensions, 'principal components');
  const vector = new Float64Array(depth);
  for (let j = 0; j < dimensions; j++) vector[columns[j]!] = random.next() - 0.5;
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function combine(basis: readonly Float64Array[], factors: Float64Array): Float64Array {
  const sum = new Float64Array(basis[0]!.length);
  basis.forEach((vector, i) => {
    subtract(sum, vector, -factors[i]!);
  });
  return sum;
}

/** Turns the axis so that its largest weight is positive: scikit-learn's `svd_flip` since 1.5. */
function orient(axis: Float64Array, { columns, dimensions }: PrefixMatrix): void {
  let largest = 0;
  for (let j = 0; j < dimensions; j++) {
    const weight = axis[columns[j]!]!;
    if (Math.abs(weight) > Math.abs(largest)) largest = weight;
  }
  if (largest < 0) for (let j = 0; j < axis.length; j++) axis[j] = -axis[j]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

function subtract(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let j = 0; j < target.length; j++) target[j]! -= factor * vector[j]!;
}

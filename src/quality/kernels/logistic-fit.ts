import { UsageError } from '../../core/errors.ts';
import type { LogisticModel, LogisticOptions } from '../engine.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';

/** Weight vectors of a classifier: two classes need one, of class 1. */
export function vectorsFor(classes: number): number {
  return classes === 2 ? 1 : classes;
}

/** The rows to fit on, position by position, in kernel memory; both routes to the solution read them. */
export interface FitRows {
  readonly count: number;
  readonly classes: number;
  readonly vectors: number;
  /** Row numbers. */
  readonly index: Int32Array;
  readonly labels: Int32Array;
  /** 1 ÷ length of each row's prefix. */
  readonly scales: Float32Array;
  /** count × vectors. */
  readonly logits: Float64Array;
  /** Change of the logits per unit of step along the current direction. */
  readonly moves: Float64Array;
  readonly residuals: Float32Array;
}

export function createFitRows(
  kernelMemory: KernelMemory,
  matrix: PrefixMatrix,
  options: LogisticOptions,
): FitRows {
  const count = options.rows.length;
  const vectors = vectorsFor(options.classes);
  const index = kernelMemory.int32(count);
  index.set(options.rows);
  const labels = kernelMemory.int32(count);
  labels.set(options.labels);
  const scales = kernelMemory.float32(count);
  options.rows.forEach((row, p) => {
    scales[p] = matrix.scales[row]!;
  });
  return {
    count,
    classes: options.classes,
    vectors,
    index,
    labels,
    scales,
    logits: kernelMemory.float64(count * vectors).fill(0),
    moves: kernelMemory.float64(count * vectors),
    residuals: kernelMemory.float32(count * vectors),
  };
}

/** Weights in the order of memory: `vectors` rows of `matrix.depth` values, float64. */
export interface WeightRows {
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
}

/**
 * Where the solver starts: the weights of `warmStart` with zeros for the dimensions it did not know, or zeros.
 *
 * @param stretch factor on its weights: unit rows of a longer prefix have shorter heads
 */
export function startWeights(
  matrix: PrefixMatrix,
  vectors: number,
  warmStart: LogisticModel | undefined,
  stretch: number,
): WeightRows {
  const weights = new Float64Array(vectors * matrix.depth);
  if (warmStart === undefined) return { weights, intercepts: new Float64Array(vectors) };
  const { dimensions } = warmStart;
  for (let k = 0; k < vectors; k++) {
    for (let j = 0; j < dimensions; j++) {
      weights[k * matrix.depth + matrix.columns[j]!] = warmStart.weights[k * dimensions + j]! * stretch;
    }
  }
  return { weights, intercepts: warmStart.intercepts.slice() };
}

/** Weights in the order of memory → in the order of dimensions. */
export function modelWeights(matrix: PrefixMatrix, vectors: number, weights: Float64Array): Float64Array {
  const ordered = new Float64Array(vectors * matrix.dimensions);
  for (let k = 0; k < vectors; k++) {
    for (let j = 0; j < matrix.dimensions; j++) {
      ordered[k * matrix.dimensions + j] = weights[k * matrix.depth + matrix.columns[j]!]!;
    }
  }
  return ordered;
}

/** @throws UsageError when no classifier can be fitted to these rows */
export function checkFit(matrix: Pick<PrefixMatrix, 'rows' | 'dimensions'>, options: LogisticOptions): void {
  const { rows, labels, classes, c, warmStart } = options;
  if (!(c > 0)) throw new UsageError(`the inverse regularisation strength must be positive, not ${c}`);
  if (rows.length !== labels.length) {
    throw new UsageError(`${rows.length} rows came with ${labels.length} labels`);
  }
  const counts = new Int32Array(classes);
  for (const label of labels) {
    if (!(label >= 0 && label < classes)) {
      throw new UsageError(`label ${label} is not one of the ${classes} classes`);
    }
    counts[label]! += 1;
  }
  if (classes < 2) {
    throw new UsageError('a classifier needs rows of at least two classes', {
      hint: 'check dataset.label and dataset.labels: all rows have the same one',
    });
  }
  const missing = counts.indexOf(0);
  if (missing !== -1)
    throw new UsageError(`no row of class ${missing} among the ${rows.length} rows to fit on`);
  if (rows.some((row) => row < 0 || row >= matrix.rows)) {
    throw new UsageError(`rows to fit on must lie between 0 and ${matrix.rows - 1}`);
  }
  if (warmStart && (warmStart.classes !== classes || warmStart.dimensions > matrix.dimensions)) {
    throw new UsageError('a start must have the same classes and no more dimensions than the model to fit');
  }
}

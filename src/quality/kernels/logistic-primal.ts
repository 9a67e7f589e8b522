import type { KernelMemory } from './kernel-memory.ts';
import type { KernelCall, KernelTeam } from './kernel-team.ts';
import type { LossAtStep, SolverProblem } from './lbfgs.ts';
import type { FitRows, WeightRows } from './logistic-fit.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';
import { createSolverSpace, type SolverVector } from './solver-vector.ts';
import { sumOfRows } from './sum-of-rows.ts';

/** A logistic loss in one of its two forms, with the way in and out of the solver's coordinates. */
export interface LogisticRoute {
  readonly problem: SolverProblem;
  start(warm: WeightRows): SolverVector;
  weightsOf(solution: SolverVector): WeightRows;
}

/** Rows fall into this many parts, whatever the number of threads, so that sums round the same everywhere. */
const PARTS = 4;
/** Below this the parts are not worth their own sums. */
const ROWS_FOR_PARTS = 512;

interface Part {
  readonly from: number;
  readonly to: number;
  /** vectors × depth, float32, zeroed between passes. */
  readonly scratch: Float32Array;
  readonly gradient: Float64Array;
  /** Loss, slope, Σ residuals per vector. */
  readonly stats: Float64Array;
}

/**
 * The loss over the weights themselves: a step reads every row once. Rows are centred without being changed
 * (logits lose mean · weights, the gradient mean · Σ residuals), which the free intercept allows and which makes
 * the problem far rounder.
 */
export function primalLogistic(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  matrix: PrefixMatrix,
  rows: FitRows,
): LogisticRoute {
  const { vectors } = rows;
  const { depth } = matrix;
  const mean = sumOfRows(kernelMemory, matrix, rows.index, rows.scales, 1).map((sum) => sum / rows.count);
  const parts = cutIntoParts(kernelMemory, matrix, rows);
  const directions = kernelMemory.float32(vectors * depth).fill(0);
  const shifts = kernelMemory.float64(vectors);
  const space = createSolverSpace(kernelMemory, vectors * depth, vectors, false);
  /** The step at which the parts' gradients were summed. */
  let gradientStep = Number.NaN;
  let residualStep = Number.NaN;

  const meanTimes = (weights: Float64Array | Float32Array, k: number): number => {
    let sum = 0;
    for (let j = 0; j < depth; j++) sum += mean[j]! * weights[k * depth + j]!;
    return sum;
  };

  const problem: SolverProblem = {
    space,
    move: ({ coordinates }, step) => {
      directions.set(coordinates.subarray(0, directions.length));
      coordinates.set(directions);
      for (let k = 0; k < vectors; k++) {
        shifts[k] = coordinates[directions.length + k]! - meanTimes(directions, k);
      }
      for (const part of parts) part.gradient.fill(0);
      team.run(parts.map((part) => passCall(matrix, rows, part, directions, shifts, step)));
      gradientStep = step;
      residualStep = step;
      return totalOf(parts);
    },
    probe: (step) => {
      team.run(parts.map((part) => probeCall(rows, part, step)));
      residualStep = step;
      return totalOf(parts);
    },
    accept: (step, gradient) => {
      if (residualStep !== step) problem.probe(step);
      if (gradientStep !== step) {
        for (const part of parts) part.gradient.fill(0);
        team.run(parts.map((part) => gradientCall(matrix, rows, part)));
      }
      const { logits, moves } = rows;
      kernelMemory.kernels.addScaled64(logits.length, step, moves.byteOffset, logits.byteOffset);
      writeGradient(parts, mean, matrix, vectors, gradient.coordinates);
    },
  };
  return {
    problem,
    start: ({ weights, intercepts }) => {
      const vector = space.create();
      vector.coordinates.set(weights);
      for (let k = 0; k < vectors; k++) {
        vector.coordinates[weights.length + k] = intercepts[k]! + meanTimes(weights, k);
      }
      return vector;
    },
    weightsOf: ({ coordinates }) => {
      const weights = coordinates.slice(0, vectors * depth);
      const intercepts = Float64Array.from(
        { length: vectors },
        (_, k) => coordinates[weights.length + k]! - meanTimes(weights, k),
      );
      return { weights, intercepts };
    },
  };
}

function cutIntoParts(kernelMemory: KernelMemory, matrix: PrefixMatrix, rows: FitRows): Part[] {
  const count = rows.count < ROWS_FOR_PARTS ? 1 : PARTS;
  const size = Math.ceil(rows.count / count / 8) * 8;
  const length = rows.vectors * matrix.depth;
  return Array.from({ length: count }, (_, part) => ({
    from: Math.min(part * size, rows.count),
    to: Math.min((part + 1) * size, rows.count),
    scratch: kernelMemory.float32(length).fill(0),
    gradient: kernelMemory.float64(length).fill(0),
    stats: kernelMemory.float64(2 + rows.vectors).fill(0),
  }));
}

function passCall(
  matrix: PrefixMatrix,
  rows: FitRows,
  part: Part,
  directions: Float32Array,
  shifts: Float64Array,
  step: number,
): KernelCall {
  part.stats.fill(0);
  return [
    'logisticPass',
    matrix.values.byteOffset,
    matrix.stride,
    rows.index.byteOffset,
    part.from,
    part.to,
    matrix.depth,
    rows.vectors,
    directions.byteOffset,
    matrix.depth,
    shifts.byteOffset,
    step,
    rows.labels.byteOffset,
    rows.scales.byteOffset,
    rows.logits.byteOffset,
    rows.moves.byteOffset,
    rows.residuals.byteOffset,
    part.scratch.byteOffset,
    part.gradient.byteOffset,
    part.stats.byteOffset,
  ];
}

function probeCall(rows: FitRows, part: Part, step: number): KernelCall {
  part.stats.fill(0);
  const { vectors } = rows;
  return [
    'softmaxRows',
    part.to - part.from,
    vectors,
    rows.logits.byteOffset + part.from * vectors * 8,
    rows.moves.byteOffset + part.from * vectors * 8,
    step,
    rows.labels.byteOffset + part.from * 4,
    rows.scales.byteOffset + part.from * 4,
    rows.residuals.byteOffset + part.from * vectors * 4,
    part.stats.byteOffset,
  ];
}

function gradientCall(matrix: PrefixMatrix, rows: FitRows, part: Part): KernelCall {
  return [
    'sumWeightedRows',
    matrix.values.byteOffset,
    matrix.stride,
    rows.index.byteOffset,
    part.from,
    part.to,
    matrix.depth,
    rows.residuals.byteOffset,
    rows.vectors,
    part.scratch.byteOffset,
    part.gradient.byteOffset,
    matrix.depth,
  ];
}

function totalOf(parts: readonly Part[]): LossAtStep {
  let loss = 0;
  let slope = 0;
  for (const { stats } of parts) {
    loss += stats[0]!;
    slope += stats[1]!;
  }
  return { loss, slope };
}

function writeGradient(
  parts: readonly Part[],
  mean: Float64Array,
  matrix: PrefixMatrix,
  vectors: number,
  gradient: Float64Array,
): void {
  const { depth } = matrix;
  for (let k = 0; k < vectors; k++) {
    const residuals = parts.reduce((sum, { stats }) => sum + stats[2 + k]!, 0);
    gradient[vectors * depth + k] = residuals;
    for (let j = 0; j < depth; j++) gradient[k * depth + j] = -mean[j]! * residuals;
    for (const part of parts) {
      for (let j = k * depth; j < k * depth + depth; j++) gradient[j]! += part.gradient[j]!;
    }
  }
}

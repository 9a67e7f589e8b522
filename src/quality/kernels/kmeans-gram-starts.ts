import type { Gram } from './gram.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { type StartDraws, trialsFor } from './kmeans-draws.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';

/** A matrix with the products of all its rows at the current prefix. */
export interface GramSpace {
  readonly kernelMemory: KernelMemory;
  readonly matrix: PrefixMatrix;
  readonly gram: Gram;
}

/** Greedy k-means++: the rows that become the first centres. */
export function chooseGramStarts(space: GramSpace, draws: StartDraws, clusters: number): number[] {
  const { kernelMemory, matrix } = space;
  const { kernels } = kernelMemory;
  const { rows, paddedRows } = matrix;
  const trials = trialsFor(clusters);
  const closest = kernelMemory.float32(paddedRows);
  const candidates = Array.from({ length: trials }, () => kernelMemory.float32(paddedRows));
  writeDistances(space, draws.firstRow, closest);
  // padding must never be drawn nor count: at distance 0 it does neither
  closest.fill(0, rows);
  const starts = [draws.firstRow];
  let potential = kernels.sumOfMinima(paddedRows, closest.byteOffset, closest.byteOffset);
  for (let c = 1; c < clusters; c++) {
    let best = { row: -1, trial: -1, potential: Number.POSITIVE_INFINITY };
    for (let trial = 0; trial < trials; trial++) {
      const threshold = draws.uniforms[(c - 1) * trials + trial]! * potential;
      const row = kernels.pickByWeight(rows, closest.byteOffset, threshold);
      writeDistances(space, row, candidates[trial]!);
      const left = kernels.sumOfMinima(paddedRows, candidates[trial]!.byteOffset, closest.byteOffset);
      if (left < best.potential) best = { row, trial, potential: left };
    }
    kernels.takeMinima(paddedRows, candidates[best.trial]!.byteOffset, closest.byteOffset);
    potential = best.potential;
    starts.push(best.row);
  }
  return starts;
}

function writeDistances({ kernelMemory, matrix, gram }: GramSpace, row: number, target: Float32Array): void {
  kernelMemory.kernels.distancesFromProducts(
    matrix.paddedRows,
    gram.values.byteOffset + row * gram.stride * 4,
    matrix.scales.byteOffset,
    matrix.squares.byteOffset,
    matrix.scales[row]!,
    matrix.squares[row]!,
    target.byteOffset,
  );
}

import { createGram } from '../../../src/quality/kernels/gram.ts';
import { createKernelMemory, type KernelMemory } from '../../../src/quality/kernels/kernel-memory.ts';
import { type KernelTeam, soloTeam } from '../../../src/quality/kernels/kernel-team.ts';
import { gramRoute } from '../../../src/quality/kernels/kmeans-gram.ts';
import { primalRoute } from '../../../src/quality/kernels/kmeans-primal.ts';
import type { KMeansRoute } from '../../../src/quality/kernels/kmeans-run.ts';
import { createPrefixMatrix, type PrefixMatrix } from '../../../src/quality/kernels/prefix-matrix.ts';

export interface Space {
  readonly kernelMemory: KernelMemory;
  readonly team: KernelTeam;
  readonly matrix: PrefixMatrix;
}

/** Rows in kernel memory, at their full width. */
export function spaceOf(values: Float32Array, rows: number, prefixes?: readonly number[]): Space {
  const dimensions = values.length / rows;
  const kernelMemory = createKernelMemory(1_000_000);
  const matrix = createPrefixMatrix(kernelMemory, { rows, dimensions, values }, prefixes ?? [dimensions]);
  matrix.advanceTo((prefixes ?? [dimensions])[0]!);
  return { kernelMemory, team: soloTeam(kernelMemory.kernels), matrix };
}

/** Rows with the lengths they have, for references that were computed without normalising. */
export function rawSpace(rows: readonly (readonly number[])[]): Space {
  const space = spaceOf(Float32Array.from(rows.flat()), rows.length);
  rows.forEach((row, i) => {
    space.matrix.scales[i] = 1;
    space.matrix.squares[i] = row.reduce((sum, value) => sum + value * value, 0);
  });
  return space;
}

export const ROUTES: Record<'gram' | 'primal', (space: Space) => KMeansRoute> = {
  gram: ({ kernelMemory, team, matrix }) => {
    const gram = createGram(kernelMemory, team, matrix);
    gram.update();
    return gramRoute(kernelMemory, team, matrix, gram);
  },
  primal: ({ kernelMemory, team, matrix }) => primalRoute(kernelMemory, team, matrix),
};

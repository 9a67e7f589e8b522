import type { KernelMemory } from './kernel-memory.ts';
import type { KernelCall, KernelTeam } from './kernel-team.ts';
import type { PrefixMatrix } from './prefix-matrix.ts';

/** Rows of one unit of work: small enough that a first, unoptimised call takes milliseconds. */
const BLOCK = 48;
/** Columns that are packed at a time: one panel of twelve then fits the first-level cache. */
const CHUNK = 256;

/**
 * Products of all pairs of rows at the current prefix, G = X Xᵀ of the rows as they lie in memory (not scaled
 * to unit length): a larger prefix only adds the products of its further columns, so that all prefixes together
 * cost as much as the largest alone.
 */
export interface Gram {
  /** paddedRows × paddedRows. */
  readonly values: Float32Array;
  readonly stride: number;
  /** Brings the products up to the matrix's current prefix. */
  update(): void;
}

export function createGram(kernelMemory: KernelMemory, team: KernelTeam, matrix: PrefixMatrix): Gram {
  const size = matrix.paddedRows;
  const values = kernelMemory.float32(size * size).fill(0);
  let depth = 0;
  return {
    values,
    stride: size,
    update: () => {
      if (depth === matrix.depth) return;
      const mark = kernelMemory.mark();
      const panels = kernelMemory.float32(size * CHUNK);
      for (let from = depth; from < matrix.depth; from += CHUNK) {
        const width = Math.min(CHUNK, matrix.depth - from);
        addColumns(team, matrix, from, width, panels, values);
      }
      kernelMemory.release(mark);
      team.run(
        blocks(size).map(
          ([first, last]): KernelCall => ['mirrorUpper', values.byteOffset, size, first, last, size],
        ),
      );
      depth = matrix.depth;
    },
  };
}

function addColumns(
  team: KernelTeam,
  matrix: PrefixMatrix,
  from: number,
  width: number,
  panels: Float32Array,
  target: Float32Array,
): void {
  const size = matrix.paddedRows;
  const source = matrix.values.byteOffset + from * 4;
  team.run(
    blocks(size).map(
      ([first, last]): KernelCall => [
        'packPanels',
        source,
        matrix.stride,
        first,
        last,
        width,
        panels.byteOffset,
      ],
    ),
  );
  team.run(
    blocks(size).map(
      ([first, last]): KernelCall => [
        'multiplyPanels',
        source,
        matrix.stride,
        first,
        last,
        panels.byteOffset,
        first / 12,
        size / 12,
        width,
        target.byteOffset,
        size,
      ],
    ),
  );
}

function blocks(size: number): [number, number][] {
  return Array.from({ length: Math.ceil(size / BLOCK) }, (_, b) => [
    b * BLOCK,
    Math.min((b + 1) * BLOCK, size),
  ]);
}

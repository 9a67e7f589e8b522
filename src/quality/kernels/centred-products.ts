import type { Gram } from './gram.ts';
import type { KernelMemory } from './kernel-memory.ts';
import type { KernelCall, KernelTeam } from './kernel-team.ts';
import type { FitRows } from './logistic-fit.ts';

/** Lines of one unit of work. */
const BLOCK = 120;

/** Products of some rows as if they had unit length and mean zero. */
export interface CentredProducts {
  /** count lines of `stride` values, zero behind `count`. */
  readonly values: Float32Array;
  /** A multiple of 4. */
  readonly stride: number;
  /** Mean over the rows of their products with row p, before centring: the mean row times row p. */
  readonly means: Float64Array;
  /** Line numbers 0 … count−1. */
  readonly everyLine: Int32Array;
}

/** Copied out of the Gram matrix onto the stack of `kernelMemory`. */
export function centredProducts(
  kernelMemory: KernelMemory,
  team: KernelTeam,
  gram: Gram,
  rows: Pick<FitRows, 'count' | 'index' | 'scales'>,
): CentredProducts {
  const { count } = rows;
  const padded = Math.ceil(count / 4) * 4;
  const stride = padded % 256 === 0 ? padded + 16 : padded;
  const values = kernelMemory.float32(count * stride);
  const means = kernelMemory.float64(count);
  const offsets = kernelMemory.float32(stride).fill(0);
  const everyLine = kernelMemory.int32(count);
  for (let p = 0; p < count; p++) everyLine[p] = p;
  const blocks = Array.from({ length: Math.ceil(count / BLOCK) }, (_, block) => [
    block * BLOCK,
    Math.min((block + 1) * BLOCK, count),
  ]);
  team.run(
    blocks.map(
      ([from, to]): KernelCall => [
        'gatherProducts',
        gram.values.byteOffset,
        gram.stride,
        rows.index.byteOffset,
        rows.scales.byteOffset,
        count,
        from!,
        to!,
        values.byteOffset,
        stride,
        means.byteOffset,
      ],
    ),
  );
  const grandMean = means.reduce((sum, mean) => sum + mean, 0) / count;
  for (let p = 0; p < count; p++) offsets[p] = means[p]! - grandMean / 2;
  team.run(
    blocks.map(
      ([from, to]): KernelCall => [
        'centreProducts',
        values.byteOffset,
        stride,
        offsets.byteOffset,
        count,
        from!,
        to!,
      ],
    ),
  );
  return { values, stride, means, everyLine };
}

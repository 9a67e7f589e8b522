import type { Dtype } from '../core/axes.ts';
import { type EmbeddingMatrix, truncateAndNormalise } from '../core/matrix.ts';
import type { EngineInput } from './engine.ts';
import { calibrateInt8, decodeInt8, encodeInt8, throughStore } from './kernels/stored-vectors.ts';

/** Vectors as an engine takes them, as they are. */
export function engineInput({ ids, dimensions, values }: EmbeddingMatrix): EngineInput {
  return { rows: ids.length, dimensions, values };
}

/**
 * The job's matrices as they come back from a store of this dtype, as unit vectors at native width. The texts of
 * a task lie in the same store as the items, so that int8 takes the items' ranges for them.
 *
 * @param calibration rows of the items that int8 ranges are learned from; not the held-out ones
 */
export function storedInputs(
  items: EmbeddingMatrix,
  own: readonly (EmbeddingMatrix | undefined)[],
  dtype: Dtype,
  calibration: Int32Array,
): { items: EngineInput; own: (EngineInput | undefined)[] } {
  const unit = engineInput(truncateAndNormalise(items, items.dimensions));
  const scale = dtype === 'int8' ? calibrateInt8(unit, calibration) : undefined;
  const store = (matrix: EmbeddingMatrix): EngineInput => {
    const input = engineInput(truncateAndNormalise(matrix, matrix.dimensions));
    return scale === undefined
      ? throughStore(input, dtype, calibration)
      : { ...input, values: decodeInt8(encodeInt8(input, scale), scale) };
  };
  return { items: throughStore(unit, dtype, calibration), own: own.map((matrix) => matrix && store(matrix)) };
}

/** N×D float32 rows, row-major, with the item id of every row: rows and labels never drift apart. */
export interface EmbeddingMatrix {
  readonly ids: readonly string[];
  readonly dimensions: number;
  /** `ids.length × dimensions` values, row-major. May lie in a SharedArrayBuffer. */
  readonly values: Float32Array;
}

/** The row's values, as a view. */
export function rowOf(matrix: EmbeddingMatrix, row: number): Float32Array {
  return matrix.values.subarray(row * matrix.dimensions, (row + 1) * matrix.dimensions);
}

/**
 * Cuts every row to its first `dimensions` values and divides it by its L2 norm: the client's form of what a
 * Matryoshka server does (slice, then normalise). A row whose prefix is all zero stays zero.
 */
export function truncateAndNormalise(matrix: EmbeddingMatrix, dimensions: number): EmbeddingMatrix {
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > matrix.dimensions) {
    throw new RangeError(`cannot cut vectors of ${matrix.dimensions} dimensions to ${dimensions}`);
  }
  const rows = matrix.ids.length;
  const values = new Float32Array(rows * dimensions);
  for (let row = 0; row < rows; row++) {
    const from = row * matrix.dimensions;
    const to = row * dimensions;
    let squares = 0;
    for (let j = 0; j < dimensions; j++) {
      const x = matrix.values[from + j]!;
      squares += x * x;
    }
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let j = 0; j < dimensions; j++) values[to + j] = matrix.values[from + j]! * scale;
  }
  return { ids: matrix.ids, dimensions, values };
}

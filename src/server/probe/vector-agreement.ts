/** How far two sets of vectors agree, row by row. */
export interface VectorAgreement {
  /** Least cosine over the rows. */
  readonly cosineMin: number;
  /** Largest difference of a component. */
  readonly maxAbsDifference: number;
}

/** Compares two N×D matrices row by row; rows longer than `dimensions` are cut to it first. */
export function compareRows(
  a: { readonly vectors: Float32Array; readonly dimensions: number },
  b: { readonly vectors: Float32Array; readonly dimensions: number },
  dimensions = Math.min(a.dimensions, b.dimensions),
): VectorAgreement {
  const rows = Math.min(a.vectors.length / a.dimensions, b.vectors.length / b.dimensions);
  let cosineMin = 1;
  let maxAbsDifference = 0;
  for (let row = 0; row < rows; row++) {
    const left = rowOf(a, row, dimensions);
    const right = rowOf(b, row, dimensions);
    cosineMin = Math.min(cosineMin, cosine(left, right));
    for (const [j, value] of left.entries()) {
      maxAbsDifference = Math.max(maxAbsDifference, Math.abs(value - right[j]!));
    }
  }
  return { cosineMin, maxAbsDifference };
}

/** Whether every row of `a` is nearest to the row of `b` in its own place: false when rows have changed places. */
export function rowsNearestOwn(
  a: { readonly vectors: Float32Array; readonly dimensions: number },
  b: { readonly vectors: Float32Array; readonly dimensions: number },
): boolean {
  const { dimensions } = a;
  const places = Array.from({ length: a.vectors.length / dimensions }, (_, i) => i);
  return places.every((i) => {
    const row = rowOf(a, i, dimensions);
    const own = cosine(row, rowOf(b, i, dimensions));
    return places.every((j) => j === i || cosine(row, rowOf(b, j, dimensions)) <= own);
  });
}

/** Least and largest L2 norm of N rows. */
export function normRange({
  vectors,
  dimensions,
}: {
  readonly vectors: Float32Array;
  readonly dimensions: number;
}): { readonly min: number; readonly max: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (let row = 0; row < vectors.length / dimensions; row++) {
    const norm = Math.sqrt(
      rowOf({ vectors, dimensions }, row, dimensions).reduce((sum, x) => sum + x * x, 0),
    );
    min = Math.min(min, norm);
    max = Math.max(max, norm);
  }
  return { min, max };
}

/** Cosine of two vectors of one length; 0 when one of them is all zero. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (const [j, x] of a.entries()) {
    const y = b[j]!;
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return squaresA === 0 || squaresB === 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
}

function rowOf(
  matrix: { readonly vectors: Float32Array; readonly dimensions: number },
  row: number,
  dimensions: number,
): Float32Array {
  return matrix.vectors.subarray(row * matrix.dimensions, row * matrix.dimensions + dimensions);
}

/**
 * Least cosine over the rows of two equally shaped sets of vectors, each N×D row-major.
 *
 * @returns undefined when there is nothing to compare
 */
export function leastCosine(
  quiet: Float32Array,
  underLoad: readonly Float32Array[],
  dimensions: number,
): number | undefined {
  let least: number | undefined;
  for (const values of underLoad) {
    if (values.length !== quiet.length) continue;
    for (let row = 0; row < quiet.length; row += dimensions) {
      const cosine = cosineAt(quiet, values, row, dimensions);
      least = least === undefined ? cosine : Math.min(least, cosine);
    }
  }
  return least;
}

function cosineAt(a: Float32Array, b: Float32Array, from: number, dimensions: number): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let j = from; j < from + dimensions; j++) {
    dot += a[j]! * b[j]!;
    aa += a[j]! * a[j]!;
    bb += b[j]! * b[j]!;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}

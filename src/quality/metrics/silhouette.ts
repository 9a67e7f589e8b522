/**
 * Silhouette of every item under cosine distance (Rousseeuw, JCAM 20, 1987): (b − a)/max(a, b), with a the
 * mean distance to the other members of its group and b the least mean distance to another group; 0 in a group
 * of one. Cosine distances to a group add up to its size minus the dot product with the sum of its unit rows,
 * so this takes O(N·K·D) and needs no sample.
 *
 * @param rows number of rows
 * @param labels group of every row, 0 … groups − 1
 * @param copyRow fills `out` (D values) with a row, of any length; zero rows have cosine 0 to all others
 * @returns one value per row, in [−1, 1]; undefined unless 2 ≤ occupied groups ≤ rows − 1
 */
export function cosineSilhouettes(
  rows: number,
  dimensions: number,
  labels: Int32Array,
  groups: number,
  copyRow: (row: number, out: Float32Array) => void,
): Float64Array | undefined {
  const sizes = new Int32Array(groups);
  for (const label of labels) sizes[label] = sizes[label]! + 1;
  const occupied = sizes.filter((size) => size > 0).length;
  if (occupied < 2 || occupied > rows - 1) return undefined;
  const buffer = new Float32Array(dimensions);
  const unit = new Float64Array(dimensions);
  const sums = new Float64Array(groups * dimensions);
  for (let row = 0; row < rows; row++) {
    copyRow(row, buffer);
    normalise(buffer, unit);
    const offset = labels[row]! * dimensions;
    for (let j = 0; j < dimensions; j++) sums[offset + j] = sums[offset + j]! + unit[j]!;
  }
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    copyRow(row, buffer);
    const isZero = normalise(buffer, unit) === 0;
    values[row] = silhouetteOf(unit, isZero, labels[row]!, sizes, sums);
  }
  return values;
}

function silhouetteOf(
  unit: Float64Array,
  isZero: boolean,
  own: number,
  sizes: Int32Array,
  sums: Float64Array,
): number {
  if (sizes[own] === 1) return 0;
  let within = 0;
  let nearest = Number.POSITIVE_INFINITY;
  for (let group = 0; group < sizes.length; group++) {
    const size = sizes[group]!;
    if (size === 0) continue;
    let dot = 0;
    const offset = group * unit.length;
    for (let j = 0; j < unit.length; j++) dot += unit[j]! * sums[offset + j]!;
    // The distance to itself is 0 by definition, also for a zero row, whose cosine to itself is 0.
    if (group === own) within = Math.max(0, size - dot - (isZero ? 1 : 0)) / (size - 1);
    else nearest = Math.min(nearest, Math.max(0, size - dot) / size);
  }
  const larger = Math.max(within, nearest);
  // Equal rows are at distance 0 up to rounding; the ratio of two roundings would be noise.
  return larger < 1e-12 ? 0 : (nearest - within) / larger;
}

/** Writes the unit form of the row; a zero row stays zero. Returns its norm. */
function normalise(row: Float32Array, unit: Float64Array): number {
  let squares = 0;
  for (let j = 0; j < row.length; j++) squares += row[j]! * row[j]!;
  const norm = Math.sqrt(squares);
  for (let j = 0; j < row.length; j++) unit[j] = norm === 0 ? 0 : row[j]! / norm;
  return norm;
}

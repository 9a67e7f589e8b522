/**
 * Moves, turns, mirrors and scales a layout onto a reference, so that maps of several dimensions can be compared
 * point by point: the least-squares similarity transformation (orthogonal Procrustes with scaling). Distances
 * within the layout keep their proportions.
 *
 * @param layout rows × 2
 * @param reference rows × 2, the same rows in the same order
 */
export function alignLayout(layout: ArrayLike<number>, reference: ArrayLike<number>): Float64Array {
  const rows = layout.length / 2;
  const own = centroidOf(layout);
  const wanted = centroidOf(reference);
  // c = Σ layout · referenceᵀ of the centred points; for 2 × 2 the best rotation has a closed form
  let [xx, xy, yx, yy, squares] = [0, 0, 0, 0, 0];
  for (let i = 0; i < rows; i++) {
    const [x, y] = [layout[2 * i]! - own.x, layout[2 * i + 1]! - own.y];
    const [u, v] = [reference[2 * i]! - wanted.x, reference[2 * i + 1]! - wanted.y];
    xx += x * u;
    xy += x * v;
    yx += y * u;
    yy += y * v;
    squares += x * x + y * y;
  }
  const turned = Math.hypot(xx + yy, xy - yx);
  const mirrored = Math.hypot(xx - yy, xy + yx);
  // rows of the matrix that takes (x, y) to its place, not yet scaled
  const flip = mirrored > turned ? -1 : 1;
  const length = Math.max(turned, mirrored) || 1;
  const cosine = (xx + flip * yy) / length;
  const sine = (xy - flip * yx) / length;
  const scale = squares > 0 ? Math.max(turned, mirrored) / squares : 0;
  const aligned = new Float64Array(layout.length);
  for (let i = 0; i < rows; i++) {
    const [x, y] = [layout[2 * i]! - own.x, layout[2 * i + 1]! - own.y];
    aligned[2 * i] = scale * (cosine * x - flip * sine * y) + wanted.x;
    aligned[2 * i + 1] = scale * (sine * x + flip * cosine * y) + wanted.y;
  }
  return aligned;
}

function centroidOf(layout: ArrayLike<number>): { x: number; y: number } {
  const rows = layout.length / 2;
  let [x, y] = [0, 0];
  for (let i = 0; i < rows; i++) {
    x += layout[2 * i]!;
    y += layout[2 * i + 1]!;
  }
  return { x: x / rows, y: y / rows };
}

/** x, y per point, interleaved. */
export type Layout = Float64Array;

/**
 * The layout turned, mirrored and scaled to lie as close as it can to the reference, point by point (orthogonal
 * Procrustes with scale; Gower 1975): two pictures of the same items can then be compared at a glance. Distances
 * inside the picture keep their proportions.
 *
 * @param layout as many points as the reference, in its order
 */
export function alignLayout(layout: Layout, reference: Layout): Layout {
  const points = layout.length / 2;
  const [mx, my] = centreOf(layout);
  const [rx, ry] = centreOf(reference);
  // M = Σ (reference)(layout)ᵀ; in two dimensions the best rotation, with or without a mirror, has a closed form.
  let xx = 0;
  let xy = 0;
  let yx = 0;
  let yy = 0;
  let squares = 0;
  for (let i = 0; i < points; i++) {
    const x = layout[2 * i]! - mx;
    const y = layout[2 * i + 1]! - my;
    const u = reference[2 * i]! - rx;
    const v = reference[2 * i + 1]! - ry;
    xx += u * x;
    xy += u * y;
    yx += v * x;
    yy += v * y;
    squares += x * x + y * y;
  }
  if (squares === 0) return layout.slice();
  const turned = Math.hypot(xx + yy, yx - xy);
  const mirrored = Math.hypot(xx - yy, yx + xy);
  const mirror = mirrored > turned;
  const [cos, sin, fit] = mirror ? [xx - yy, yx + xy, mirrored] : [xx + yy, yx - xy, turned];
  if (fit === 0) return layout.slice();
  const scale = fit / squares;
  const [c, s] = [(cos / fit) * scale, (sin / fit) * scale];
  const aligned = new Float64Array(layout.length);
  for (let i = 0; i < points; i++) {
    const x = layout[2 * i]! - mx;
    const y = (layout[2 * i + 1]! - my) * (mirror ? -1 : 1);
    aligned[2 * i] = rx + c * x - s * y;
    aligned[2 * i + 1] = ry + s * x + c * y;
  }
  return aligned;
}

function centreOf(layout: Layout): [number, number] {
  let x = 0;
  let y = 0;
  for (let i = 0; i < layout.length; i += 2) {
    x += layout[i]!;
    y += layout[i + 1]!;
  }
  return [(2 * x) / layout.length, (2 * y) / layout.length];
}

/**
 * Share of each point's `k` nearest neighbours in the picture that carry its own label, averaged over the
 * points that have one. Close to the classes' mixing rate, the picture does not show them apart.
 *
 * @returns undefined for fewer than k + 1 labelled points
 */
export function neighbourLabelAgreement(
  layout: Layout,
  labels: readonly (string | null)[],
  k = 10,
): number | undefined {
  const points = labels.map((_, i) => i).filter((i) => labels[i] !== null);
  if (points.length <= k) return undefined;
  const nearest = new Int32Array(k);
  const distances = new Float64Array(k);
  let agreeing = 0;
  for (const i of points) {
    distances.fill(Number.POSITIVE_INFINITY);
    for (const j of points) {
      if (j === i) continue;
      const distance =
        (layout[2 * i]! - layout[2 * j]!) ** 2 + (layout[2 * i + 1]! - layout[2 * j + 1]!) ** 2;
      if (distance < distances[k - 1]!) insert(distance, j, distances, nearest);
    }
    for (const j of nearest) agreeing += Number(labels[j] === labels[i]);
  }
  return agreeing / (points.length * k);
}

/** Puts a point in its place among the nearest so far; the farthest of them drops out. */
function insert(distance: number, point: number, distances: Float64Array, nearest: Int32Array): void {
  let slot = distances.length - 1;
  while (slot > 0 && distances[slot - 1]! > distance) {
    distances[slot] = distances[slot - 1]!;
    nearest[slot] = nearest[slot - 1]!;
    slot--;
  }
  distances[slot] = distance;
  nearest[slot] = point;
}

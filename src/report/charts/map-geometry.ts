/** Shapes of map points, so that classes differ without colour: dot, cross, bar, plus, caret, dash. */
const GLYPHS: readonly ((x: string, y: string) => string)[] = [
  (x, y) => `M${x},${y}h0`,
  (x, y) => `M${x},${y}m-2-2l4 4m0-4l-4 4`,
  (x, y) => `M${x},${y}m0-2.5v5`,
  (x, y) => `M${x},${y}m-2.5 0h5m-2.5-2.5v5`,
  (x, y) => `M${x},${y}m-2 1.5l2-3l2 3`,
  (x, y) => `M${x},${y}m-2.5 0h5`,
];

/** Path data of one point of the i-th class, drawn as a stroke with round ends. */
export function mapGlyph(i: number, x: number, y: number): string {
  return GLYPHS[i % GLYPHS.length]!(x.toFixed(1), y.toFixed(1));
}

/** Room around the outermost points. */
const MARGIN = 10;

/** From data to pixels, the same for both axes, y upwards. The page's script places its pointer by the same rule. */
export function mapPlacement(
  points: readonly (readonly [number, number])[],
  size: number,
): (point: readonly [number, number]) => [number, number] {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  }
  const reach = Math.max(right - left, top - bottom) || 1;
  const scale = (size - 2 * MARGIN) / reach;
  const [middleX, middleY] = [(left + right) / 2, (bottom + top) / 2];
  return ([x, y]) => [size / 2 + (x - middleX) * scale, size / 2 - (y - middleY) * scale];
}

/** Coordinates of a map's points are whole numbers of this part of a pixel: short to write, fine enough to see. */
export const MAP_GRID = 0.5;

/**
 * Shapes of map points in grid units, so that classes differ without colour: dot, upright, level and slanted
 * strokes, cross, plus, caret. The shortest come first, because there are thousands of points.
 */
const GLYPHS: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `M${x} ${y}h0`,
  (x, y) => `M${x} ${y - 5}v10`,
  (x, y) => `M${x - 5} ${y}h10`,
  (x, y) => `M${x - 4} ${y + 4}l8-8`,
  (x, y) => `M${x - 4} ${y - 4}l8 8`,
  (x, y) => `M${x - 4} ${y - 4}l8 8m0-8l-8 8`,
  (x, y) => `M${x - 5} ${y}h10m-5-5v10`,
  (x, y) => `M${x - 4} ${y + 3}l4-6l4 6`,
];

/** Path data of one point of the i-th class, in grid units, drawn as a stroke with round ends. */
export function mapGlyph(i: number, [x, y]: readonly [number, number]): string {
  return GLYPHS[i % GLYPHS.length]!(x, y);
}

/** Class of a path of such points: dots are drawn with a thicker pen than strokes. */
export function glyphClass(i: number): 'dot' | 'stroke' {
  return i % GLYPHS.length === 0 ? 'dot' : 'stroke';
}

/** Room around the outermost points, in pixels. */
const MARGIN = 10;

/** From data to whole grid units of a square map, the same scale for both axes, y upwards. */
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
  const scale = (size - 2 * MARGIN) / reach / MAP_GRID;
  const middle = size / 2 / MAP_GRID;
  const [middleX, middleY] = [(left + right) / 2, (bottom + top) / 2];
  return ([x, y]) => [Math.round(middle + (x - middleX) * scale), Math.round(middle - (y - middleY) * scale)];
}

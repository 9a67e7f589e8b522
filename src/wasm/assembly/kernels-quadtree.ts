// Barnes and Hut's tree over a two-dimensional layout: far groups of points push like one point.

/** A square cell; a leaf holds one point, or several that lie on top of each other. */
@unmanaged
class Cell {
  /** Sums over the cell's points, then their mean. */
  x: f64;
  y: f64;
  centreX: f64;
  centreY: f64;
  /** Half of the side. */
  reach: f64;
  points: i32;
  /** Number of the first of four children, 0 for a leaf. */
  children: i32;
}

/** Bytes of a cell, for whoever makes room. */
export const CELL_BYTES: i32 = 48;
/** Cells this many halvings down are not split again: their points count as one place. */
const DEEPEST: i32 = 40;

// @ts-ignore: decorator
@inline
function cellAt(cells: usize, number: i32): Cell {
  return changetype<Cell>(cells + <usize>number * <usize>CELL_BYTES);
}

/**
 * Builds the tree of `count` points in `cells`.
 *
 * @returns the number of cells, or −1 when `capacity` is too small
 */
export function buildTree(x: usize, y: usize, count: i32, cells: usize, capacity: i32): i32 {
  let lowX = <f64>Infinity, lowY = <f64>Infinity, highX = -<f64>Infinity, highY = -<f64>Infinity;
  for (let i: usize = 0; i < <usize>count << 2; i += 4) {
    const px = <f64>load<f32>(x + i), py = <f64>load<f32>(y + i);
    lowX = min(lowX, px);
    highX = max(highX, px);
    lowY = min(lowY, py);
    highY = max(highY, py);
  }
  const reach = max(highX - lowX, highY - lowY) * 0.5000001 + 1e-30;
  openCell(cellAt(cells, 0), (lowX + highX) / 2, (lowY + highY) / 2, reach);
  let used = 1;
  for (let i: usize = 0; i < <usize>count << 2; i += 4) {
    used = insert(cells, used, capacity, <f64>load<f32>(x + i), <f64>load<f32>(y + i));
    if (used < 0) return -1;
  }
  for (let number = 0; number < used; number++) {
    const cell = cellAt(cells, number);
    if (cell.points > 1) {
      cell.x /= <f64>cell.points;
      cell.y /= <f64>cell.points;
    }
  }
  return used;
}

function insert(cells: usize, used: i32, capacity: i32, x: f64, y: f64): i32 {
  let cell = cellAt(cells, 0);
  let depth = 0;
  while (cell.children != 0 || mustSplit(cell, depth, x, y)) {
    if (cell.children == 0) {
      if (used + 4 > capacity) return -1;
      split(cells, cell, used);
      used += 4;
    }
    addPoint(cell, x, y);
    cell = childFor(cells, cell, x, y);
    depth++;
  }
  addPoint(cell, x, y);
  return used;
}

/** Whether a leaf holds a point elsewhere and can still be split. */
// @ts-ignore: decorator
@inline
function mustSplit(leaf: Cell, depth: i32, x: f64, y: f64): bool {
  return leaf.points > 0 && depth < DEEPEST && !isAt(leaf, x, y);
}

// @ts-ignore: decorator
@inline
function addPoint(cell: Cell, x: f64, y: f64): void {
  cell.points++;
  cell.x += x;
  cell.y += y;
}

// @ts-ignore: decorator
@inline
function isAt(leaf: Cell, x: f64, y: f64): bool {
  return leaf.x == x * <f64>leaf.points && leaf.y == y * <f64>leaf.points;
}

/** Gives a leaf four children and hands its points to one of them. */
function split(cells: usize, cell: Cell, first: i32): void {
  const half = cell.reach / 2;
  for (let k = 0; k < 4; k++) {
    openCell(
      cellAt(cells, first + k),
      cell.centreX + (k & 1 ? half : -half),
      cell.centreY + (k & 2 ? half : -half),
      half,
    );
  }
  cell.children = first;
  const heir = childFor(cells, cell, cell.x / <f64>cell.points, cell.y / <f64>cell.points);
  heir.points = cell.points;
  heir.x = cell.x;
  heir.y = cell.y;
}

// @ts-ignore: decorator
@inline
function childFor(cells: usize, cell: Cell, x: f64, y: f64): Cell {
  return cellAt(cells, cell.children + (x > cell.centreX ? 1 : 0) + (y > cell.centreY ? 2 : 0));
}

// @ts-ignore: decorator
@inline
function openCell(cell: Cell, centreX: f64, centreY: f64, reach: f64): void {
  cell.x = 0;
  cell.y = 0;
  cell.centreX = centreX;
  cell.centreY = centreY;
  cell.reach = reach;
  cell.points = 0;
  cell.children = 0;
}

/**
 * `repulsion` by the tree: a cell whose side is less than `angle` times its distance counts as one point of its
 * weight. `stack` is scratch for 4 · DEEPEST cell numbers.
 */
export function treeRepulsion(
  x: usize, y: usize, from: i32, to: i32, cells: usize, stack: usize, angle: f64,
  forceX: usize, forceY: usize, normalisers: usize,
): void {
  const opening = angle * angle;
  for (let i = from; i < to; i++) {
    const at = <usize>i << 2;
    const px = <f64>load<f32>(x + at), py = <f64>load<f32>(y + at);
    let alongX: f64 = 0, alongY: f64 = 0, sum: f64 = 0;
    let height: usize = 4;
    store<i32>(stack, 0);
    while (height > 0) {
      height -= 4;
      const cell = cellAt(cells, load<i32>(stack + height));
      const dx = px - cell.x, dy = py - cell.y;
      const squared = dx * dx + dy * dy;
      if (cell.children == 0 || 4 * cell.reach * cell.reach < opening * squared) {
        const q = 1 / (1 + squared);
        // a leaf that lies where the point lies holds the point itself, which does not push itself
        const weight = <f64>(cell.points - (cell.children == 0 && squared == 0 ? 1 : 0));
        sum += weight * q;
        alongX += weight * q * q * dx;
        alongY += weight * q * q * dy;
      } else {
        for (let k = 0; k < 4; k++) {
          if (cellAt(cells, cell.children + k).points == 0) continue;
          store<i32>(stack + height, cell.children + k);
          height += 4;
        }
      }
    }
    store<f32>(normalisers + at, <f32>sum);
    store<f32>(forceX + at, <f32>alongX);
    store<f32>(forceY + at, <f32>alongY);
  }
}

// target += rows · matrix, the matrix packed into panels of eight columns. A tile of 4 rows × 8 columns keeps its 8
// sums, 2 panel vectors and 1 broadcast value in the 16 vector registers; sums that start from plain loads stay there
// (from a broadcast bias V8 spills them), so the caller fills the target with the bias or the residual first.
import { multiplyAdd } from "./kernels-lanes";

/** Columns of one panel. */
const PANEL: i32 = 8;
/** Rows of one tile; a caller's row count is a multiple of it. */
const TILE_ROWS: i32 = 4;
/** Rows that stay in the second-level cache while all panels pass by. */
const ROW_BLOCK: i32 = 48;

/** Packs a depth × width matrix: panel g holds, row by row, its columns 8g … 8g+7. */
export function packPanels(source: usize, depth: i32, width: i32, panels: usize): void {
  const rowBytes = <usize>width << 2;
  for (let column = 0; column < width; column += PANEL) {
    let from = source + (<usize>column << 2);
    for (let k = 0; k < depth; k++) {
      v128.store(panels, v128.load(from));
      v128.store(panels, v128.load(from, 16), 16);
      panels += 32;
      from += rowBytes;
    }
  }
}

/** target[rows × width] += source[rows × depth] · panels. `rows` is a multiple of 4. */
export function addProduct(
  source: usize, rows: i32, depth: i32, panels: usize, width: i32, target: usize,
): void {
  const sourceBytes = <usize>depth << 2;
  const targetBytes = <usize>width << 2;
  const panelBytes = <usize>depth * 32;
  for (let block = 0; block < rows; block += ROW_BLOCK) {
    const blockEnd = min(block + ROW_BLOCK, rows);
    let panel = panels;
    for (let column = 0; column < width; column += PANEL) {
      const columnTarget = target + (<usize>column << 2);
      for (let i = block; i < blockEnd; i += TILE_ROWS) {
        addProductTile(source + <usize>i * sourceBytes, sourceBytes, panel, depth,
          columnTarget + <usize>i * targetBytes, targetBytes);
      }
      panel += panelBytes;
    }
  }
}

/** Four rows times one panel. Exported so that it stays a function of its own: inlined, V8 spills its sums. */
export function addProductTile(
  x0: usize, rowBytes: usize, panel: usize, depth: i32, y0: usize, targetBytes: usize,
): void {
  let x1 = x0 + rowBytes;
  let x2 = x1 + rowBytes;
  let x3 = x2 + rowBytes;
  const y1 = y0 + targetBytes;
  const y2 = y1 + targetBytes;
  const y3 = y2 + targetBytes;
  const end = x0 + (<usize>depth << 2);
  let a00 = v128.load(y0), a01 = v128.load(y0, 16);
  let a10 = v128.load(y1), a11 = v128.load(y1, 16);
  let a20 = v128.load(y2), a21 = v128.load(y2, 16);
  let a30 = v128.load(y3), a31 = v128.load(y3, 16);
  while (x0 < end) {
    const p0 = v128.load(panel);
    const p1 = v128.load(panel, 16);
    panel += 32;
    const u0 = v128.load32_splat(x0);
    x0 += 4;
    a00 = multiplyAdd(a00, u0, p0);
    a01 = multiplyAdd(a01, u0, p1);
    const u1 = v128.load32_splat(x1);
    x1 += 4;
    a10 = multiplyAdd(a10, u1, p0);
    a11 = multiplyAdd(a11, u1, p1);
    const u2 = v128.load32_splat(x2);
    x2 += 4;
    a20 = multiplyAdd(a20, u2, p0);
    a21 = multiplyAdd(a21, u2, p1);
    const u3 = v128.load32_splat(x3);
    x3 += 4;
    a30 = multiplyAdd(a30, u3, p0);
    a31 = multiplyAdd(a31, u3, p1);
  }
  v128.store(y0, a00);
  v128.store(y0, a01, 16);
  v128.store(y1, a10);
  v128.store(y1, a11, 16);
  v128.store(y2, a20);
  v128.store(y2, a21, 16);
  v128.store(y3, a30);
  v128.store(y3, a31, 16);
}

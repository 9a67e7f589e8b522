// Wide products: the right-hand rows are packed into panels of twelve, so that one broadcast of a left-hand
// value meets twelve of them. 3 × 12 sums fill 9 of the 16 vector registers; larger tiles spill in V8, and so does
// a tile whose sums start from anything but plain loads (33 GFLOP/s become 19): products always add to the target.
import { multiplyAdd } from "./kernels-lanes";

/** Rows of one panel. */
const PANEL: i32 = 12;
/** Left-hand rows that stay in the second-level cache while all panels pass by. */
const ROW_BLOCK: i32 = 48;

/**
 * Packs rows [rowFrom, rowTo) of `source`, `depth` columns each, into panels: panel g holds, column by column,
 * the values of rows 12g … 12g+11. `rowFrom` is a multiple of 12; a last panel that is not full gets zeros.
 */
export function packPanels(
  source: usize, stride: i32, rowFrom: i32, rowTo: i32, depth: i32, panels: usize,
): void {
  for (let first = rowFrom; first < rowTo; first += PANEL) {
    const panel = panels + (<usize>first * <usize>depth << 2);
    for (let r = 0; r < PANEL; r++) {
      let to = panel + (<usize>r << 2);
      const end = to + <usize>depth * 48;
      if (first + r < rowTo) {
        let from = source + (<usize>(first + r) * <usize>stride << 2);
        for (; to < end; to += 48) {
          store<f32>(to, load<f32>(from));
          from += 4;
        }
      } else {
        for (; to < end; to += 48) store<f32>(to, 0);
      }
    }
  }
}

/**
 * target[i, 12·panelFrom …] += rows[i] · panelsᵀ for i in [rowFrom, rowTo).
 * `rows` and `panels` have `depth` columns; a target row has room for whole panels.
 */
export function multiplyPanels(
  rows: usize, stride: i32, rowFrom: i32, rowTo: i32,
  panels: usize, panelFrom: i32, panelTo: i32, depth: i32,
  target: usize, targetStride: i32,
): void {
  const rowBytes = <usize>stride << 2;
  const targetBytes = <usize>targetStride << 2;
  const panelBytes = <usize>depth * 48;
  for (let block = rowFrom; block < rowTo; block += ROW_BLOCK) {
    const blockEnd = min(block + ROW_BLOCK, rowTo);
    for (let g = panelFrom; g < panelTo; g++) {
      const panel = panels + <usize>g * panelBytes;
      let i = block;
      for (; i + 3 <= blockEnd; i += 3) {
        multiplyTile(rows + <usize>i * rowBytes, rowBytes, panel, depth,
          target + <usize>i * targetBytes + <usize>g * 48, targetBytes);
      }
      for (; i < blockEnd; i++) {
        multiplyRow(rows + <usize>i * rowBytes, panel, depth,
          target + <usize>i * targetBytes + <usize>g * 48);
      }
    }
  }
}

/**
 * Transposes the part of a square matrix that lies in rows [rowFrom, rowTo) and columns [rowTo, size) to where it
 * is missing, below the diagonal. All three are multiples of 4.
 */
export function mirrorUpper(matrix: usize, stride: i32, rowFrom: i32, rowTo: i32, size: i32): void {
  const bytes = <usize>stride << 2;
  for (let j = rowTo; j < size; j += 4) {
    let from = matrix + <usize>rowFrom * bytes + (<usize>j << 2);
    let to = matrix + <usize>j * bytes + (<usize>rowFrom << 2);
    for (let i = rowFrom; i < rowTo; i += 4) {
      transpose4(from, to, bytes);
      from += 4 * bytes;
      to += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function transpose4(from: usize, to: usize, bytes: usize): void {
  const a = v128.load(from), b = v128.load(from + bytes);
  const c = v128.load(from + 2 * bytes), d = v128.load(from + 3 * bytes);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + bytes, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * bytes, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5));
  v128.store(to + 3 * bytes, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7));
}

/**
 * Three rows times one panel. Exported from the module so that it stays a function of its own: inside the loops
 * above it, V8 keeps some of the sums on the stack.
 */
export function multiplyTile(
  x0: usize, rowBytes: usize, panel: usize, depth: i32, target: usize, targetBytes: usize,
): void {
  let x1 = x0 + rowBytes;
  let x2 = x1 + rowBytes;
  const y1 = target + targetBytes;
  const y2 = y1 + targetBytes;
  const end = x0 + (<usize>depth << 2);
  let a00 = v128.load(target), a01 = v128.load(target, 16), a02 = v128.load(target, 32);
  let a10 = v128.load(y1), a11 = v128.load(y1, 16), a12 = v128.load(y1, 32);
  let a20 = v128.load(y2), a21 = v128.load(y2, 16), a22 = v128.load(y2, 32);
  while (x0 < end) {
    const p0 = v128.load(panel);
    const p1 = v128.load(panel, 16);
    const p2 = v128.load(panel, 32);
    panel += 48;
    const u0 = v128.load32_splat(x0);
    x0 += 4;
    a00 = multiplyAdd(a00, u0, p0);
    a01 = multiplyAdd(a01, u0, p1);
    a02 = multiplyAdd(a02, u0, p2);
    const u1 = v128.load32_splat(x1);
    x1 += 4;
    a10 = multiplyAdd(a10, u1, p0);
    a11 = multiplyAdd(a11, u1, p1);
    a12 = multiplyAdd(a12, u1, p2);
    const u2 = v128.load32_splat(x2);
    x2 += 4;
    a20 = multiplyAdd(a20, u2, p0);
    a21 = multiplyAdd(a21, u2, p1);
    a22 = multiplyAdd(a22, u2, p2);
  }
  storeThree(target, a00, a01, a02);
  storeThree(y1, a10, a11, a12);
  storeThree(y2, a20, a21, a22);
}

// @ts-ignore: decorator
@inline
function multiplyRow(x: usize, panel: usize, depth: i32, target: usize): void {
  const end = x + (<usize>depth << 2);
  let a0 = v128.load(target), a1 = v128.load(target, 16), a2 = v128.load(target, 32);
  while (x < end) {
    const u = v128.load32_splat(x);
    x += 4;
    a0 = multiplyAdd(a0, u, v128.load(panel));
    a1 = multiplyAdd(a1, u, v128.load(panel, 16));
    a2 = multiplyAdd(a2, u, v128.load(panel, 32));
    panel += 48;
  }
  storeThree(target, a0, a1, a2);
}

// @ts-ignore: decorator
@inline
function storeThree(target: usize, a0: v128, a1: v128, a2: v128): void {
  v128.store(target, a0);
  v128.store(target, a1, 16);
  v128.store(target, a2, 32);
}

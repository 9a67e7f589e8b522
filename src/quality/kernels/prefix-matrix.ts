import type { EngineInput } from '../engine.ts';
import type { KernelMemory } from './kernel-memory.ts';

/**
 * The matrix in kernel memory, visited prefix by prefix. Columns that one prefix adds to the one before start
 * at a multiple of four and are padded with zeros, so that every prefix is a whole number of SIMD lanes; rows
 * are padded with zero rows to a multiple of twelve. The rows keep their length: unit length at the current
 * prefix is a factor per row.
 */
export interface PrefixMatrix {
  readonly rows: number;
  /** Rows with padding, a multiple of 12. */
  readonly paddedRows: number;
  /** float32 values per row in memory. */
  readonly stride: number;
  readonly values: Float32Array;
  /** Column in memory of each dimension. */
  readonly columns: Int32Array;
  /** Row numbers 0 … paddedRows−1: the index for kernels that take one. */
  readonly everyRow: Int32Array;
  /** 1 ÷ length of each row's prefix, 0 for a zero prefix and for padding. */
  readonly scales: Float32Array;
  /** Squared length after scaling: 1, or 0 for a zero prefix and for padding. */
  readonly squares: Float32Array;
  /** The current prefix. */
  readonly dimensions: number;
  /** Columns in memory that the current prefix spans. */
  readonly depth: number;
  advanceTo(dimensions: number): void;
}

/** @param prefixes ascending widths; values behind the last are not kept */
export function createPrefixMatrix(
  kernelMemory: KernelMemory,
  input: EngineInput,
  prefixes: readonly number[],
): PrefixMatrix {
  const { rows } = input;
  const paddedRows = Math.ceil(rows / 12) * 12;
  const { columns, depths, stride } = layOut(prefixes);
  const values = kernelMemory.float32(paddedRows * stride);
  copyRows(input, prefixes, columns, stride, values);
  const everyRow = kernelMemory.int32(paddedRows);
  for (let row = 0; row < paddedRows; row++) everyRow[row] = row;
  const scales = kernelMemory.float32(paddedRows).fill(0);
  const squares = kernelMemory.float32(paddedRows).fill(0);
  const lengths = kernelMemory.float64(rows).fill(0);
  let dimensions = 0;
  let depth = 0;
  return {
    rows,
    paddedRows,
    stride,
    values,
    columns,
    everyRow,
    scales,
    squares,
    get dimensions() {
      return dimensions;
    },
    get depth() {
      return depth;
    },
    advanceTo: (next) => {
      const nextDepth = depths.get(next)!;
      const { kernels } = kernelMemory;
      kernels.addSquares(values.byteOffset, stride, rows, depth, nextDepth - depth, lengths.byteOffset);
      for (let row = 0; row < rows; row++) {
        scales[row] = lengths[row]! > 0 ? 1 / Math.sqrt(lengths[row]!) : 0;
        squares[row] = lengths[row]! > 0 ? 1 : 0;
      }
      dimensions = next;
      depth = nextDepth;
    },
  };
}

/** Where each dimension lies in memory, and how many columns each prefix spans. */
function layOut(prefixes: readonly number[]) {
  const columns = new Int32Array(prefixes.at(-1)!);
  const depths = new Map<number, number>();
  let depth = 0;
  let from = 0;
  for (const width of prefixes) {
    for (let j = from; j < width; j++) columns[j] = depth + j - from;
    depth += Math.ceil((width - from) / 4) * 4;
    depths.set(width, depth);
    from = width;
  }
  // rows a multiple of 1 KiB apart would all fall into a few cache sets
  const stride = depth % 256 === 0 ? depth + 16 : depth;
  return { columns, depths, stride };
}

function copyRows(
  input: EngineInput,
  prefixes: readonly number[],
  columns: Int32Array,
  stride: number,
  target: Float32Array,
): void {
  target.subarray(input.rows * stride).fill(0);
  for (let row = 0; row < input.rows; row++) {
    const source = input.values.subarray(row * input.dimensions, (row + 1) * input.dimensions);
    const to = row * stride;
    let end = to;
    let from = 0;
    for (const width of prefixes) {
      const start = to + columns[from]!;
      target.fill(0, end, start);
      target.set(source.subarray(from, width), start);
      end = start + width - from;
      from = width;
    }
    target.fill(0, end, to + stride);
  }
}

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { createKernelMemory, type KernelMemory } from '../../../src/quality/kernels/kernel-memory.ts';
import { products, type Rows, repulsionTwin, softmaxTwin, weightedSums } from './twins.ts';

fc.configureGlobal({ seed: 42 });

let memory: KernelMemory;
beforeEach(() => {
  memory = createKernelMemory(8_000_000);
});

const random = createRandom('kernels');
const randomRows = (rows: number, width: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: width }, () => Math.fround(random.next() - 0.5)));

/** Lays rows out `stride` apart, the rest filled with a value that would show. */
function put(rows: Rows, stride: number, rest = 0): Float32Array {
  const values = memory.float32(rows.length * stride).fill(rest);
  rows.forEach((row, i) => {
    values.set(row, i * stride);
  });
  return values;
}

function put64(rows: Rows): Float64Array {
  const values = memory.float64(rows.length * rows[0]!.length);
  values.set(rows.flat());
  return values;
}

function index(rows: readonly number[]): Int32Array {
  const values = memory.int32(rows.length);
  values.set(rows);
  return values;
}

const near = (found: ArrayLike<number>, wanted: readonly number[], tolerance = 2e-5): void => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs(found[i]! - value), `value ${i}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(value)),
    );
  });
};

describe('wide products', () => {
  it.each([
    [12, 12, 4],
    [24, 15, 36],
    [7, 5, 260],
    [50, 30, 96],
  ])('%i rows times %i vectors of %i columns equal the plain sum', (rows, vectors, width) => {
    const [left, right] = [randomRows(rows, width), randomRows(vectors, width)];
    const columns = Math.ceil(vectors / 12) * 12;
    const [x, v] = [put(left, width + 4, 9), put(right, width + 8, 9)];
    const panels = memory.float32(columns * width);
    const target = memory.float32(rows * columns).fill(0.5);
    const { kernels } = memory;
    kernels.packPanels(v.byteOffset, width + 8, 0, vectors, width, panels.byteOffset);
    kernels.multiplyPanels(
      x.byteOffset,
      width + 4,
      0,
      rows,
      panels.byteOffset,
      0,
      columns / 12,
      width,
      target.byteOffset,
      columns,
    );
    const wanted = products(left, right);
    for (let i = 0; i < rows; i++) {
      const found = target.subarray(i * columns, i * columns + vectors);
      near(
        found,
        wanted[i]!.map((value) => value + 0.5),
      );
    }
  });

  it('mirrors what lies right of a block of rows', () => {
    const size = 24;
    const matrix = put(randomRows(size, size), size);
    const before = matrix.slice();
    memory.kernels.mirrorUpper(matrix.byteOffset, size, 4, 12, size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const mirrored = i >= 12 && j >= 4 && j < 12;
        expect(matrix[i * size + j]).toBe(before[mirrored ? j * size + i : i * size + j]);
      }
    }
  });
});

describe('products with a few vectors', () => {
  it('equal the plain sums for any number of vectors and any subset of rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 21 }), (count, picked) => {
        const width = 40;
        const all = randomRows(30, width);
        const chosen = Array.from({ length: picked }, () => random.integer(30));
        const vectors = randomRows(count, width);
        const x = put(all, 44, 9);
        const v = put(vectors, width);
        const rows = index(chosen);
        const target = memory.float32(picked * count);
        memory.kernels.multiplyVectors(
          x.byteOffset,
          44,
          rows.byteOffset,
          0,
          picked,
          width,
          v.byteOffset,
          width,
          count,
          target.byteOffset,
        );
        const subset = chosen.map((row) => all[row]!);
        near(target, products(subset, vectors).flat());

        const factors = randomRows(picked, count);
        const scratch = memory.float32(count * width).fill(0);
        const sums = memory.float64(count * width).fill(0);
        memory.kernels.sumWeightedRows(
          x.byteOffset,
          44,
          rows.byteOffset,
          0,
          picked,
          width,
          put(factors, count).byteOffset,
          count,
          scratch.byteOffset,
          sums.byteOffset,
          width,
        );
        near(sums, weightedSums(subset, factors).flat());
        expect(scratch.every((value) => value === 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the digits of long sums', () => {
    const rows = Array.from({ length: 5000 }, () => [1, 0.1, -1, 1e-3].map(Math.fround));
    const x = put(rows, 4);
    const all = index([...rows.keys()]);
    const ones = memory.float32(5000).fill(1);
    const scratch = memory.float32(4).fill(0);
    const sums = memory.float64(4).fill(0);
    memory.kernels.sumWeightedRows(
      x.byteOffset,
      4,
      all.byteOffset,
      0,
      5000,
      4,
      ones.byteOffset,
      1,
      scratch.byteOffset,
      sums.byteOffset,
      4,
    );
    near(sums, [5000, 5000 * Math.fround(0.1), -5000, 5000 * Math.fround(1e-3)], 1e-5);
  });
});

describe('logistic kernels', () => {
  it.each([1, 2, 3, 5, 8])('one pass with %i vectors equals softmax, loss, slope and gradient', (vectors) => {
    const [count, width] = [37, 24];
    const x = randomRows(count, width);
    const labels = Array.from({ length: count }, () => random.integer(Math.max(2, vectors)));
    const logits = randomRows(count, vectors).map((row) => row.map((value) => 4 * value));
    const directions = randomRows(vectors, width);
    const shifts = randomRows(1, vectors);
    const scales = Array.from({ length: count }, () => Math.fround(0.5 + random.next()));
    const moves = products(x, directions).map((row, p) =>
      row.map((value, k) => scales[p]! * value + shifts[0]![k]!),
    );
    const step = 0.7;
    const wanted = softmaxTwin(logits, moves, step, labels);
    const state = {
      logits: put64(logits),
      moves: memory.float64(count * vectors),
      residuals: memory.float32(count * vectors),
      sums: memory.float32(vectors * width).fill(0),
      gradients: memory.float64(vectors * width).fill(0),
      stats: memory.float64(2 + vectors).fill(0),
    };
    memory.kernels.logisticPass(
      put(x, width + 4, 9).byteOffset,
      width + 4,
      index([...x.keys()]).byteOffset,
      0,
      count,
      width,
      vectors,
      put(directions, width).byteOffset,
      width,
      put64(shifts).byteOffset,
      step,
      index(labels).byteOffset,
      put([scales], count).byteOffset,
      state.logits.byteOffset,
      state.moves.byteOffset,
      state.residuals.byteOffset,
      state.sums.byteOffset,
      state.gradients.byteOffset,
      state.stats.byteOffset,
    );
    near(state.moves, moves.flat());
    near(state.stats.subarray(0, 2), [wanted.loss, wanted.slope]);
    const scaled = wanted.residuals.map((row, p) => row.map((value) => value * scales[p]!));
    near(state.residuals, scaled.flat());
    near(state.gradients, weightedSums(x, scaled).flat());
    const totals = Array.from({ length: vectors }, (_, k) =>
      wanted.residuals.reduce((sum, row) => sum + row[k]!, 0),
    );
    near(state.stats.subarray(2), totals);
  });

  it('survives logits that overflow a plain exponential', () => {
    const logits = put64([[900, -900, 0]]);
    const moves = put64([[0, 0, 0]]);
    const residuals = memory.float32(3);
    const stats = memory.float64(5).fill(0);
    memory.kernels.softmaxRows(
      1,
      3,
      logits.byteOffset,
      moves.byteOffset,
      1,
      index([1]).byteOffset,
      put([[1]], 1).byteOffset,
      residuals.byteOffset,
      stats.byteOffset,
    );
    expect(stats[0]).toBe(1800);
    expect([...residuals]).toEqual([1, -1, 0]);
  });
});

describe('repulsion', () => {
  const points = [...randomRows(29, 2).map((point) => point.map((value) => 20 * value)), [3, 4], [3, 4]];
  const place = () => {
    const padded = Math.ceil(points.length / 4) * 4;
    const x = memory.float32(padded).fill(1e15);
    const y = memory.float32(padded).fill(1e15);
    points.forEach(([px, py], i) => {
      x[i] = px!;
      y[i] = py!;
    });
    const out = () => memory.float32(points.length);
    return { padded, x, y, forceX: out(), forceY: out(), normalisers: out() };
  };

  it('of all pairs equals the plain sum', () => {
    const { padded, x, y, forceX, forceY, normalisers } = place();
    memory.kernels.repulsion(
      x.byteOffset,
      y.byteOffset,
      padded,
      0,
      points.length,
      forceX.byteOffset,
      forceY.byteOffset,
      normalisers.byteOffset,
    );
    const wanted = repulsionTwin(points);
    near(normalisers, wanted.normalisers);
    near(
      forceX,
      wanted.forces.map(([fx]) => fx!),
    );
    near(
      forceY,
      wanted.forces.map(([, fy]) => fy!),
    );
  });

  it.each([
    [0, 1e-5],
    [0.5, 0.05],
  ])('by the tree with angle %d comes within %d', (angle, tolerance) => {
    const { x, y, forceX, forceY, normalisers } = place();
    const cells = memory.float64(6 * 2000);
    const used = memory.kernels.buildTree(x.byteOffset, y.byteOffset, points.length, cells.byteOffset, 2000);
    expect(used).toBeGreaterThan(points.length);
    memory.kernels.treeRepulsion(
      x.byteOffset,
      y.byteOffset,
      0,
      points.length,
      cells.byteOffset,
      memory.int32(192).byteOffset,
      angle,
      forceX.byteOffset,
      forceY.byteOffset,
      normalisers.byteOffset,
    );
    const wanted = repulsionTwin(points);
    near(normalisers, wanted.normalisers, tolerance);
    near(
      forceX,
      wanted.forces.map(([fx]) => fx!),
      tolerance,
    );
    near(
      forceY,
      wanted.forces.map(([, fy]) => fy!),
      tolerance,
    );
  });

  it('says when the tree has no room, and builds over points on top of each other', () => {
    const x = memory.float32(100).fill(0.25);
    const y = memory.float32(100).fill(-1);
    const cells = memory.float64(6 * 400);
    const { buildTree } = memory.kernels;
    expect(buildTree(x.byteOffset, y.byteOffset, 100, cells.byteOffset, 400)).toBe(1);
    x[99] = 0.2500001;
    expect(buildTree(x.byteOffset, y.byteOffset, 100, cells.byteOffset, 3)).toBe(-1);
    expect(buildTree(x.byteOffset, y.byteOffset, 100, cells.byteOffset, 400)).toBeGreaterThan(1);
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { EngineInput, PrefixView, QualityEngine } from '../../../src/quality/engine.ts';
import { createMlEngine, mlLimits } from '../../../src/quality/engines/ml.ts';
import { createNativeEngine } from '../../../src/quality/engines/native.ts';
import { adjustedRandIndex } from '../../../src/quality/metrics/cluster-agreement.ts';
import { blobs } from '../../reference/blobs.ts';

fc.configureGlobal({ seed: 42 });

const ENGINES: Record<string, () => QualityEngine> = {
  'native over products': () => createNativeEngine(),
  'native over rows': () => createNativeEngine({ gramRows: 0 }),
  'native on two threads': () => createNativeEngine({ threads: 2 }),
  ml: () => createMlEngine({ steps: 600 }),
};

const RECIPE = { seed: 12, rows: 150, dims: 30, classes: 3, separation: 2 };
const data = blobs(RECIPE);
const input: EngineInput = { rows: 150, dimensions: 30, values: data.values };
const all = Int32Array.from({ length: 150 }, (_, i) => i);

/** Unit rows of a prefix, in float64. */
function unitRows(width: number): number[][] {
  return Array.from({ length: input.rows }, (_, i) => {
    const row = [...input.values.subarray(i * 30, i * 30 + width)];
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

describe.each(Object.entries(ENGINES))('engine: %s', (_name, create) => {
  const sweep = create().open(input, [7, 18, 30]);
  afterAll(() => sweep.close());

  describe.each([7, 18, 30])('at %i dimensions', (width) => {
    let view: PrefixView;
    const rows = unitRows(width);
    const cosine = (i: number, j: number): number =>
      rows[i]!.reduce((sum, value, d) => sum + value * rows[j]![d]!, 0);
    beforeAll(() => {
      view = sweep.at(width);
    });

    it('sees rows cut to the prefix and of unit length', () => {
      expect([view.dimensions, view.rows, view.zeroRows.length]).toEqual([width, 150, 0]);
      const row = new Float32Array(width);
      view.copyRow(11, row);
      row.forEach((value, j) => {
        expect(value).toBeCloseTo(rows[11]![j]!, 6);
      });
    });

    it('gives cosines, alone and in rows', () => {
      expect(view.cosine(3, 90)).toBeCloseTo(cosine(3, 90), 5);
      const found = view.cosines(Int32Array.of(5, 149));
      for (let j = 0; j < 150; j++) {
        expect(found[j]).toBeCloseTo(cosine(5, j), 5);
        expect(found[150 + j]).toBeCloseTo(cosine(149, j), 5);
      }
    });

    it('finds the nearest rows, nearest first, without the row itself', () => {
      const found = view.neighbours(Int32Array.of(0, 77), 6);
      for (const [position, row] of [0, 77].entries()) {
        const wanted = [...all]
          .filter((j) => j !== row)
          .sort((a, b) => cosine(row, b) - cosine(row, a))
          .slice(0, 6);
        expect([...found.indices.subarray(position * 6, position * 6 + 6)]).toEqual(wanted);
        expect(found.cosines[position * 6]).toBeCloseTo(cosine(row, wanted[0]!), 5);
      }
    });

    it('finds well separated clusters', () => {
      const found = view.kmeans({ clusters: 3, nInit: 5, seed: 1 });
      expect(adjustedRandIndex(found.labels, data.labels)).toBeGreaterThan(0.95);
      const again = view.kmeans({ clusters: 3, nInit: 5, seed: 1 });
      expect([...again.labels]).toEqual([...found.labels]);
    });

    it('fits a classifier on some rows and predicts the others', () => {
      const [fitted, held] = [all.subarray(0, 100), all.subarray(100)];
      const labels = data.labels.subarray(0, 100);
      const model = view.fitLogistic({ rows: fitted, labels, classes: 3, c: 10 });
      expect(model.weights.length).toBe(3 * width);
      const found = view.predictProbabilities(model, held);
      const right = held.filter((row, i) => {
        const own = [...found.subarray(i * 3, i * 3 + 3)];
        expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        return own.indexOf(Math.max(...own)) === data.labels[row];
      });
      expect(right.length).toBeGreaterThan(45);
    });

    it('fits two classes with one vector of weights', () => {
      const rowsOfTwo = all.filter((row) => data.labels[row] !== 2);
      const labels = rowsOfTwo.map((row) => data.labels[row]!);
      const model = view.fitLogistic({ rows: rowsOfTwo, labels, classes: 2, c: 10 });
      expect([model.weights.length, model.intercepts.length]).toEqual([width, 1]);
      const found = view.predictProbabilities(model, rowsOfTwo);
      const right = rowsOfTwo.filter((_, i) => Number(found[2 * i + 1]! > 0.5) === labels[i]);
      expect(right.length / rowsOfTwo.length).toBeGreaterThan(0.95);
    });

    it('spans the rows by components whose scores have their variance', () => {
      const { scores, explainedVarianceRatio } = view.principalComponents(2);
      expect(explainedVarianceRatio[0]).toBeGreaterThan(explainedVarianceRatio[1]!);
      const mean = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / 150);
      const total = rows.reduce(
        (sum, row) => sum + row.reduce((own, value, j) => own + (value - mean[j]!) ** 2, 0),
        0,
      );
      for (const k of [0, 1]) {
        const squares = Array.from({ length: 150 }, (_, i) => scores[2 * i + k]! ** 2);
        const variance = squares.reduce((sum, square) => sum + square, 0);
        expect(variance / total).toBeCloseTo(explainedVarianceRatio[k]!, 5);
      }
    });
  });
});

describe.each(Object.entries(ENGINES))('bad input to engine: %s', (_name, create) => {
  const engine = create();
  const change = (at: number, value: number): EngineInput => {
    const values = input.values.slice();
    values[at] = value;
    return { ...input, values };
  };

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'refuses a value of %s and names the row',
    (value) => {
      const open = () => engine.open(change(17 * 30 + 29, value), [8]);
      expect(open).toThrow(UsageError);
      expect(open).toThrow(/row 17 holds a value that is not a finite number/);
    },
  );

  it('refuses a zero vector and counts its like', () => {
    const values = input.values.slice().fill(0, 60, 120);
    expect(() => engine.open({ ...input, values }, [8])).toThrow(/row 2 is all zero, and so do 1 more/);
  });

  it.each([[[]], [[0]], [[31]], [[8, 8]], [[16, 8]], [[2.5]]])('refuses the prefixes %j', (prefixes) => {
    expect(() => engine.open(input, prefixes)).toThrow(UsageError);
  });

  it('refuses a matrix without rows or of another size', () => {
    expect(() => engine.open({ rows: 0, dimensions: 30, values: new Float32Array() }, [8])).toThrow(
      UsageError,
    );
    expect(() => engine.open({ ...input, rows: 149 }, [8])).toThrow(UsageError);
  });

  it('refuses more clusters, neighbours or components than there are rows', () => {
    const small = { rows: 4, dimensions: 30, values: input.values.slice(0, 120) };
    const sweep = engine.open(small, [30]);
    const view = sweep.at(30);
    expect(() => view.kmeans({ clusters: 5, nInit: 1, seed: 0 })).toThrow(UsageError);
    expect(() => view.neighbours(Int32Array.of(0), 4)).toThrow(UsageError);
    expect(() => view.neighbours(Int32Array.of(0), 0)).toThrow(UsageError);
    expect(() => view.principalComponents(5)).toThrow(UsageError);
    expect(view.neighbours(Int32Array.of(0), 3).indices.length).toBe(3);
    sweep.close();
  });

  it('refuses one class', () => {
    const sweep = engine.open(input, [8]);
    const labels = new Int32Array(150);
    const fitting = () => sweep.at(8).fitLogistic({ rows: all, labels, classes: 1, c: 1 });
    expect(fitting).toThrow(/at least two classes/);
    sweep.close();
  });

  it('keeps rows whose prefix is zero, names them, and gives them no direction', () => {
    const values = input.values.slice();
    for (const row of [4, 9]) values.fill(0, row * 30, row * 30 + 8);
    const sweep = engine.open({ ...input, values }, [8, 30]);
    const narrow = sweep.at(8);
    expect([...narrow.zeroRows]).toEqual([4, 9]);
    expect(narrow.cosine(4, 5)).toBe(0);
    expect(narrow.kmeans({ clusters: 3, nInit: 2, seed: 0 }).inertia).toBeGreaterThan(0);
    expect([...sweep.at(30).zeroRows]).toEqual([]);
    sweep.close();
  });

  it('goes through its prefixes in order, and knows no others', () => {
    const sweep = engine.open(input, [8, 30]);
    sweep.at(30);
    expect(() => sweep.at(8)).toThrow(UsageError);
    expect(() => sweep.at(20)).toThrow(UsageError);
    expect(sweep.at(30).dimensions).toBe(30);
    sweep.close();
  });
});

describe('native engine', () => {
  it('gives the same bits on one thread and on three', async () => {
    const wide = blobs({ seed: 30, rows: 900, dims: 200, classes: 4, separation: 0.7 });
    const matrix = { rows: 900, dimensions: 200, values: wide.values };
    const rows = Int32Array.from(wide.labels.keys());
    const run = (threads: number, gramRows: number) => {
      const sweep = createNativeEngine({ threads, gramRows }).open(matrix, [50, 200]);
      const found = [50, 200].map((width) => {
        const view = sweep.at(width);
        const clusters = view.kmeans({ clusters: 4, nInit: 6, seed: 2 });
        const model = view.fitLogistic({ rows, labels: wide.labels, classes: 4, c: 1 });
        const near = view.neighbours(rows, 5);
        return { clusters, model, near };
      });
      sweep.close();
      return found;
    };
    for (const gramRows of [4096, 0]) expect(run(3, gramRows)).toEqual(run(1, gramRows));
  });

  it('gives a prefix of any width the numbers it would have alone', () => {
    const widths = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(widths, (unordered) => {
        const prefixes = unordered.sort((a, b) => a - b);
        const nested = createNativeEngine().open(input, prefixes);
        for (const width of prefixes) {
          const alone = createNativeEngine().open(input, [width]).at(width);
          const view = nested.at(width);
          const [a, b] = [view.cosines(Int32Array.of(3)), alone.cosines(Int32Array.of(3))];
          a.forEach((value, j) => {
            expect(Math.abs(value - b[j]!)).toBeLessThan(1e-5);
          });
        }
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a view that was left behind', () => {
    const sweep = createNativeEngine().open(input, [8, 30]);
    const narrow = sweep.at(8);
    sweep.at(30);
    expect(() => narrow.cosine(0, 1)).toThrow(/used after 30/);
    expect(() => narrow.kmeans({ clusters: 2, nInit: 1, seed: 0 })).toThrow(/used after 30/);
  });

  it('reads a matrix that lies in shared memory', () => {
    const values = new Float32Array(new SharedArrayBuffer(input.values.byteLength));
    values.set(input.values);
    const view = createNativeEngine()
      .open({ ...input, values }, [30])
      .at(30);
    expect(view.cosine(0, 1)).toBe(createNativeEngine().open(input, [30]).at(30).cosine(0, 1));
  });
});

describe('ml engine', () => {
  it('says what its classifier cannot do', () => {
    expect(mlLimits(200)).toMatch(/without intercept and without penalty .*200 gradient steps/);
    const sweep = createMlEngine({ steps: 10 }).open(input, [8]);
    const model = sweep.at(8).fitLogistic({ rows: all, labels: data.labels, classes: 3, c: 1 });
    expect([model.converged, model.iterations, model.objective]).toEqual([false, 10, undefined]);
    sweep.close();
  });

  it('comes to the clusters of the native engine, by its own route', () => {
    const options = { clusters: 3, nInit: 10, seed: 0 };
    const [own, ml] = [createNativeEngine(), createMlEngine({ steps: 1 })].map((engine) =>
      engine.open(input, [30]).at(30).kmeans(options),
    );
    expect(ml!.inertia / own!.inertia).toBeCloseTo(1, 4);
    expect(adjustedRandIndex(ml!.labels, own!.labels)).toBe(1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { lloydFrom } from '../../../src/quality/kernels/kmeans-primal.ts';
import { type KMeansRoute, runKMeans } from '../../../src/quality/kernels/kmeans-run.ts';
import { createRowProducts } from '../../../src/quality/kernels/row-products.ts';
import { sumOfRows } from '../../../src/quality/kernels/sum-of-rows.ts';
import { blobs } from '../../reference/blobs.ts';
import { readFixtures, readGolden } from '../../reference/golden.ts';
import { ROUTES, rawSpace, spaceOf } from './spaces.ts';

fc.configureGlobal({ seed: 42 });

const fixtures = readFixtures();

describe.each(Object.entries(ROUTES))('k-means, %s route', (_name, routeOf) => {
  it.each(readGolden().kmeans)(
    'labels as scikit-learn 1.2 does: $data.rows × $dims, $clusters clusters, seed $seed',
    (reference) => {
      const { values } = blobs(reference.data);
      const { dims: width, rows } = reference.data;
      const prefixes = reference.dims === width ? [width] : [reference.dims, width];
      const route = routeOf(spaceOf(values, rows, prefixes));
      const { clusters, nInit, seed } = reference;
      const found = runKMeans(route, { clusters, nInit, seed }, 'randint');
      expect([...found.labels]).toEqual(reference.labels);
      expect(found.iterations).toBe(reference.iterations);
      expect(Math.abs(found.inertia / reference.inertia - 1)).toBeLessThan(1e-6);
    },
  );

  it.each([1, 10])('labels as scikit-learn 1.9 does, %i restarts', (nInit) => {
    const reference = fixtures['kmeans_seeded_exact'];
    const found = runKMeans(routeOf(rawSpace(reference.X)), { clusters: 3, nInit, seed: 42 });
    const labels = reference[`n_init${nInit}_labels`];
    expect([...found.labels]).toEqual(labels);
    expect(found.inertia).toBeCloseTo(reference[`n_init${nInit}_inertia`], 3);
  });

  it('ends by tolerance where labels still move, with labels that fit the last centres', () => {
    const route = routeOf(spaceOf(blobs(HARD).values, HARD.rows));
    const [loose, strict] = [0.05, 0].map((tolerance) =>
      runKMeans(route, { clusters: 5, nInit: 1, seed: 3, tolerance }),
    );
    expect(loose!.iterations).toBeLessThan(strict!.iterations);
    expect(loose!.inertia).toBeGreaterThanOrEqual(strict!.inertia);
    expect(runKMeans(route, { clusters: 5, nInit: 1, seed: 3, maxIterations: 2 }).iterations).toBe(2);
  });

  it('reports the inertia of its own labels', () => {
    const { values } = blobs(HARD);
    const found = runKMeans(routeOf(spaceOf(values, HARD.rows)), { clusters: 4, nInit: 3, seed: 1 });
    expect(found.inertia).toBeCloseTo(plainInertia(unitRows(values, HARD.rows), found.labels, 4), 3);
  });

  it('finds as many clusters as there are distinct rows, and no more', () => {
    const distinct = [0, 1, 2].map((i) => Array.from({ length: 6 }, (_, j) => (i === j ? 1 : 0.1)));
    const rows = Array.from({ length: 30 }, (_, i) => distinct[i % 3]!);
    const found = runKMeans(routeOf(rawSpace(rows)), { clusters: 5, nInit: 4, seed: 0 });
    expect(found.inertia).toBeCloseTo(0, 4);
    for (let i = 0; i < 30; i++) expect(found.labels[i]).toBe(found.labels[i % 3]);
  });

  it('puts equal rows into one cluster whatever was asked for', () => {
    const rows = Array.from({ length: 9 }, () => [0.5, 0.5, 0.5, 0.5]);
    const found = runKMeans(routeOf(rawSpace(rows)), { clusters: 3, nInit: 2, seed: 5 });
    expect(new Set(found.labels).size).toBe(1);
    expect(found.inertia).toBeCloseTo(0, 5);
  });

  it('refuses more clusters than rows, and options that are no counts', () => {
    const route = routeOf(
      rawSpace([
        [1, 0],
        [0, 1],
      ]),
    );
    expect(() => runKMeans(route, { clusters: 3, nInit: 1, seed: 0 })).toThrow(UsageError);
    expect(() => runKMeans(route, { clusters: 3, nInit: 1, seed: 0 })).toThrow(/2 rows .* 3 clusters/);
    expect(() => runKMeans(route, { clusters: 1, nInit: 0, seed: 0 })).toThrow(/nInit/);
    expect(() => runKMeans(route, { clusters: 1.5, nInit: 1, seed: 0 })).toThrow(/clusters/);
  });

  it('groups duplicated items alike, with an inertia between the best for its labels and that of one cluster', () => {
    const rowsOf = fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }), {
      minLength: 4,
      maxLength: 14,
    });
    fc.assert(
      fc.property(rowsOf, fc.integer({ min: 1, max: 4 }), fc.nat(99), (rows, clusters, seed) => {
        const doubled = [...rows, ...rows];
        const found = runKMeans(routeOf(rawSpace(doubled)), { clusters, nInit: 2, seed });
        // equal rows have equal distances; only a row that was moved into an empty cluster may stand apart
        const apart = rows.filter((_, i) => found.labels[i] !== found.labels[i + rows.length]).length;
        expect(apart).toBeLessThanOrEqual(clusters);
        // means are the best centres for given labels, and any centres beat a single one
        const best = plainInertia(doubled, found.labels, clusters);
        const single = plainInertia(doubled, new Int32Array(doubled.length), 1);
        expect(found.inertia).toBeGreaterThan(best * 0.999 - 1e-3);
        expect(found.inertia).toBeLessThan(single * 1.001 + 1e-3);
      }),
      { numRuns: 40 },
    );
  });
});

const HARD = { seed: 77, rows: 420, dims: 20, classes: 5, separation: 0.9 };

describe('k-means routes', () => {
  it('agree on data without clear clusters', () => {
    const { values } = blobs(HARD);
    const run = (routeOf: (space: ReturnType<typeof spaceOf>) => KMeansRoute) =>
      runKMeans(routeOf(spaceOf(values, HARD.rows)), { clusters: 6, nInit: 5, seed: 9 });
    const [gram, primal] = [run(ROUTES.gram), run(ROUTES.primal)];
    expect(gram.inertia / primal.inertia).toBeCloseTo(1, 5);
    expect(gram.iterations).toBe(primal.iterations);
  });

  it('agree when clusters run empty', () => {
    const random = createRandom('empty');
    const rows = Array.from({ length: 24 }, (_, i) =>
      i < 20 ? [1, 0, 0, 0] : [random.next(), random.next(), random.next(), random.next()],
    );
    for (let seed = 0; seed < 20; seed++) {
      const options = { clusters: 6, nInit: 1, seed };
      const [gram, primal] = [ROUTES.gram, ROUTES.primal].map((routeOf) =>
        runKMeans(routeOf(rawSpace(rows)), options),
      );
      expect([...gram!.labels]).toEqual([...primal!.labels]);
      expect(gram!.inertia).toBeCloseTo(primal!.inertia, 4);
    }
  });
});

describe('Lloyd from given centres', () => {
  it.each(['fixed_init', 'empty_cluster_relocation'])('ends where scikit-learn 1.9 ends: %s', (name) => {
    const rows: number[][] = fixtures['kmeans'].X;
    const reference = fixtures['kmeans'][name];
    const space = rawSpace(rows);
    const { matrix, kernelMemory, team } = space;
    const centres = new Float32Array(reference.init.length * matrix.stride);
    reference.init.forEach((centre: number[], c: number) => {
      centres.set(centre, c * matrix.stride);
    });
    const products = createRowProducts(kernelMemory, team, matrix, reference.init.length);
    const tolerance = fixtures['kmeans']['scaled_tol_1e-4'];
    const total = sumOfRows(kernelMemory, matrix, matrix.everyRow, matrix.scales.subarray(0, rows.length), 1);
    const limits = { maxIterations: 300, tolerance };
    const [found] = lloydFrom(kernelMemory, team, matrix, products, [centres], limits, total);
    expect([...found!.labels]).toEqual(reference.labels);
    expect(found!.iterations).toBe(reference.n_iter);
    expect(found!.inertia).toBeCloseTo(reference.inertia, 3);
    reference.centers.flat().forEach((value: number, i: number) => {
      expect(found!.centres![i]).toBeCloseTo(value, 4);
    });
  });
});

function unitRows(values: Float32Array, rows: number): number[][] {
  const width = values.length / rows;
  return Array.from({ length: rows }, (_, i) => {
    const row = [...values.subarray(i * width, (i + 1) * width)];
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

/** Σ of squared distances to the mean of the own cluster. */
function plainInertia(rows: readonly (readonly number[])[], labels: Int32Array, clusters: number): number {
  let inertia = 0;
  for (let c = 0; c < clusters; c++) {
    const members = rows.filter((_, i) => labels[i] === c);
    const mean = rows[0]!.map((_, j) => members.reduce((sum, row) => sum + row[j]!, 0) / members.length);
    for (const row of members) inertia += row.reduce((sum, value, j) => sum + (value - mean[j]!) ** 2, 0);
  }
  return inertia;
}

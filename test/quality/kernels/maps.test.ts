import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { createNativeEngine } from '../../../src/quality/engines/native.ts';
import { jointAffinities, neighboursFor } from '../../../src/quality/kernels/affinities.ts';
import { createKernelMemory } from '../../../src/quality/kernels/kernel-memory.ts';
import { layoutDivergence } from '../../../src/quality/kernels/layout-error.ts';
import {
  judgedRows,
  nearestOnMap,
  neighbourLabelAgreement,
  trustworthiness,
} from '../../../src/quality/kernels/map-quality.ts';
import { alignLayout } from '../../../src/quality/kernels/procrustes.ts';
import { tridiagonalEigenpairs } from '../../../src/quality/kernels/tridiagonal.ts';
import { tsneLayout } from '../../../src/quality/kernels/tsne.ts';
import { type BlobRecipe, blobs } from '../../reference/blobs.ts';
import { readFixtures, readGolden } from '../../reference/golden.ts';

fc.configureGlobal({ seed: 42 });

const golden = readGolden();

const openBlobs = (recipe: BlobRecipe, width = recipe.dims) => {
  const { values, labels } = blobs(recipe);
  const sweep = createNativeEngine().open(
    { rows: recipe.rows, dimensions: recipe.dims, values },
    width === recipe.dims ? [width] : [width, recipe.dims],
  );
  return { view: sweep.at(width), labels, rows: Int32Array.from(labels.keys()) };
};

/** The layout that the golden file computes divergences and gradients at. */
const cosLayout = (rows: number): Float64Array =>
  Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? Math.cos(i / 2) : Math.sin(i - 1)));

describe('principal components', () => {
  it.each(golden.principalComponents)("equal scikit-learn's: $data.rows × $dims", (reference) => {
    const { view } = openBlobs(reference.data, reference.dims);
    const found = view.principalComponents(2);
    reference.ratio.forEach((ratio, k) => {
      expect(Math.abs(found.explainedVarianceRatio[k]! / ratio - 1)).toBeLessThan(1e-6);
    });
    for (const k of [0, 1]) {
      // signs are those of scikit-learn 1.5 and later, the golden file is older
      const sign = Math.sign(found.scores[k]! * reference.scoresHead[0]![k]!);
      reference.scoresHead.forEach((scores, i) => {
        expect(found.scores[2 * i + k]! * sign).toBeCloseTo(scores[k]!, 4);
      });
    }
  });

  it('point where the largest weight is positive', () => {
    const values = Float32Array.of(1, -0.5, 1, 0.5, 1, -0.3, 1, 0.1);
    const view = createNativeEngine().open({ rows: 4, dimensions: 2, values }, [2]).at(2);
    const { scores } = view.principalComponents(1);
    // the second dimension varies most, so rows with more of it score higher
    expect(scores[1]).toBeGreaterThan(scores[3]!);
    expect(scores[3]).toBeGreaterThan(scores[2]!);
    expect(scores[2]).toBeGreaterThan(scores[0]!);
  });

  it('of equal rows are zero', () => {
    const values = new Float32Array(40).fill(0.3);
    const view = createNativeEngine().open({ rows: 10, dimensions: 4, values }, [4]).at(4);
    const { scores, explainedVarianceRatio } = view.principalComponents(2);
    expect(scores.every((score) => Math.abs(score) < 1e-6)).toBe(true);
    expect(explainedVarianceRatio.every((ratio) => ratio >= 0 && ratio <= 1)).toBe(true);
  });
});

describe('eigenpairs of a tridiagonal matrix', () => {
  it('solve it, whatever its entries', () => {
    const entry = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(entry, entry), { minLength: 1, maxLength: 25 }), (entries) => {
        const diagonal = entries.map(([d]) => d);
        const beside = entries.slice(1).map(([, e]) => e);
        const { values, vectors } = tridiagonalEigenpairs(diagonal, beside);
        expect([...values]).toEqual([...values].sort((a, b) => b - a));
        vectors.forEach((vector, k) => {
          expect(Math.hypot(...vector)).toBeCloseTo(1, 9);
          for (let i = 0; i < diagonal.length; i++) {
            const image =
              diagonal[i]! * vector[i]! +
              (beside[i - 1] ?? 0) * (vector[i - 1] ?? 0) +
              (beside[i] ?? 0) * (vector[i + 1] ?? 0);
            expect(image).toBeCloseTo(values[k]! * vector[i]!, 8);
          }
        });
      }),
    );
  });
});

describe('t-SNE', () => {
  it.each(golden.tsne)(
    "has scikit-learn's affinities, divergence and gradient: $data.rows rows",
    (reference) => {
      const { view, rows } = openBlobs(reference.data);
      const count = reference.data.rows;
      const affinities = jointAffinities(view.neighbours(rows, count - 1), reference.perplexity);
      reference.pHead.forEach((p, i) => {
        expect(Math.abs(affinities.values[i]! - p)).toBeLessThan(1e-8 + 1e-5 * p);
      });
      expect(affinities.values.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 10);
      const layout = cosLayout(count);
      expect(Math.abs(layoutDivergence(affinities, layout) / reference.kl - 1)).toBeLessThan(1e-6);
      const gradient = kernelGradient(affinities, layout);
      reference.gradientHead.forEach(([x, y], i) => {
        expect(Math.abs(gradient[i]!.x - x!)).toBeLessThan(1e-6);
        expect(Math.abs(gradient[i]!.y - y!)).toBeLessThan(1e-6);
      });
    },
  );

  it.each(golden.tsne)("ends as low as scikit-learn's: $data.rows rows", (reference) => {
    const { view, rows } = openBlobs(reference.data);
    const dense = jointAffinities(view.neighbours(rows, rows.length - 1), reference.perplexity);
    const neighbours = view.neighbours(rows, neighboursFor(rows.length, reference.perplexity));
    const { scores } = view.principalComponents(2);
    const highest = Math.max(...reference.finals.map(({ kl }) => kl));
    const trusted = Math.min(...reference.finals.map((final) => final.trustworthiness));
    for (const exactRows of [5000, 0]) {
      const found = tsneLayout(neighbours, scores, { perplexity: reference.perplexity, exactRows });
      expect(found.repulsion).toBe(exactRows === 0 ? 'tree' : 'exact');
      // a tree only estimates the repulsion, and 60 points have few neighbours to estimate it from
      const slack = exactRows === 0 && rows.length < 100 ? 1.1 : 1.05;
      expect(layoutDivergence(dense, found.layout)).toBeLessThan(highest * slack);
      expect(trustworthiness(view, found.layout, 12)).toBeGreaterThan(trusted - 0.02);
    }
  });

  it('gives equal layouts for equal inputs, on any number of threads', () => {
    const { view, rows } = openBlobs({ seed: 4, rows: 600, dims: 12, classes: 3, separation: 1 });
    const neighbours = view.neighbours(rows, neighboursFor(600, 20));
    const { scores } = view.principalComponents(2);
    for (const exactRows of [5000, 0]) {
      const options = { perplexity: 20, iterations: 120, exactRows };
      const [one, again, three] = [1, 1, 3].map((threads) =>
        tsneLayout(neighbours, scores, { ...options, threads }),
      );
      expect(again).toEqual(one);
      expect(three).toEqual(one);
    }
  });

  it('lays out duplicated rows, and refuses equal ones', () => {
    const { values } = blobs({ seed: 4, rows: 40, dims: 8, classes: 2, separation: 2 });
    const doubled = new Float32Array([...values, ...values]);
    const view = createNativeEngine().open({ rows: 80, dimensions: 8, values: doubled }, [8]).at(8);
    const rows = Int32Array.from({ length: 80 }, (_, i) => i);
    const neighbours = view.neighbours(rows, neighboursFor(80, 10));
    const { scores } = view.principalComponents(2);
    for (const exactRows of [5000, 0]) {
      const { layout, divergence } = tsneLayout(neighbours, scores, { perplexity: 10, exactRows });
      expect(layout.every(Number.isFinite)).toBe(true);
      expect(divergence).toBeGreaterThan(0);
    }
    expect(() => tsneLayout(neighbours, new Float64Array(160), { perplexity: 10 })).toThrow(
      /all rows are equal/,
    );
    expect(() => tsneLayout(neighbours, new Float64Array(10), { perplexity: 10 })).toThrow(UsageError);
  });

  it('refuses a perplexity that the rows cannot have', () => {
    const { view, rows } = openBlobs({ seed: 4, rows: 30, dims: 8, classes: 2, separation: 2 });
    const neighbours = view.neighbours(rows, 29);
    const layout = cosLayout(30);
    expect(() => tsneLayout(neighbours, layout, { perplexity: 30 })).toThrow(UsageError);
    expect(() => tsneLayout(neighbours, layout, { perplexity: 30 })).toThrow(/perplexity of 30 .* 30 rows/);
    expect(() => tsneLayout(neighbours, layout, { perplexity: 0 })).toThrow(UsageError);
  });
});

describe('the quality of a map', () => {
  it.each(golden.tsne)("has scikit-learn's trustworthiness: $data.rows rows", (reference) => {
    const { view } = openBlobs(reference.data);
    const found = trustworthiness(view, cosLayout(reference.data.rows), 5);
    expect(found).toBeCloseTo(reference.trustworthinessOfCosLayout, 9);
  });

  it('is perfect where the map is the data, and near one half for a random map', () => {
    const random = createRandom('map');
    const angles = Array.from({ length: 200 }, () => random.next() * 2);
    const values = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
    const view = createNativeEngine().open({ rows: 200, dimensions: 2, values }, [2]).at(2);
    expect(trustworthiness(view, values, 8)).toBeGreaterThan(0.9999);
    const noise = Float64Array.from({ length: 400 }, () => random.next());
    expect(trustworthiness(view, noise, 8)).toBeGreaterThan(0.4);
    expect(trustworthiness(view, noise, 8)).toBeLessThan(0.6);
    expect(() => trustworthiness(view, noise, 100)).toThrow(UsageError);
  });

  it('counts neighbours of the same label', () => {
    const layout = [0, 0, 1, 0, 2, 0, 10, 0, 11, 0, 12, 0];
    expect(neighbourLabelAgreement(layout, [0, 0, 0, 1, 1, 1], 2)).toBe(1);
    expect(neighbourLabelAgreement(layout, [0, 1, 0, 1, 0, 1], 2)).toBeCloseTo(1 / 3, 12);
    expect(neighbourLabelAgreement(layout, [0, 0, 0, 1, 1, 1], 5)).toBeCloseTo(0.4, 12);
    expect(() => neighbourLabelAgreement(layout, [0, 0, 0, 1, 1, 1], 6)).toThrow(UsageError);
    expect([...nearestOnMap(layout, 2, 3)]).toEqual([1, 0, 3]);
  });

  it('is judged by all rows of a small map and by an even sample of a large one', () => {
    expect(judgedRows(7)).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5, 6));
    const sample = judgedRows(10_000);
    expect([sample.length, sample[0], sample[1], sample.at(-1)]).toEqual([2000, 0, 5, 9995]);
  });
});

describe('aligning layouts', () => {
  it('undoes any turn, mirroring, scaling and shift', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const reference = cosLayout(25);
    fc.assert(
      fc.property(
        number,
        number,
        number,
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        fc.boolean(),
        (angle, dx, dy, scale, mirror) => {
          const moved = Float64Array.from(reference, (_, at) => {
            const [x, y] = [reference[at & ~1]! * (mirror ? -1 : 1), reference[at | 1]!];
            const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
            return at % 2 === 0 ? scale * (cosine * x - sine * y) + dx : scale * (sine * x + cosine * y) + dy;
          });
          alignLayout(moved, reference).forEach((value, at) => {
            expect(value).toBeCloseTo(reference[at]!, 9);
          });
        },
      ),
    );
  });

  it('is never farther from the reference than the layout was', () => {
    const random = createRandom('procrustes');
    const draw = () => Float64Array.from({ length: 40 }, () => random.next());
    for (let trial = 0; trial < 50; trial++) {
      const [layout, reference] = [draw(), draw()];
      const distance = (a: Float64Array) =>
        a.reduce((sum, value, i) => sum + (value - reference[i]!) ** 2, 0);
      expect(distance(alignLayout(layout, reference))).toBeLessThanOrEqual(distance(layout) + 1e-12);
    }
  });

  it('puts a layout of a single place onto the centre', () => {
    const aligned = alignLayout(new Float64Array(6).fill(4), [0, 0, 3, 0, 0, 3]);
    expect([...aligned]).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('scikit-learn 1.9', () => {
  it('has the same affinities and divergence', () => {
    const reference = readFixtures()['tsne'];
    const distances = squaredDistances(reference.X);
    const count = distances.length;
    // distances of any rows, written as cosines of unit rows: d² = 2 − 2 cos
    const order = distances.map((row, i) =>
      [...row.keys()].filter((j) => j !== i).sort((a, b) => row[a]! - row[b]!),
    );
    const cosines = Float32Array.from(order.flatMap((near, i) => near.map((j) => 1 - distances[i]![j]! / 2)));
    const affinities = jointAffinities(
      { k: count - 1, indices: Int32Array.from(order.flat()), cosines },
      reference.perplexity,
    );
    const upper = distances.flatMap((_, i) =>
      [...affinities.values.subarray(affinities.starts[i], affinities.starts[i + 1])].filter(
        (_, n) => affinities.columns[affinities.starts[i]! + n]! > i,
      ),
    );
    reference.P_condensed.forEach((p: number, i: number) => {
      expect(Math.abs(upper[i]! - p)).toBeLessThan(1e-5);
    });
    expect(layoutDivergence(affinities, cosLayout(count))).toBeCloseTo(reference.kl_at_cos_init, 4);
  });
});

function squaredDistances(rows: number[][]): number[][] {
  return rows.map((a) => rows.map((b) => a.reduce((sum, value, j) => sum + (value - b[j]!) ** 2, 0)));
}

/** The gradient as the kernels compute it, by one call each. */
function kernelGradient(affinities: ReturnType<typeof jointAffinities>, layout: Float64Array) {
  const memory = createKernelMemory(1_000_000);
  const { rows } = affinities;
  const padded = Math.ceil(rows / 4) * 4;
  const [x, y] = [memory.float32(padded).fill(1e15), memory.float32(padded).fill(1e15)];
  for (let i = 0; i < rows; i++) {
    x[i] = layout[2 * i]!;
    y[i] = layout[2 * i + 1]!;
  }
  const [forceX, forceY, normalisers] = [0, 0, 0].map(() => memory.float32(rows));
  memory.kernels.repulsion(
    x.byteOffset,
    y.byteOffset,
    padded,
    0,
    rows,
    forceX!.byteOffset,
    forceY!.byteOffset,
    normalisers!.byteOffset,
  );
  const starts = memory.int32(rows + 1);
  starts.set(affinities.starts);
  const columns = memory.int32(affinities.columns.length);
  columns.set(affinities.columns);
  const values = memory.float32(affinities.values.length);
  values.set(affinities.values);
  const [gradientX, gradientY] = [memory.float32(rows), memory.float32(rows)];
  memory.kernels.layoutGradient(
    x.byteOffset,
    y.byteOffset,
    0,
    rows,
    starts.byteOffset,
    columns.byteOffset,
    values.byteOffset,
    1,
    forceX!.byteOffset,
    forceY!.byteOffset,
    1 / normalisers!.reduce((sum, value) => sum + value, 0),
    gradientX.byteOffset,
    gradientY.byteOffset,
  );
  return Array.from({ length: rows }, (_, i) => ({ x: gradientX[i]!, y: gradientY[i]! }));
}

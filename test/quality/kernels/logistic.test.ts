import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { LogisticModel } from '../../../src/quality/engine.ts';
import { createNativeEngine } from '../../../src/quality/engines/native.ts';
import { C_GRID, chooseC } from '../../../src/quality/kernels/choose-c.ts';
import { fitLogistic, predictProbabilities } from '../../../src/quality/kernels/fit-logistic.ts';
import { createGram } from '../../../src/quality/kernels/gram.ts';
import { type BlobRecipe, blobs } from '../../reference/blobs.ts';
import { readFixtures, readGolden } from '../../reference/golden.ts';
import { rawSpace, type Space } from './spaces.ts';

fc.configureGlobal({ seed: 42 });

/** Both ways to the optimum: over weights, and over products of rows. */
const ENGINES = { weights: { gramRows: 0 }, products: {} } as const;

const viewOf = (recipe: BlobRecipe, width: number, options: { gramRows?: number }) => {
  const { values, labels } = blobs(recipe);
  const prefixes = width === recipe.dims ? [width] : [width, recipe.dims];
  const sweep = createNativeEngine(options).open(
    { rows: recipe.rows, dimensions: recipe.dims, values },
    prefixes,
  );
  return { view: sweep.at(width), labels, rows: Int32Array.from(labels.keys()), sweep };
};

describe.each(Object.entries(ENGINES))('logistic regression over %s', (_name, options) => {
  it.each(readGolden().logistic)(
    "reaches scikit-learn's optimum: $data.rows × $dims, $data.classes classes, C = $c",
    (reference) => {
      const { view, labels, rows } = viewOf(reference.data, reference.dims, options);
      const { classes } = reference.data;
      const model = view.fitLogistic({ rows, labels, classes, c: reference.c });
      expect(model.converged).toBe(true);
      expect(Math.abs(model.objective! / reference.objective - 1)).toBeLessThan(1e-6);
      expect(Math.abs(norm(model.weights) / reference.weightNorm - 1)).toBeLessThan(1e-3);
      const probabilities = view.predictProbabilities(model, rows);
      reference.probabilitiesHead.flat().forEach((value, i) => {
        expect(Math.abs(probabilities[i]! - value)).toBeLessThan(1e-3);
      });
      const differing = labels.filter(
        (_, i) => mostLikely(probabilities, i, classes) !== reference.predicted[i],
      ).length;
      expect(differing / rows.length).toBeLessThanOrEqual(0.005);
      expect(plainObjective(probabilities, labels, model) / reference.objective).toBeCloseTo(1, 6);
    },
  );

  it('is no worse from a warm start of a smaller prefix, another C, or other rows', () => {
    const recipe = { seed: 5, rows: 160, dims: 60, classes: 3, separation: 0.7 };
    const { sweep, labels, rows, view } = viewOf(recipe, 20, options);
    const starts: LogisticModel[] = [1, 50].map((c) => view.fitLogistic({ rows, labels, classes: 3, c }));
    const wide = sweep.at(60);
    const half = rows.subarray(0, 80);
    starts.push(wide.fitLogistic({ rows: half, labels: labels.subarray(0, 80), classes: 3, c: 1 }));
    const cold = wide.fitLogistic({ rows, labels, classes: 3, c: 1 });
    for (const warmStart of starts) {
      const warm = wide.fitLogistic({ rows, labels, classes: 3, c: 1, warmStart });
      expect(warm.objective! / cold.objective!).toBeCloseTo(1, 6);
      const probabilities = wide.predictProbabilities(warm, rows);
      expect(plainObjective(probabilities, labels, warm) / cold.objective!).toBeCloseTo(1, 6);
    }
  });

  it('leaves the intercept unpenalised: a shift of all labels moves it freely', () => {
    const { view, rows } = viewOf({ seed: 6, rows: 200, dims: 8, classes: 2, separation: 0 }, 8, options);
    const labels = rows.map((row) => (row % 20 === 0 ? 1 : 0));
    const model = view.fitLogistic({ rows, labels, classes: 2, c: 1e-6 });
    expect(model.intercepts[0]).toBeCloseTo(Math.log(10 / 190), 3);
  });

  it('treats duplicated rows as doubled weight: as with twice the C', () => {
    const { values, labels } = blobs({ seed: 8, rows: 60, dims: 12, classes: 3, separation: 0.6 });
    const open = (copies: number) => {
      const all = new Float32Array(values.length * copies);
      for (let i = 0; i < copies; i++) all.set(values, i * values.length);
      return createNativeEngine(options)
        .open({ rows: 60 * copies, dimensions: 12, values: all }, [12])
        .at(12);
    };
    const once = open(1).fitLogistic({ rows: Int32Array.from(labels.keys()), labels, classes: 3, c: 2 });
    const both = Int32Array.from([...labels, ...labels]);
    const rows = Int32Array.from(both.keys());
    const twice = open(2).fitLogistic({ rows, labels: both, classes: 3, c: 1 });
    expect(twice.objective! / 2).toBeCloseTo(once.objective!, 4);
  });
});

describe('logistic regression on rows of any length', () => {
  const fixtures = readFixtures()['logreg'];
  const fitRaw = (labels: number[], c: number): { model: LogisticModel; space: Space } => {
    const space = rawSpace(fixtures.X);
    const { kernelMemory, team, matrix } = space;
    const gram = createGram(kernelMemory, team, matrix);
    gram.update();
    const rows = Int32Array.from(labels.keys());
    const options = { rows, labels: Int32Array.from(labels), classes: new Set(labels).size, c };
    const [overWeights, overProducts] = [undefined, gram].map((known) =>
      fitLogistic(kernelMemory, team, matrix, known, options, 1),
    );
    expect(overProducts!.objective! / overWeights!.objective!).toBeCloseTo(1, 6);
    return { model: overWeights!, space };
  };

  it.each([
    ['multinomial_C1_converged', 'y3', 1],
    ['multinomial_C10_converged', 'y3', 10],
    ['binary_C1_converged', 'y2', 1],
  ])('equals scikit-learn 1.9: %s', (name, labelName, c) => {
    const reference = fixtures[name];
    const { model, space } = fitRaw(fixtures[labelName], c);
    reference.coef.flat().forEach((value: number, i: number) => {
      expect(model.weights[i]).toBeCloseTo(value, 2);
    });
    reference.intercept.forEach((value: number, k: number) => {
      expect(model.intercepts[k]).toBeCloseTo(value, 2);
    });
    if (reference.objective !== undefined) {
      expect(model.objective! / reference.objective).toBeCloseTo(1, 6);
    }
    const rows = Int32Array.from(fixtures.X.keys());
    const found = predictProbabilities(space.kernelMemory, space.matrix, model, rows);
    reference.proba.flat().forEach((value: number, i: number) => {
      expect(found[i]).toBeCloseTo(value, 3);
    });
  });
});

describe('fits that cannot be', () => {
  const { view, labels, rows } = viewOf({ seed: 1, rows: 20, dims: 6, classes: 2, separation: 1 }, 6, {});
  const fitting = (change: object) => () => view.fitLogistic({ rows, labels, classes: 2, c: 1, ...change });

  it.each([
    [{ c: 0 }, /regularisation strength must be positive/],
    [{ c: Number.NaN }, /regularisation strength/],
    [{ labels: labels.subarray(1) }, /20 rows came with 19 labels/],
    [{ labels: labels.map(() => 0), classes: 1 }, /at least two classes/],
    [{ labels: labels.map(() => 0) }, /no row of class 1/],
    [{ classes: 3 }, /no row of class 2/],
    [{ labels: labels.map(() => 7) }, /label 7 is not one of the 2 classes/],
    [{ rows: rows.map(() => 20) }, /between 0 and 19/],
  ])('are refused with a sentence: %o', (change, sentence) => {
    expect(fitting(change)).toThrow(UsageError);
    expect(fitting(change)).toThrow(sentence);
  });
});

describe('choosing C', () => {
  const recipe = { seed: 21, rows: 240, dims: 64, classes: 3, separation: 0.35 };
  const { view, labels, rows } = viewOf(recipe, 64, {});

  it('takes the C with the best held-out accuracy, then the lowest log-loss', () => {
    const chosen = chooseC(view, { rows, labels, classes: 3, seed: 0 });
    expect(chosen.scores.map(({ c }) => c)).toEqual(C_GRID);
    const best = Math.max(...chosen.scores.map(({ accuracy }) => accuracy));
    const winner = chosen.scores.find(({ c }) => c === chosen.c)!;
    expect(winner.accuracy).toBe(best);
    const equals = chosen.scores.filter(({ accuracy }) => accuracy === best);
    expect(winner.logLoss).toBe(Math.min(...equals.map(({ logLoss }) => logLoss)));
    expect(chosen.folds).toBe(5);
  });

  it('does not depend on warm starts: each score equals that of a cold fit', () => {
    const alone = C_GRID.map(
      (c) => chooseC(view, { rows, labels, classes: 3, seed: 4, grid: [c] }).scores[0]!,
    );
    chooseC(view, { rows, labels, classes: 3, seed: 4 }).scores.forEach((score, i) => {
      expect(Math.abs(score.accuracy - alone[i]!.accuracy)).toBeLessThanOrEqual(1 / 240 + 1e-12);
      expect(score.logLoss).toBeCloseTo(alone[i]!.logLoss, 3);
    });
  });

  it('makes fewer folds for a rare class, and refuses a class with one row', () => {
    const rare = labels.map((label, i) => (i < 3 ? 2 : label % 2));
    expect(chooseC(view, { rows, labels: rare, classes: 3, seed: 0, grid: [1] }).folds).toBe(3);
    const single = labels.map((label, i) => (i === 0 ? 2 : label % 2));
    expect(() => chooseC(view, { rows, labels: single, classes: 3, seed: 0 })).toThrow(UsageError);
  });
});

describe('probabilities', () => {
  it('are shares that sum to one, for any weights', () => {
    const { view, rows } = viewOf({ seed: 2, rows: 12, dims: 5, classes: 2, separation: 1 }, 5, {});
    const weight = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.array(weight, { minLength: 30, maxLength: 30 }),
        (classes, values) => {
          const vectors = classes === 2 ? 1 : classes;
          const model: LogisticModel = {
            dimensions: 5,
            classes,
            c: 1,
            weights: Float64Array.from(values.slice(0, 5 * vectors)),
            intercepts: Float64Array.from(values.slice(25, 25 + vectors)),
            iterations: 0,
            converged: true,
          };
          const found = view.predictProbabilities(model, rows);
          for (let i = 0; i < rows.length; i++) {
            const own = [...found.subarray(i * classes, (i + 1) * classes)];
            expect(own.every((p) => p >= 0 && p <= 1)).toBe(true);
            expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

function mostLikely(probabilities: Float64Array, row: number, classes: number): number {
  const own = [...probabilities.subarray(row * classes, (row + 1) * classes)];
  return own.indexOf(Math.max(...own));
}

const norm = (values: Float64Array): number => Math.hypot(...values);

/** Σ −ln p of the own class + |W|² ÷ 2C, from the finished model alone. */
function plainObjective(probabilities: Float64Array, labels: Int32Array, model: LogisticModel): number {
  const loss = labels.reduce((sum, label, i) => sum - Math.log(probabilities[i * model.classes + label]!), 0);
  return loss + norm(model.weights) ** 2 / (2 * model.c);
}

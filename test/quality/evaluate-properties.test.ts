import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import type { QualityRow } from '../../src/core/record/quality-row.ts';
import { createNativeEngine } from '../../src/quality/engines/native.ts';
import { evaluateQuality } from '../../src/quality/evaluate.ts';
import { exampleJob } from './example-job.ts';

fc.configureGlobal({ seed: 42 });

const DIMENSIONS = 6;

interface Data {
  readonly labels: readonly (string | null)[];
  readonly values: Float32Array;
}

/** Rows of any classes, scattered around one centre per class. */
const dataOf = (rows: fc.Arbitrary<number>, classes: fc.Arbitrary<number>): fc.Arbitrary<Data> =>
  fc.tuple(rows, classes, fc.integer({ min: 0, max: 1e6 })).map(([n, k, seed]) => {
    const random = createRandom(seed);
    const centres = Array.from({ length: k * DIMENSIONS }, () => random.next() - 0.5);
    const classOf = Array.from({ length: n }, () => random.integer(k));
    return {
      labels: classOf.map((label) => `class ${label}`),
      values: Float32Array.from(
        { length: n * DIMENSIONS },
        (_, at) =>
          centres[classOf[Math.floor(at / DIMENSIONS)]! * DIMENSIONS + (at % DIMENSIONS)]! +
          0.6 * (random.next() - 0.5),
      ),
    };
  });

const usual = dataOf(fc.integer({ min: 40, max: 70 }), fc.integer({ min: 2, max: 4 }));

/** All tasks on the rows' own vectors; ids name the rows. */
function evaluate({ labels, values }: Data, ids = labels.map((_, i) => `item ${i}`)): QualityRow {
  const job = exampleJob({
    matrix: { ids, dimensions: DIMENSIONS, values },
    items: { ids, labels: { mood: labels } },
    tasks: [
      { task: 'classification', spec: { column: 'mood', protocols: ['holdout', 'cv'] } },
      { task: 'clustering', spec: { columns: ['mood'] } },
      { task: 'fidelity', spec: {} },
    ],
    dimensions: [DIMENSIONS],
  });
  return evaluateQuality(job, createNativeEngine()).rows[0]!;
}

/** Scores that do not say what they are: not finite, or outside their own interval. */
function senseless({ scores }: QualityRow): string[] {
  return Object.entries(scores)
    .filter(
      ([, { value, low = value, high = value }]) =>
        !Number.isFinite(value) || !(low <= value + 1e-12 && value <= high + 1e-12),
    )
    .map(([name]) => name);
}

const check = <T extends unknown[]>(property: fc.IProperty<T>) => fc.assert(property, { numRuns: 25 });

describe('whatever the data', () => {
  test('every score is a number inside its interval', () => {
    check(
      fc.property(usual, (data) => {
        const row = evaluate(data);
        expect(senseless(row)).toEqual([]);
        expect(Object.keys(row.scores)).toEqual(expect.arrayContaining(['accuracy', 'accuracyCv', 'ari']));
      }),
    );
  });

  test('permuted labels leave ARI, NMI, AMI and V-measure as they are', () => {
    const names = fc.shuffledSubarray(['class 0', 'class 1', 'class 2', 'class 3'], { minLength: 4 });
    check(
      fc.property(usual, names, (data, permuted) => {
        const renamed = data.labels.map((label) => permuted[Number(label!.at(-1))]!);
        const [before, after] = [evaluate(data), evaluate({ ...data, labels: renamed })];
        for (const name of ['ari', 'nmi', 'ami', 'vMeasure']) {
          expect(after.scores[name]!.value).toBeCloseTo(before.scores[name]!.value, 9);
        }
      }),
    );
  });

  test('duplicated items fall into one cluster, and nothing is lost', () => {
    check(
      fc.property(usual, ({ labels, values }) => {
        const row = evaluate({
          labels: [...labels, ...labels],
          values: Float32Array.of(...values, ...values),
        });
        const clusters = row.perItem!['clusters']!.values;
        expect(clusters.slice(labels.length)).toEqual(clusters.slice(0, labels.length));
        expect(row.rows).toBe(2 * labels.length);
        expect(senseless(row)).toEqual([]);
      }),
    );
  });

  test('constant vectors tell nothing: one cluster, chance agreement, always the same class', () => {
    const constant = fc.float({ min: Math.fround(0.01), max: 100, noNaN: true });
    check(
      fc.property(usual, constant, ({ labels, values }, value) => {
        const row = evaluate({ labels, values: values.map(() => value) });
        expect(row.scores['ari']!.value).toBeCloseTo(0, 9);
        expect(new Set(row.classification!.predicted).size).toBe(1);
        expect(row.scores['cosineMin']!.value).toBeCloseTo(1, 5);
        expect(senseless(row)).toEqual([]);
      }),
    );
  });

  test('rows with NaN, infinity or nothing but zeros are left out, and the rest is scored as if they had not been there', () => {
    const bad = fc.array(
      fc.tuple(
        fc.nat(39),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0),
      ),
      { minLength: 1, maxLength: 5 },
    );
    check(
      fc.property(usual, bad, ({ labels, values }, spoilt) => {
        const broken = values.slice();
        for (const [row, value] of spoilt) {
          if (value === 0) broken.fill(0, row * DIMENSIONS, (row + 1) * DIMENSIONS);
          else broken[row * DIMENSIONS + (row % DIMENSIONS)] = value;
        }
        const lost = new Set(spoilt.map(([row]) => row));
        const kept = labels.map((_, i) => i).filter((i) => !lost.has(i));
        const row = evaluate({ labels, values: broken });
        expect(row.rows).toBe(kept.length);
        expect(row.notes![0]).toMatch(`${lost.size} of ${labels.length} items have no usable vector`);
        // clusters do not know the split, so that the remaining rows alone must give the same ones
        const alone = evaluate(
          {
            labels: kept.map((i) => labels[i]!),
            values: Float32Array.from(
              kept.flatMap((i) => [...values.slice(i * DIMENSIONS, (i + 1) * DIMENSIONS)]),
            ),
          },
          kept.map((i) => `item ${i}`),
        );
        expect(row.perItem!['clusters']).toEqual(alone.perItem!['clusters']);
        expect(row.scores['ari']).toEqual(alone.scores['ari']);
        expect(row.classification!.testIds.some((id) => lost.has(Number(id.slice(5))))).toBe(false);
      }),
    );
  });

  test('one class is refused with its name', () => {
    const oneClass = dataOf(fc.integer({ min: 10, max: 40 }), fc.constant(1));
    check(
      fc.property(oneClass, (data) => {
        expect(() => evaluate(data)).toThrow('two classes or more are needed to score by "mood"');
      }),
    );
  });

  test('fewer items than a split, a fold or a cluster needs: a sentence, or scores that make sense', () => {
    const tiny = dataOf(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 2, max: 8 }));
    check(
      fc.property(tiny, (data) => {
        let row: QualityRow;
        try {
          row = evaluate(data);
        } catch (error) {
          expect(error).toMatchObject({ failureClass: 'usage', hint: expect.any(String) });
          return;
        }
        expect(senseless(row)).toEqual([]);
      }),
    );
  });
});

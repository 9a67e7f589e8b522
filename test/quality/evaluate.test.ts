import { describe, expect, test } from 'vitest';
import { cellId } from '../../src/core/cell.ts';
import { UsageError } from '../../src/core/errors.ts';
import { runRecordSchema } from '../../src/core/record/run-record.ts';
import { ENGINES } from '../../src/quality/engine-choice.ts';
import { createNativeEngine } from '../../src/quality/engines/native.ts';
import { evaluateQuality } from '../../src/quality/evaluate.ts';
import { evaluateExample, exampleJob } from './example-job.ts';

const classification = [
  { task: 'classification', spec: { column: 'sentiment', protocols: ['holdout'] } },
] as never;
const clustering = [{ task: 'clustering', spec: { columns: ['sentiment'] } }] as never;

/** The example's matrix with some rows overwritten. */
function spoilt(rows: Readonly<Record<number, number>>) {
  const { matrix } = exampleJob();
  const values = matrix.values.slice();
  for (const [row, value] of Object.entries(rows)) {
    values.fill(value, Number(row) * 64, (Number(row) + 1) * 64);
  }
  return { ...matrix, values };
}

describe('rows', () => {
  test('one per width and dtype, float32 first, with stable ids and bytes per vector', () => {
    const { rows } = evaluateExample({
      dimensions: [64, 8, 64],
      dtypes: ['binary', 'float32'],
      tasks: clustering,
    });
    expect(rows.map((row) => [row.dtype, row.dimensions, row.bytesPerVector])).toEqual([
      ['float32', 8, 32],
      ['float32', 64, 256],
      ['binary', 8, 1],
      ['binary', 64, 8],
    ]);
    expect(rows[0]!.id).toBe(
      cellId({ kind: 'quality', dimensions: 8, instruction: 'none', dtype: 'float32' }),
    );
  });
  test('a set of server flags is part of the cell', () => {
    const { rows } = evaluateExample({ serverArgs: 'fp8', tasks: clustering });
    expect(rows[0]).toMatchObject({ serverArgs: 'fp8' });
    expect(rows[0]!.id).not.toBe(evaluateExample({ tasks: clustering }).rows[0]!.id);
  });
  test('progress counts the cells', () => {
    const seen: string[] = [];
    evaluateQuality(exampleJob({ tasks: clustering }), createNativeEngine(), (done, total) => {
      seen.push(`${done}/${total}`);
    });
    expect(seen).toEqual(['1/2', '2/2']);
  });
});

describe('engine ml', () => {
  const job = exampleJob({
    engine: 'ml',
    mlSteps: 400,
    tasks: [
      { task: 'classification', spec: { column: 'sentiment', protocols: ['holdout', 'cv'] } },
      { task: 'clustering', spec: { columns: ['sentiment', 'parity'] } },
    ] as never,
    dimensions: [16, 64],
    dtypes: ['float32', 'int8'],
    options: { ...exampleJob().options, tuneC: true },
    map: { method: 'pca', perplexity: 30, dimensions: [64], points: 500 },
    neighbours: 3,
  });
  const result = evaluateQuality(job, ENGINES.ml({ mlSteps: 400, threads: 1 }));
  const native = evaluateQuality({ ...job, engine: 'native' }, createNativeEngine());

  test('scores every cell that the native engine scores, and says in each what its classifier cannot do', () => {
    expect(result.rows.map((row) => row.id)).toEqual(native.rows.map((row) => row.id));
    for (const row of result.rows) {
      expect(row.classification).toMatchObject({ engine: 'ml', converged: false, iterations: 400 });
      expect(row.clustering!.map(({ engine }) => engine)).toEqual(['ml', 'ml']);
      expect(row.notes).toEqual([expect.stringContaining('by 400 gradient steps')]);
      expect(row.scores['accuracy']!.value).toBeGreaterThan(0.5);
    }
    expect(native.rows.every((row) => row.notes === undefined)).toBe(true);
  });
  test('has no penalty to tune', () => {
    expect(result.rows[1]!.scores['accuracyBestC']).toBeUndefined();
    expect(native.rows[1]!.scores['accuracyBestC']).toBeDefined();
  });
  test('finds the clusters of the native engine where there is no doubt about them', () => {
    const [ours, theirs] = [native, result].map(({ rows }) => rows[1]!.scores['ari']!.value);
    expect(Math.abs(ours! - theirs!)).toBeLessThan(0.02);
  });
  test('draws maps and looks neighbours up by the native kernels', () => {
    expect(result.maps).toEqual(native.maps);
    expect(result.neighbours.map(({ dimensions }) => dimensions)).toEqual([16, 64]);
  });
});

describe('bad vectors', () => {
  const clean = evaluateExample({ tasks: classification }).rows[1]!;

  test('not finite or all zero: left out by id, named, and nothing averaged in', () => {
    const { rows } = evaluateExample({ tasks: classification, matrix: spoilt({ 4: Number.NaN, 9: 0 }) });
    expect(rows[1]!.rows).toBe(238);
    expect(rows[1]!.notes).toEqual([
      '2 of 240 items have no usable vector and were left out: item-4 (not finite), item-9 (all zero)',
    ]);
    const left = new Set(['item-4', 'item-9']);
    expect(rows[1]!.classification!.testIds).toEqual(
      clean.classification!.testIds.filter((id) => !left.has(id)),
    );
    expect(rows[1]!.scores['accuracy']!.value).toBeGreaterThan(0.95);
  });
  test('no usable vector at all stops the run', () => {
    const { matrix } = exampleJob();
    const empty = { ...matrix, values: new Float32Array(matrix.values.length) };
    expect(() => evaluateExample({ tasks: classification, matrix: empty })).toThrow(UsageError);
    expect(() => evaluateExample({ tasks: classification, matrix: empty })).toThrow(
      /not one vector of items/,
    );
    const none = { ids: [], dimensions: 64, values: new Float32Array() };
    expect(() => evaluateExample({ tasks: classification, matrix: none })).toThrow(/no vectors of items/);
  });
  test('a prefix of zeros is said in the row of that width only', () => {
    const { matrix } = exampleJob();
    const values = matrix.values.slice();
    values.fill(0, 5 * 64, 5 * 64 + 8);
    const { rows } = evaluateExample({ tasks: clustering, matrix: { ...matrix, values } });
    expect(rows[0]!.notes?.[0]).toMatch(/^1 item has nothing but zeros in the first 8 dimensions/);
    expect(rows[1]!).not.toHaveProperty('notes');
  });
});

describe('what stops the run', () => {
  test('a width beyond the native one', () => {
    expect(() => evaluateExample({ dimensions: [32, 128] })).toThrow(
      /128 dimensions cannot be scored.*have 64/,
    );
  });
  test('no widths', () => {
    expect(() => evaluateExample({ dimensions: [] })).toThrow(/no dimensions/);
  });
  test('fewer items than folds, when every item has a vector', () => {
    const { matrix, items } = exampleJob();
    const ids = matrix.ids.slice(0, 6);
    const few = {
      matrix: { ids, dimensions: 64, values: matrix.values.slice(0, 6 * 64) },
      items: { ids, labels: { sentiment: ['a', 'b', 'a', 'b', 'a', 'b'] } },
      options: { ...exampleJob().options, folds: 5 },
    };
    expect(items.ids).toHaveLength(240);
    const cv = [{ task: 'classification', spec: { column: 'sentiment', protocols: ['cv'] } }] as never;
    expect(() => evaluateExample({ ...few, tasks: cv })).toThrow(/5 stratified folds cannot be made/);
  });
});

describe('what only a task cannot do', () => {
  test('a class that lost all its vectors is a note; the other tasks go on', () => {
    const job = exampleJob();
    const kept = job.items.ids
      .map((_, i) => i)
      .filter((i) => job.items.labels['sentiment']![i] !== 'neutral');
    const matrix = {
      ids: kept.map((i) => job.items.ids[i]!),
      dimensions: 64,
      values: Float32Array.from(
        kept.flatMap((i) => Array.from(job.matrix.values.subarray(i * 64, (i + 1) * 64))),
      ),
    };
    const tasks = [...(classification as never[]), { task: 'fidelity', spec: {} }] as never;
    const { rows } = evaluateExample({ matrix, tasks });
    expect(rows[1]!.notes).toEqual(['classification: no vector is left to train on for "neutral"']);
    expect(rows[1]!.scores).not.toHaveProperty('accuracy');
    expect(rows[1]!.scores['cosineMean']!.value).toBeCloseTo(1, 6);
  });
});

describe('maps', () => {
  const map = { method: 'pca', perplexity: 30, dimensions: [8, 64], points: 60 } as const;

  test('one picture per asked width, of the same sampled items, judged', () => {
    const { maps } = evaluateExample({ tasks: clustering, map });
    expect(maps.map((one) => [one.method, one.dimensions, one.points.length])).toEqual([
      ['pca', 8, 60],
      ['pca', 64, 60],
    ]);
    expect(maps[0]!.ids).toEqual(maps[1]!.ids);
    for (const one of maps) {
      expect(runRecordSchema.shape.maps.element.parse(one)).toEqual(one);
      expect(one.explainedVariance).toBeGreaterThan(0);
      expect(one.explainedVariance).toBeLessThan(1);
      expect(one.trustworthiness).toBeGreaterThan(0.4);
    }
    expect(maps[1]!.neighbourLabelAgreement!).toBeGreaterThan(maps[0]!.neighbourLabelAgreement!);
  });
  test('t-SNE tells its divergence; all rows need no second sweep', () => {
    const { maps } = evaluateExample({ tasks: clustering, map: { ...map, method: 'tsne', points: 500 } });
    expect(maps.map((one) => one.method)).toEqual(['tsne', 'tsne']);
    expect(maps[1]!.klDivergence).toBeGreaterThan(0);
    expect(maps[1]!.ids).toHaveLength(240);
    expect(maps[1]!.neighbourLabelAgreement).toBeGreaterThan(0.9);
  });
  test('a perplexity the data cannot carry falls back to the components, with the reason', () => {
    const { maps } = evaluateExample({ tasks: clustering, map: { ...map, method: 'tsne', perplexity: 60 } });
    expect(maps[0]).toMatchObject({ method: 'pca' });
    expect(maps[0]!.note).toMatch(
      /perplexity of 60 cannot be reached with 60 rows; the principal components/,
    );
  });
  test('pictures are laid over the widest one', () => {
    const { maps } = evaluateExample({ tasks: clustering, map: { ...map, dimensions: [64], points: 240 } });
    const both = evaluateExample({ tasks: clustering, map: { ...map, points: 240 } }).maps;
    const distance = (a: (typeof maps)[number], b: (typeof maps)[number]) =>
      a.points.reduce((total, [x, y], i) => total + Math.hypot(x - b.points[i]![0], y - b.points[i]![1]), 0);
    const mirrored = { ...both[0]!, points: both[0]!.points.map(([x, y]): [number, number] => [-x, y]) };
    expect(distance(both[0]!, both[1]!)).toBeLessThan(distance(mirrored, both[1]!));
    expect(maps).toHaveLength(1);
  });
});

describe('neighbours for the error view', () => {
  test('of the items that some width gets wrong, at every width, nearest first', () => {
    const { rows, neighbours } = evaluateExample({ tasks: classification, neighbours: 3 });
    const truth = new Map(
      exampleJob().items.ids.map((id, i) => [id, exampleJob().items.labels['sentiment']![i]]),
    );
    const wrong = new Set(
      rows.flatMap((row) => {
        const { testIds, predicted, classes } = row.classification!;
        return testIds.filter((id, i) => classes[predicted[i]!] !== truth.get(id));
      }),
    );
    expect(neighbours.map((one) => one.dimensions)).toEqual([8, 64]);
    for (const { ids, nearest } of neighbours) {
      expect(new Set(ids)).toEqual(wrong);
      nearest.forEach((list, i) => {
        expect(list).toHaveLength(3);
        expect(list.map(([id]) => id)).not.toContain(ids[i]);
        expect(list.map(([, cosine]) => cosine)).toEqual(
          list.map(([, cosine]) => cosine).toSorted((a, b) => b - a),
        );
      });
    }
  });
  test('none are kept when none are asked for', () => {
    expect(evaluateExample({ tasks: classification }).neighbours).toEqual([]);
  });
});

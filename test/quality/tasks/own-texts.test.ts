import { describe, expect, test } from 'vitest';
import { pairs as pairsTask } from '../../../src/quality/tasks/pairs.ts';
import { rerank } from '../../../src/quality/tasks/rerank.ts';
import { collectRerankScores } from '../../../src/quality/tasks/rerank-scores.ts';
import { retrieval } from '../../../src/quality/tasks/retrieval.ts';
import { sts } from '../../../src/quality/tasks/sts.ts';
import { zeroShot } from '../../../src/quality/tasks/zero-shot.ts';
import { CLASSES, evaluateExample, exampleJob, ownMatrix } from '../example-job.ts';

/** A unit vector of 64 dimensions at this angle to the first axis. */
const at = (degrees: number): number[] => {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle), ...new Array<number>(62).fill(0)];
};
const evaluate = (task: string, spec: unknown, own: ReturnType<typeof ownMatrix>) =>
  evaluateExample({ tasks: [{ task, spec, own }] as never, dimensions: [64] }).rows[0]!;

describe('sts', () => {
  const source = {
    pairs: [0, 20, 50, 80, 120].map((_, i) => ({ id: `s${i}`, a: `a${i}`, b: `b${i}`, score: 5 - i })),
  };
  const { spec, texts } = sts.plan(source);
  const own = ownMatrix(
    [0, 20, 50, 80, 120].flatMap(
      (angle, i) =>
        [
          [`a:s${i}`, at(0)],
          [`b:s${i}`, at(angle)],
        ] as const,
    ),
  );

  test('perfect order gives 1, and the values are the cosines', () => {
    const row = evaluate('sts', spec, own);
    expect(row.scores['stsSpearman']!.value).toBeCloseTo(1, 12);
    expect(row.scores['stsKendall']!.value).toBeCloseTo(1, 12);
    expect(row.perItem!['stsSimilarity']!.values[2]).toBeCloseTo(Math.cos((50 * Math.PI) / 180), 5);
    expect(texts).toHaveLength(10);
    expect(texts.every((text) => text.role === 'text')).toBe(true);
  });
  test('a lost text takes its pair along and is said', () => {
    const short = { ...own, ids: own.ids.slice(1), values: own.values.slice(64) };
    const row = evaluate('sts', spec, short);
    expect(row.scores['stsSpearman']!.n).toBe(4);
    expect(row.notes).toContain('sts: 1 of 5 pairs lost a text to failed embeddings');
  });
  test('equal judgements have no correlation', () => {
    const flat = sts.plan({ pairs: source.pairs.map((pair) => ({ ...pair, score: 3 })) });
    const row = evaluate('sts', flat.spec, own);
    expect(row.scores).toEqual({});
    expect(row.notes?.[0]).toMatch(/no correlation/);
  });
});

describe('pairs', () => {
  const angles = Array.from({ length: 40 }, (_, i) => ({
    same: i % 2 === 0,
    angle: i % 2 === 0 ? 10 + (i % 9) : 50 + (i % 9),
  }));
  const { spec } = pairsTask.plan({
    pairs: angles.map(({ same }, i) => ({ id: `p${i}`, a: 'x', b: 'y', same })),
  });
  const own = (list: readonly { angle: number }[]) =>
    ownMatrix(
      list.flatMap(
        ({ angle }, i) =>
          [
            [`a:p${i}`, at(0)],
            [`b:p${i}`, at(angle)],
          ] as const,
      ),
    );

  test('separable pairs are told apart by a threshold that did not see them', () => {
    const row = evaluate('pairs', spec, own(angles));
    expect(row.scores['pairsAp']!.value).toBeCloseTo(1, 12);
    expect(row.scores['pairsF1']!.value).toBe(1);
    expect(row.scores['pairsRocAuc']).toMatchObject({ value: 1, baseline: 0.5 });
  });
  test('an unlucky pair costs the F1 that a threshold tuned on all pairs would hide', () => {
    const mixed = angles.map((one, i) => (i === 0 ? { ...one, angle: 85 } : one));
    const row = evaluate('pairs', spec, own(mixed));
    expect(row.scores['pairsF1']!.value).toBeLessThan(1);
    expect(row.scores['pairsRecall']!.value).toBeCloseTo(19 / 20, 12);
  });
  test('one kind only cannot be scored', () => {
    const { spec: single } = pairsTask.plan({
      pairs: angles.map((_, i) => ({ id: `p${i}`, a: 'x', b: 'y', same: true })),
    });
    expect(evaluate('pairs', single, own(angles)).notes?.[0]).toMatch(/one kind is missing/);
  });
});

describe('retrieval', () => {
  const data = {
    documents: ['near', 'far', 'tie-a', 'tie-b'].map((id) => ({ id, text: id })),
    queries: ['q1', 'q2', 'q3'].map((id) => ({ id, text: id })),
    relevance: new Map([
      [
        'q1',
        new Map([
          ['near', 2],
          ['far', 1],
        ]),
      ],
      ['q2', new Map([['tie-a', 1]])],
    ]),
  };
  const { spec, texts } = retrieval.plan(data);
  const own = ownMatrix([
    ['query:q1', at(0)],
    ['query:q2', at(90)],
    ['document:near', at(5)],
    ['document:far', at(40)],
    ['document:tie-a', at(89)],
    ['document:tie-b', at(89)],
  ]);

  test('queries get the query role, documents theirs, and a query without judgement is not embedded', () => {
    expect(texts.map(({ id, role }) => `${role} ${id}`)).toEqual([
      'query query:q1',
      'query query:q2',
      'document document:near',
      'document document:far',
      'document document:tie-a',
      'document document:tie-b',
    ]);
  });
  test('equal cosines are ranked by descending document id, as trec_eval does', () => {
    const row = evaluate('retrieval', spec, own);
    // q1: near, far on top; q2: tie-b before tie-a
    expect(row.perItem!['mrrAt10']!.values).toEqual([1, 0.5]);
    expect(row.perItem!['ndcgAt10']!.values[0]).toBeCloseTo(1, 12);
    expect(row.perItem!['ndcgAt10']!.values[1]).toBeCloseTo(1 / Math.log2(3), 12);
    expect(row.scores['recallAt10']!.value).toBe(1);
    expect(row.scores['ndcgAt10']!.n).toBe(2);
  });
  test('a document that lost its vector cannot be found, and that is said', () => {
    const without = { ...own, ids: own.ids.slice(0, 5), values: own.values.slice(0, 5 * 64) };
    const row = evaluate('retrieval', spec, without);
    expect(row.notes).toContain('retrieval: 1 of 4 documents lost their embedding and cannot be found');
    expect(row.perItem!['mrrAt10']!.values[1]).toBe(1);
  });
});

describe('rerank', () => {
  const queries = [
    { id: 'q', query: 'q', candidates: [0, 1, 2].map((i) => ({ text: `c${i}`, grade: Number(i === 2) })) },
  ];
  const own = ownMatrix([
    ['query:q', at(0)],
    ['candidate:q:0', at(10)],
    ['candidate:q:1', at(20)],
    ['candidate:q:2', at(30)],
  ]);
  const third = 1 / Math.log2(4);

  test('before and after, with the gain', async () => {
    const source = await collectRerankScores(queries, async (_, texts) =>
      texts.map((text) => (text === 'c2' ? 1 : 0)),
    );
    const row = evaluate('rerank', rerank.plan(source).spec, own);
    expect(row.scores['rerankBaseNdcgAt10']!.value).toBeCloseTo(third, 12);
    expect(row.scores['rerankNdcgAt10']!.value).toBe(1);
    expect(row.scores['rerankGain']!.value).toBeCloseTo(1 - third, 12);
  });
  test('only the first candidates by cosine are handed on', async () => {
    const source = await collectRerankScores(queries, async (_, texts) =>
      texts.map((text) => (text === 'c2' ? 1 : 0)),
    );
    const row = evaluate('rerank', rerank.plan({ ...source, depth: 2 }).spec, own);
    expect(row.scores['rerankGain']!.value).toBe(0);
  });
  test.each([
    [
      'a reranker that fails',
      async () => Promise.reject(new Error('HTTP 500')),
      /failed at the query "q": HTTP 500/,
    ],
    ['too few scores', async () => [1], /no usable scores/],
    ['scores that are no numbers', async () => [1, Number.NaN, 2], /no usable scores/],
    ['no reranker at all', undefined, /no rerank route/],
  ])('%s leaves the first stage, and why', async (_, call, reason) => {
    const source = await collectRerankScores(queries, call);
    const row = evaluate('rerank', rerank.plan(source).spec, own);
    expect(Object.keys(row.scores)).toEqual(['rerankBaseNdcgAt10']);
    expect(row.notes?.[0]).toMatch(reason);
  });
  test('stopping stops the asking', async () => {
    const aborted = AbortSignal.abort(new Error('stopped'));
    await expect(collectRerankScores(queries, async () => [], aborted)).rejects.toThrow('stopped');
  });
});

describe('zero-shot', () => {
  test('nearest templates win; several of a class are averaged', () => {
    const job = exampleJob();
    const centre = (label: string) => {
      const sum = new Float64Array(64);
      job.items.ids.forEach((_, i) => {
        if (job.items.labels['sentiment']![i] !== label) return;
        for (let j = 0; j < 64; j++) sum[j] = sum[j]! + job.matrix.values[i * 64 + j]!;
      });
      return Array.from(sum);
    };
    const templates = Object.fromEntries(CLASSES.map((name) => [name, [`${name} one`, `${name} two`]]));
    const { spec, texts } = zeroShot.plan({ column: 'sentiment', classes: CLASSES, templates });
    expect(texts.map((text) => text.role)).toEqual(new Array(6).fill('label'));
    const own = ownMatrix(texts.map(({ id }) => [id, centre(id.split(' ')[0]!)] as const));
    const row = evaluate('zeroShot', spec, own);
    expect(row.scores['zeroShotAccuracy']!.value).toBeGreaterThan(0.95);
    expect(row.scores['zeroShotAccuracy']!.n).toBe(240);
    expect(row.scores['zeroShotAccuracy']!.baseline).toBeLessThan(0.5);
  });
  test('default templates cover every class; written ones must, and know no other', () => {
    expect(zeroShot.plan({ column: 's', classes: CLASSES }).texts.length).toBe(9);
    const plan = (templates: Record<string, string[]>) => () =>
      zeroShot.plan({ column: 's', classes: ['good', 'bad'], templates });
    expect(plan({ good: ['fine'] })).toThrow(/template for the class "bad"/);
    expect(plan({ good: ['fine'], bad: ['poor'], ugly: ['x'] })).toThrow(/"ugly", which is no class/);
  });
  test('a class whose templates all failed is named', () => {
    const { spec } = zeroShot.plan({ column: 'sentiment', classes: CLASSES });
    const row = evaluate('zeroShot', spec, ownMatrix([['negative 1', at(3)]]));
    expect(row.notes).toEqual(['zero-shot: no template of "neutral" has a vector']);
  });
});

describe('fidelity', () => {
  const fidelity = [{ task: 'fidelity', spec: {} }] as never;
  test('full width is the reference, narrow and coarse vectors keep less', () => {
    const { rows } = evaluateExample({
      tasks: fidelity,
      dimensions: [8, 32, 64],
      dtypes: ['float32', 'int8', 'binary'],
    });
    const of = (dimensions: number, dtype: string) =>
      rows.find((row) => row.dimensions === dimensions && row.dtype === dtype)!.scores;
    expect(of(64, 'float32')['neighbourOverlapAt10']!.value).toBe(1);
    expect(of(64, 'float32')['cosineMin']!.value).toBeCloseTo(1, 6);
    expect(of(64, 'float32')['similarityTau']!.value).toBeCloseTo(1, 6);
    const overlaps = [of(8, 'float32'), of(32, 'float32'), of(64, 'float32')].map(
      (scores) => scores['neighbourOverlapAt10']!.value,
    );
    expect(overlaps).toEqual([...overlaps].sort((a, b) => a - b));
    expect(of(64, 'int8')['cosineMean']!.value).toBeGreaterThan(0.999);
    expect(of(64, 'binary')['cosineMean']!.value).toBeLessThan(0.95);
    expect(of(64, 'binary')['neighbourOverlapAt10']!.value).toBeLessThan(
      of(64, 'int8')['neighbourOverlapAt10']!.value,
    );
  });
  test('the reference is found when the sweep does not hold it, and no row is made of it', () => {
    const { rows } = evaluateExample({ tasks: fidelity, dimensions: [8], dtypes: ['int8'] });
    expect(rows.map((row) => [row.dimensions, row.dtype])).toEqual([[8, 'int8']]);
    expect(rows[0]!.scores['neighbourOverlapAt10']!.value).toBeLessThan(1);
  });
  test('cosine to full width is the share of the length that the prefix holds', () => {
    const { matrix } = exampleJob();
    const [row] = evaluateExample({ tasks: fidelity, dimensions: [8] }).rows;
    const shares = matrix.ids.map((_, i) => {
      const full = matrix.values.subarray(i * 64, (i + 1) * 64);
      const length = (values: Float32Array) => Math.sqrt(values.reduce((total, x) => total + x * x, 0));
      return length(full.subarray(0, 8)) / length(full);
    });
    const mean = shares.reduce((total, share) => total + share, 0) / shares.length;
    expect(row!.scores['cosineMean']!.value).toBeCloseTo(mean, 5);
    expect(row!.scores['cosineMin']!.value).toBeCloseTo(Math.min(...shares), 5);
  });
  test('too few items for ten neighbours is a note', () => {
    const { matrix, items } = exampleJob();
    const few = { ids: matrix.ids.slice(0, 6), dimensions: 64, values: matrix.values.slice(0, 6 * 64) };
    const [row] = evaluateExample({ tasks: fidelity, matrix: few, items: { ids: few.ids, labels: {} } }).rows;
    expect(items.ids.length).toBe(240);
    expect(row!.notes).toContain('fidelity: 11 items or more are needed to compare neighbours');
    expect(row!.scores['cosineMean']!.n).toBe(6);
  });
});

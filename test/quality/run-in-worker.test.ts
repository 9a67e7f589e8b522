import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { createQualityWorker } from '../../src/quality/run-in-worker.ts';
import { evaluateExample, exampleJob } from './example-job.ts';

const tasks = [
  { task: 'classification', spec: { column: 'sentiment', protocols: ['holdout', 'cv'] } },
  { task: 'clustering', spec: { columns: ['sentiment'] } },
] as never;

describe('the quality worker', () => {
  const worker = createQualityWorker();
  afterAll(() => worker.close());

  test('gives what the same evaluation gives on this thread, with progress', async () => {
    const progress: number[] = [];
    const result = await worker.evaluate(exampleJob({ tasks }), {
      onProgress: (done) => progress.push(done),
    });
    expect(result).toEqual(evaluateExample({ tasks }));
    expect(progress).toEqual([1, 2]);
  });
  test('a matrix in shared memory is read where it lies', async () => {
    const { matrix } = exampleJob();
    const values = new Float32Array(new SharedArrayBuffer(matrix.values.byteLength));
    values.set(matrix.values);
    const result = await worker.evaluate(exampleJob({ tasks, matrix: { ...matrix, values } }));
    expect(result.rows).toEqual(evaluateExample({ tasks }).rows);
  });
  test('jobs wait for each other and keep their order', async () => {
    const [narrow, wide] = await Promise.all([
      worker.evaluate(exampleJob({ tasks, dimensions: [8] })),
      worker.evaluate(exampleJob({ tasks, dimensions: [64] })),
    ]);
    expect(narrow.rows.map((row) => row.dimensions)).toEqual([8]);
    expect(wide.rows.map((row) => row.dimensions)).toEqual([64]);
  });
  test('errors arrive as what they were, and the worker lives on', async () => {
    const failed = worker.evaluate(exampleJob({ tasks, dimensions: [999] }));
    await expect(failed).rejects.toBeInstanceOf(UsageError);
    await expect(failed).rejects.toMatchObject({
      failureClass: 'usage',
      hint: 'take 64 as the largest of axes.dimensions',
    });
    await expect(worker.evaluate(exampleJob({ tasks, dimensions: [8] }))).resolves.toBeDefined();
  });
  test('the ml engine serves the same tasks', async () => {
    const { rows } = await worker.evaluate(exampleJob({ tasks, engine: 'ml', dimensions: [64] }));
    expect(rows[0]!.classification!.engine).toBe('ml');
    expect(rows[0]!.scores['accuracy']!.value).toBeGreaterThan(0.8);
  });
  test('verdicts are judged there too', async () => {
    const { rows } = evaluateExample({ tasks });
    const { items } = exampleJob();
    const truth = new Map([
      ['sentiment', new Map(items.ids.map((id, i) => [id, items.labels['sentiment']![i]!]))],
    ]);
    const verdicts = await worker.verdicts({
      rows,
      instructions: ['none'],
      truth,
      classificationColumn: 'sentiment',
      margin: 0.03,
      bootstrapResamples: 200,
      seed: 1,
    });
    expect(verdicts.map((verdict) => verdict.metric).sort()).toEqual([
      'accuracy',
      'accuracyCv',
      'ari',
      'macroF1',
    ]);
    expect(verdicts.every((verdict) => verdict.verdict === 'fails')).toBe(true);
  });
});

describe('stopping', () => {
  test('an abort ends the computation at once and rejects with its reason; the next job runs', async () => {
    const worker = createQualityWorker();
    const controller = new AbortController();
    const reason = new Error('the user pressed Ctrl-C');
    const many = { ...exampleJob().options, bootstrapResamples: 3000 };
    const stopped = worker.evaluate(exampleJob({ tasks, options: many }), {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(stopped).rejects.toBe(reason);
    await expect(worker.evaluate(exampleJob({ tasks, dimensions: [8] }))).resolves.toBeDefined();
    await worker.close();
  });
  test('a signal that was aborted before is honoured', async () => {
    const worker = createQualityWorker();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(worker.evaluate(exampleJob({ tasks }), { signal })).rejects.toThrow('too late');
    await worker.close();
  });
  test('closing rejects what still runs', async () => {
    const worker = createQualityWorker();
    const running = worker.evaluate(exampleJob({ tasks }), {
      onProgress: () => void worker.close(),
    });
    await expect(running).rejects.toThrow(/ended with code/);
  });
});

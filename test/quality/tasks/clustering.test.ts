import { describe, expect, test } from 'vitest';
import { adjustedRandIndex } from '../../../src/quality/metrics/cluster-agreement.ts';
import { CLASSES, evaluateExample, exampleJob } from '../example-job.ts';

const task = (columns: readonly string[]) => [{ task: 'clustering', spec: { columns } }] as never;

describe('clustering', () => {
  const options = { ...exampleJob().options, clusteringSeeds: 4 };
  const { rows } = evaluateExample({ tasks: task(['sentiment', 'parity']), options });
  const wide = rows[1]!;

  test('the kept clusters have the ARI that is reported', () => {
    const truth = exampleJob().items.labels['sentiment']!.map((name) => CLASSES.indexOf(name as never));
    expect(adjustedRandIndex(truth, wide.perItem!['clusters']!.values)).toBeCloseTo(
      wide.scores['ari']!.value,
      12,
    );
  });
  test('columns stand side by side: what the vectors group by and what they do not', () => {
    expect(wide.scores['ari']!.low).toBeGreaterThan(0.8);
    expect(wide.scores['ari[parity]']!.low).toBeLessThan(0.02);
    expect(wide.clustering!.map(({ column, clusters }) => [column, clusters])).toEqual([
      ['sentiment', 3],
      ['parity', 2],
    ]);
  });
  test('the spread over seeds and the stability of the partition stand beside the number', () => {
    const [sentiment] = wide.clustering!;
    expect(sentiment!.seeds!.count).toBe(4);
    expect(sentiment!.seeds!.min).toBeLessThanOrEqual(sentiment!.seeds!.mean);
    expect(sentiment!.stability).toBeGreaterThan(0.9);
    expect(rows[0]!.clustering![0]!.stability!).toBeLessThan(sentiment!.stability!);
  });
  test('one seed has no spread', () => {
    const [, single] = evaluateExample({ tasks: task(['sentiment']) }).rows;
    expect(single!.clustering![0]).not.toHaveProperty('seeds');
    expect(single!.clustering![0]).not.toHaveProperty('stability');
  });
  test('unlabelled items are clustered and not scored', () => {
    const { ids, labels } = exampleJob().items;
    const sentiment = labels['sentiment']!.map((name, i) => (i < 40 ? null : name));
    const [, partly] = evaluateExample({
      tasks: task(['sentiment']),
      items: { ids, labels: { sentiment } },
    }).rows;
    expect(partly!.scores['ari']!.n).toBe(200);
    expect(partly!.scores['ari']!.value).toBeGreaterThan(0.8);
  });
  test('the silhouette is that of the labels, whatever k-means did', () => {
    expect(wide.scores['silhouette']!.value).toBeGreaterThan(wide.scores['silhouette[parity]']!.value);
  });
});

describe('what cannot be clustered', () => {
  test('one class, no labels and an unknown column are refused with a mend', () => {
    const { ids } = exampleJob().items;
    const with_ = (label: string | null) => ({ ids, labels: { sentiment: ids.map(() => label) } });
    expect(() => evaluateExample({ tasks: task(['sentiment']), items: with_('positive') })).toThrow(
      /every item is "positive"/,
    );
    expect(() => evaluateExample({ tasks: task(['sentiment']), items: with_(null) })).toThrow(
      /no item has a label/,
    );
    expect(() => evaluateExample({ tasks: task(['sentimnt']) })).toThrow(/no label column "sentimnt"/);
  });
  test('more clusters than items with a vector becomes a note', () => {
    const { ids } = exampleJob().items;
    const labels = { topic: ids.map((_, i) => `topic ${i % 30}`) };
    const { matrix } = exampleJob();
    const few = { ids: ids.slice(0, 12), dimensions: 64, values: matrix.values.slice(0, 12 * 64) };
    const [row] = evaluateExample({ tasks: task(['topic']), items: { ids, labels }, matrix: few }).rows;
    expect(row!.scores).toEqual({});
    expect(row!.notes).toContain('clustering by "topic": 30 clusters cannot be made of 12 items');
  });
  test('all vectors equal: ARI 0, and the run goes on', () => {
    const { matrix } = exampleJob();
    const [row] = evaluateExample({
      tasks: task(['sentiment']),
      matrix: { ...matrix, values: new Float32Array(matrix.values.length).fill(0.5) },
    }).rows;
    expect(Math.abs(row!.scores['ari']!.value)).toBeLessThan(0.02);
    expect(row!.scores['silhouette']!.value).toBe(0);
  });
});

import { expect, test } from 'vitest';
import { checkCache } from '../../src/run/check-cache.ts';
import { runSweep } from '../../src/run/run-sweep.ts';
import { bundledConfig, runPorts, temporaryFolder } from './run-fixture.ts';

const QUICK = [
  'load=false',
  'quality.clusteringSeeds=3',
  'quality.repeats=2',
  'quality.bootstrapResamples=200',
];

test('the article runs on the bundled reviews: every claim has an answer, every step its figures', async () => {
  const ports = runPorts(temporaryFolder());
  const loaded = bundledConfig('article', ...QUICK, `cache.path=${temporaryFolder()}`);
  const { record } = await runSweep({ loaded, ...ports });
  expect(record.claims!.map(({ claim }) => claim)).toEqual(loaded.config.claims);
  const verdictOf = Object.fromEntries(record.claims!.map(({ claim, verdict }) => [claim, verdict]));
  // n-grams know spelling and no moods: what a language model may reach is out of their reach
  expect(verdictOf['accuracy@2560 >= 0.89']).toBe('contradicted');
  expect(verdictOf['ari@2560 >= 0.68']).toBe('contradicted');
  // 75 held-out reviews cannot show a loss of 3 %
  expect(verdictOf['retention@512 >= 0.97']).toBe('undecidable');
  expect(verdictOf['vectorBytes@512 <= 0.2 * vectorBytes@2560']).toBe('reproduced');

  expect(record.quality).toHaveLength(2 * 8 * 3);
  expect(record.dataset.card).toMatchObject({
    majorityShare: 0.4,
    leakage: { exact: 0, near: 0, testRows: 75 },
    tfidfAccuracy: expect.any(Number),
    detectableDifference: expect.any(Number),
  });
  const row = record.quality.find(({ dimensions, dtype }) => dimensions === 512 && dtype === 'float32')!;
  expect(row.classification!.report).toMatch(/precision +recall +f1-score +support/);
  expect(row.classification!.testIds).toHaveLength(75);
  expect(row.clustering![0]).toMatchObject({ clusters: 3, nInit: 10, seeds: { count: 3 } });
  expect(row.scores['neighbourOverlapAt10']!.value).toBeGreaterThan(0);
  expect(record.maps.map(({ method, dimensions }) => [method, dimensions])).toEqual([
    ['tsne', 32],
    ['tsne', 512],
    ['tsne', 2560],
  ]);
  expect(record.neighbours!.length).toBeGreaterThan(0);
}, 120_000);

test('a second run takes its vectors from the cache; verify tells the same server from one that changed', async () => {
  const cache = `cache.path=${temporaryFolder()}`;
  const small = [
    ...QUICK,
    cache,
    'server.model=use-lite-512',
    'axes.dimensions=[512]',
    'base.dimensions=512',
    'axes.dtype=[float32]',
    'quality.tasks=[fidelity]',
    'claims=[]',
    'quality.map.method=none',
  ];
  const run = async (...overrides: string[]) => {
    const { record } = await runSweep({
      loaded: bundledConfig('article', ...small, ...overrides),
      ...runPorts(temporaryFolder()),
    });
    return record;
  };
  const verify = (...overrides: string[]) =>
    checkCache({
      loaded: bundledConfig('article', ...small, ...overrides),
      sample: 20,
      logDirectory: temporaryFolder(),
      ...runPorts(temporaryFolder()),
    });

  await expect(verify()).resolves.toMatchObject({ checked: 0, missing: 500 });
  const first = await run();
  expect(first.cache).toMatchObject({ store: 'lmdb', hits: 0, misses: 500 });
  const second = await run();
  expect(second.cache).toMatchObject({ hits: 500, misses: 0 });
  expect(second.quality).toEqual(first.quality);

  await expect(verify()).resolves.toMatchObject({ checked: 20, identical: 20, changed: 0 });
  // the same name, version and abilities; vectors of cosine 0.9998 to the old ones
  await expect(verify('server.embedded.faults=["perturb:size=0.02"]')).resolves.toMatchObject({
    checked: 20,
    identical: 0,
    changed: 20,
    changedShare: 1,
  });
  await expect(verify('cache=false')).rejects.toThrow('this config keeps no vectors');
}, 120_000);

test('rerank asks the embedding server’s own route where there is no other, before and after', async () => {
  const { record } = await runSweep({
    loaded: bundledConfig(
      'article',
      ...QUICK,
      'cache=false',
      'axes.dimensions=[64,2560]',
      'axes.dtype=[float32]',
      'axes.instruction={none: null}',
      'quality.tasks=[{task: rerank, path: data/rerank.jsonl}]',
      'quality.map.method=none',
      'claims=[]',
    ),
    ...runPorts(temporaryFolder()),
  });
  const [narrow, full] = record.quality;
  expect(narrow!.scores['rerankNdcgAt10']!.n).toBe(21);
  // the route ranks by the full vectors: no better than they are, better than their first 64 dimensions
  expect(full!.scores['rerankGain']!.value).toBeCloseTo(0, 10);
  expect(narrow!.scores['rerankNdcgAt10']!.value).toBeCloseTo(full!.scores['rerankBaseNdcgAt10']!.value, 10);
}, 60_000);

import { afterAll, beforeAll, expect, test } from 'vitest';
import { datasetConfigSchema } from '../../src/config/dataset-config.ts';
import { type Dataset, selectRows } from '../../src/dataset/dataset.ts';
import { loadDataset } from '../../src/dataset/load-dataset.ts';
import { createNativeEngine } from '../../src/quality/engines/native.ts';
import { evaluateQuality } from '../../src/quality/evaluate.ts';
import type { QualityJob } from '../../src/quality/quality-job.ts';
import { createEmbeddingClient } from '../../src/server/embedding-client.ts';
import { systemClock } from '../../src/threads/system-clock.ts';
import { createServers } from './served.ts';

/** Rows of each domain that are clustered; all 3,000 give the same picture and take three times as long. */
const DOMAIN_ROWS = 150;
const WIDTH = 2560;
const servers = createServers();
let amazon: Dataset;
let mixed: Dataset;
let vectors: Map<string, Float32Array>;
beforeAll(async () => {
  const reviews = await loadDataset(datasetConfigSchema.parse({ builtin: 'reviews' }), {
    baseDirectory: '.',
    seed: 42,
  });
  const domain = reviews.labels['domain']!;
  const rowsOf = (name: string): number[] => domain.flatMap((label, row) => (label === name ? [row] : []));
  amazon = selectRows(reviews, rowsOf('amazon'));
  mixed = selectRows(
    reviews,
    ['amazon', 'imdb', 'yelp'].flatMap((name) => rowsOf(name).slice(0, DOMAIN_ROWS)),
  );
  vectors = await embedAll([amazon, mixed]);
}, 180_000);
afterAll(() => servers.stop());

/** Every text of the data once, through the real server. */
async function embedAll(datasets: readonly Dataset[]): Promise<Map<string, Float32Array>> {
  const { baseUrl } = await servers.start({ threads: 2 });
  const model = 'use-lite-hash-2560';
  const client = createEmbeddingClient({
    baseUrl,
    model,
    headers: {},
    timeoutMs: 60_000,
    clock: systemClock,
  });
  const texts = new Map(
    datasets.flatMap(({ ids, texts: all }) => ids.map((id, i) => [id, all[i]!] as const)),
  );
  const ids = [...texts.keys()];
  const found = new Map<string, Float32Array>();
  const batches = Array.from({ length: Math.ceil(ids.length / 64) }, (_, i) =>
    ids.slice(i * 64, (i + 1) * 64),
  );
  await Promise.all(
    batches.map(async (batch) => {
      const reply = await client.embed({ texts: batch.map((id) => texts.get(id)!), encoding: 'base64' });
      if (!reply.ok) throw new Error(reply.message);
      batch.forEach((id, i) => {
        found.set(id, reply.vectors.subarray(i * WIDTH, (i + 1) * WIDTH));
      });
    }),
  );
  await client.close();
  return found;
}

function scores({ ids, labels }: Dataset, tasks: QualityJob['tasks'], dimensions: readonly number[]) {
  const values = new Float32Array(ids.length * WIDTH);
  ids.forEach((id, row) => {
    values.set(vectors.get(id)!, row * WIDTH);
  });
  const { rows } = evaluateQuality(
    {
      instruction: 'none',
      engine: 'native',
      mlSteps: 50,
      matrix: { ids, dimensions: WIDTH, values },
      items: { ids, labels },
      tasks,
      dimensions,
      dtypes: ['float32'],
      options: {
        testShare: 0.3,
        folds: 5,
        repeats: 1,
        c: 1,
        tuneC: false,
        nInit: 10,
        clusteringSeeds: 1,
        bootstrapResamples: 100,
        seed: 42,
      },
      neighbours: 0,
    },
    createNativeEngine(),
  );
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row.scores).map(([name, { value }]) => [name, value])),
  );
}

test('Amazon reviews are classified by sentiment, worse with fewer dimensions', () => {
  const tasks = [{ task: 'classification', spec: { column: 'sentiment', protocols: ['cv'] } }];
  const [narrow, whole] = scores(amazon, tasks as never, [32, WIDTH]);
  expect(whole!['accuracyCv']).toBeGreaterThanOrEqual(0.86);
  expect(narrow!['accuracyCv']).toBeLessThanOrEqual(whole!['accuracyCv']! - 0.08);
});

test('clusters follow the domain and not the sentiment', () => {
  const tasks = [{ task: 'clustering', spec: { columns: ['domain', 'sentiment'] } }];
  const [at512] = scores(mixed, tasks as never, [512]);
  expect(at512!['ari']).toBeGreaterThanOrEqual(0.4);
  expect(Math.abs(at512!['ari[sentiment]']!)).toBeLessThan(0.05);
});

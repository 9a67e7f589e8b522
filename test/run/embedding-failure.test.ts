import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { runSweep } from '../../src/run/run-sweep.ts';
import { settings, writeTinyConfig } from '../cli/tiny-config.ts';
import { runPorts, temporaryFolder } from './run-fixture.ts';

const MOODS = ['good', 'bad', 'mixed'];
const ROWS = Array.from({ length: 45 }, (_, i) => ({
  id: `review-${i}`,
  text: `review number ${String(i).padStart(2, '0')}: the ${['charger', 'film', 'soup'][i % 3]} was ${MOODS[(i * 7) % 3]}`,
  label: MOODS[(i * 7) % 3]!,
}));

const BATCH = 5;

async function sweep(faults: string[]): Promise<RunRecord> {
  const folder = temporaryFolder();
  const lines = ROWS.map(({ id, text, label }) => `${id},${text},${label}`);
  writeFileSync(join(folder, 'data.csv'), `id,text,label\n${lines.join('\n')}\n`);
  const overrides = settings({
    dataset: { path: 'data.csv', id: 'id', label: 'label' },
    'server.embedded.faults': faults,
    'quality.batchSize': BATCH,
    load: false,
  }).filter((word) => word !== '--set');
  const loaded = readConfig(join(folder, writeTinyConfig(folder)), { environment: {}, overrides });
  return (await runSweep({ loaded, ...runPorts(folder) })).record;
}

/** Predicted class by item. */
function predictions(row: RunRecord['quality'][number]): Map<string, string> {
  const { testIds, predicted, classes } = row.classification!;
  return new Map(testIds.map((id, i) => [id, classes[predicted[i]!]!]));
}

test('a text that cannot be embedded loses its own item, by id, and shifts no label', async () => {
  const whole = await sweep([]);
  // A held-out item that leads a batch: the whole batch comes back unusable, is taken apart, and alone it fails again.
  const { testIds } = whole.quality[0]!.classification!;
  const lost = ROWS.find(({ id }, i) => i % BATCH === 0 && testIds.includes(id))!;
  const rest = await sweep([`nan:contains=${lost.text.slice(0, 16)}`]);

  expect(whole.embeddingFailures).toEqual([]);
  expect(rest.embeddingFailures).toEqual([
    { instruction: 'none', kind: 'badVector', count: 1, ids: [lost.id] },
  ]);
  expect(rest.quality).toHaveLength(2);
  for (const [i, row] of rest.quality.entries()) {
    const expected = predictions(whole.quality[i]!);
    expect(expected.delete(lost.id)).toBe(true);
    expect(predictions(row)).toEqual(expected);
    expect(row.scores['accuracy']!.n).toBe(testIds.length - 1);
  }
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { DATASET_LOADERS, type LoaderName } from '../../../src/dataset/loaders/loaders.ts';
import type { GoodRow, SourceRow } from '../../../src/dataset/loaders/source.ts';
import { dataFolder } from '../data-folder.ts';

interface Sample {
  /** Writes the sample into the folder; returns the file's name. */
  readonly write: (folder: string) => string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly first: readonly unknown[];
  readonly isFile: boolean;
}

const ROWS = Array.from({ length: 25_000 }, (_, i) => ({
  id: `r${i}`,
  text: i % 2 === 0 ? `好评 ${i}, "quoted"` : `review\nnumber ${i}`,
  stars: String((i % 5) + 1),
}));
const quotedField = (text: string) => `"${text.replaceAll('"', '""')}"`;

const file = (name: string, content: () => string | Uint8Array): Sample => ({
  write: (folder) => {
    writeFileSync(join(folder, name), content());
    return name;
  },
  columns: ['stars', 'text', 'id'],
  rows: ROWS.length,
  first: ['1', '好评 0, "quoted"', 'r0'],
  isFile: true,
});

const SAMPLES: Record<LoaderName, Sample> = {
  csv: file(
    'a.csv',
    () => `id,text,stars\n${ROWS.map((r) => `${r.id},${quotedField(r.text)},${r.stars}\n`).join('')}`,
  ),
  jsonl: file('a.jsonl', () => ROWS.map((r) => `${JSON.stringify(r)}\n`).join('')),
  parquet: file(
    'a.parquet',
    () =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: (['id', 'text', 'stars'] as const).map((name) => ({
            name,
            data: ROWS.map((row) => row[name]),
          })),
          rowGroupSize: 7000,
        }),
      ),
  ),
  reviews: {
    write: () => '',
    columns: ['sentiment', 'text', 'id'],
    rows: 3000,
    first: [
      'negative',
      'So there is no way for me to plug it in here in the US unless I go by a converter.',
      'amazon-0001',
    ],
    isFile: false,
  },
};

async function readAll(
  name: LoaderName,
  folder: string,
  columns: readonly string[],
  path: string,
  signal?: AbortSignal,
): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  const request = { path: join(folder, path), source: path, columns };
  for await (const block of DATASET_LOADERS[name].read(request, signal)) rows.push(...block);
  return rows;
}

describe.each(Object.entries(SAMPLES) as [LoaderName, Sample][])('the loader %s', (name, sample) => {
  test('reads every row once, in order, with the asked columns in the asked order', async () => {
    const folder = dataFolder({});
    const path = sample.write(folder);
    const rows = (await readAll(name, folder, sample.columns, path)) as GoodRow[];
    expect(rows).toHaveLength(sample.rows);
    expect(rows[0]!.values).toEqual(sample.first);
    expect(new Set(rows.map((row) => row.values[2])).size).toBe(sample.rows);
    if (sample.isFile) {
      expect(rows.map((row) => row.values[2])).toEqual(ROWS.map((row) => row.id));
      expect(rows.map((row) => row.values[1])).toEqual(ROWS.map((row) => row.text));
      expect(rows.every((row, i) => i === 0 || row.line > rows[i - 1]!.line)).toBe(true);
    }
    expect(await readAll(name, folder, sample.columns, path)).toEqual(rows);
  });

  test('names a column that does not exist, and the nearest one that does', async () => {
    const folder = dataFolder({});
    const path = sample.write(folder);
    const reading = readAll(name, folder, ['texts'], path);
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toMatchObject({
      message: expect.stringContaining('"texts"'),
      hint: expect.stringContaining('"text"'),
    });
  });

  test('stops when it is told to', async () => {
    const folder = dataFolder({});
    const path = sample.write(folder);
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    await expect(readAll(name, folder, sample.columns, path, controller.signal)).rejects.toThrow('enough');
  });
});

const fileLoaders = (Object.keys(SAMPLES) as LoaderName[]).filter((name) => SAMPLES[name].isFile);

test.each(fileLoaders)('the loader %s says when its file is missing or a folder', async (name) => {
  const folder = dataFolder({});
  await expect(readAll(name, folder, ['text'], 'nowhere')).rejects.toMatchObject({
    message: 'the data file nowhere does not exist',
    hint: expect.stringContaining('relative to the config file'),
  });
  await expect(readAll(name, folder, ['text'], '.')).rejects.toThrow(UsageError);
});

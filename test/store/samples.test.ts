import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { OUTCOMES } from '../../src/core/outcome.ts';
import { createRandom } from '../../src/core/random.ts';
import type { SampleTable } from '../../src/core/samples.ts';
import { type RunFolder, runFolderAt } from '../../src/store/run-folder.ts';
import { emptySamples, type TrialKey } from '../../src/store/sample-columns.ts';
import {
  hasSamplePart,
  listSamples,
  mergeSamples,
  readSamples,
  writeSamplePart,
} from '../../src/store/sample-files.ts';
import { temporaryFolder } from './folder-fixture.ts';

/** Stamps of full precision, with NaN where a failed request has none. */
function samplesOf(rows: number, seed: number): SampleTable {
  const random = createRandom(seed);
  const table = emptySamples(rows);
  let now = 0;
  for (let i = 0; i < rows; i++) {
    const outcome = i % 97 === 5 ? 1 + (i % (OUTCOMES.length - 1)) : 0;
    now += random.next() * 3;
    table.intendedMs[i] = now;
    table.sentMs[i] = now + random.next();
    table.headersMs[i] = outcome === 0 ? now + 10 + random.next() : Number.NaN;
    table.lastByteMs[i] = outcome === 0 ? now + 11 + random.next() : Number.NaN;
    table.decodedMs[i] = outcome === 0 ? now + 12 + random.next() : Number.NaN;
    table.texts[i] = 1 + random.integer(64);
    table.tokens[i] = random.integer(1 << 20);
    table.bytes[i] = i === 0 ? 2_147_483_647 : random.integer(1 << 24);
    table.outcome[i] = outcome;
    table.inWindow[i] = i < rows / 10 ? 0 : 1;
  }
  return table;
}

const folderOf = (): RunFolder => runFolderAt(temporaryFolder());
const key = (cell: number, trial: number): TrialKey => ({ cell: cell.toString(16).padStart(12, '0'), trial });

describe('samples', () => {
  it('come back bit for bit, NaN and empty trials included', async () => {
    const folder = folderOf();
    for (const rows of [0, 1, 1000]) {
      const part = await writeSamplePart(folder, key(rows, 0), samplesOf(rows, 1));
      expect(part).toEqual({
        file: `samples/${key(rows, 0).cell}.0.parquet`,
        rows,
        bytes: statSync(join(folder.path, part.file)).size,
      });
      expect(await readSamples(folder, key(rows, 0))).toEqual(samplesOf(rows, 1));
    }
    expect(await readSamples(folder, key(9, 9))).toBeUndefined();
  });

  it('of a million rows go through parts and the merged file and come back the same', async () => {
    const folder = folderOf();
    const keys = [key(1, 0), key(2, 0), key(1, 1), key(2, 1)];
    // Parts of odd sizes: row groups end inside them.
    const sizes = [300_001, 250_000, 200_000, 250_000];
    for (const [i, trial] of keys.entries()) await writeSamplePart(folder, trial, samplesOf(sizes[i]!, i));
    expect(await mergeSamples(folder, keys)).toEqual({ rows: 1_000_001 });
    expect(existsSync(folder.samplesDirectory)).toBe(false);
    expect(await listSamples(folder)).toEqual(
      keys.map((trial, i) => ({
        ...trial,
        start: sizes.slice(0, i).reduce((sum, size) => sum + size, 0),
        rows: sizes[i]!,
      })),
    );
    for (const i of [0, 3]) {
      const found = (await readSamples(folder, keys[i]!))!;
      const expected = samplesOf(sizes[i]!, i);
      for (const column of Object.keys(expected) as (keyof SampleTable)[]) {
        if (column === 'length') continue;
        const same = Buffer.compare(
          Buffer.from(found[column].buffer as ArrayBuffer),
          Buffer.from(expected[column].buffer as ArrayBuffer),
        );
        expect(same, column).toBe(0);
      }
    }
  });

  it('can be read by any Parquet tool, with the cell and the trial of every row', async () => {
    const folder = folderOf();
    await writeSamplePart(folder, key(1, 0), samplesOf(2, 1));
    await writeSamplePart(folder, key(1, 1), samplesOf(1, 2));
    await mergeSamples(folder, [key(1, 0), key(1, 1)]);
    const file = await asyncBufferFromFile(folder.samplesFile);
    const { schema, created_by } = await parquetMetadataAsync(file);
    expect(created_by).toBe('dimsweep');
    expect(
      schema.slice(1).map(({ name, type, repetition_type }) => `${name} ${type} ${repetition_type}`),
    ).toMatchInlineSnapshot(`
        [
          "cell BYTE_ARRAY REQUIRED",
          "trial INT32 REQUIRED",
          "intendedMs DOUBLE REQUIRED",
          "sentMs DOUBLE REQUIRED",
          "headersMs DOUBLE REQUIRED",
          "lastByteMs DOUBLE REQUIRED",
          "decodedMs DOUBLE REQUIRED",
          "texts INT32 REQUIRED",
          "tokens INT32 REQUIRED",
          "bytes INT32 REQUIRED",
          "outcome INT32 REQUIRED",
          "inWindow INT32 REQUIRED",
        ]
      `);
    const rows = await parquetReadObjects({ file, columns: ['cell', 'trial', 'texts'] });
    expect(rows.map(({ cell, trial }) => [cell, trial])).toEqual([
      ['000000000001', 0],
      ['000000000001', 0],
      ['000000000001', 1],
    ]);
  });

  it('say when a part is gone, cut short or foreign, and keep the other parts', async () => {
    const folder = folderOf();
    const kept = await writeSamplePart(folder, key(1, 0), samplesOf(100, 1));
    const part = await writeSamplePart(folder, key(1, 1), samplesOf(100, 2));
    const path = join(folder.path, part.file);
    expect(hasSamplePart(folder, part)).toBe(true);
    const whole = readFileSync(path);
    for (const content of [whole.subarray(0, whole.length >> 1), Buffer.from('PAR1 not at all PAR1')]) {
      writeFileSync(path, content);
      expect(hasSamplePart(folder, part)).toBe(false);
      await expect(readSamples(folder, key(1, 1))).rejects.toThrow(
        expect.objectContaining({ name: 'UsageError', where: path }),
      );
      await expect(mergeSamples(folder, [key(1, 0), key(1, 1)])).rejects.toThrow('damaged or foreign');
    }
    rmSync(path);
    expect(hasSamplePart(folder, part)).toBe(false);
    await expect(mergeSamples(folder, [key(1, 0), key(1, 1)])).rejects.toThrow('cannot read the samples');
    expect(hasSamplePart(folder, kept)).toBe(true);
    expect(existsSync(folder.samplesFile)).toBe(false);
  });

  it('keep to their folder', async () => {
    await expect(writeSamplePart(folderOf(), { cell: '../../x', trial: 0 }, emptySamples(1))).rejects.toThrow(
      TypeError,
    );
  });
});

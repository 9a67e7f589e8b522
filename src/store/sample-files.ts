import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AsyncBuffer, asyncBufferFromFile, type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import * as z from 'zod';
import { UsageError } from '../core/errors.ts';
import type { SampleTable } from '../core/samples.ts';
import { replaceFile } from './atomic-file.ts';
import { errorCode, fileError } from './file-error.ts';
import type { RunFolder } from './run-folder.ts';
import { createSampleWriter, ROW_GROUP, readSampleRows, type TrialKey } from './sample-columns.ts';
import { type SamplePart, samplePartFile } from './sample-part.ts';

/** Footer key of the list of trials in a merged file, so that one trial is found without reading the rest. */
const INDEX_KEY = 'dimsweep.trials';
const indexSchema = z.array(
  z.strictObject({ cell: z.string(), trial: z.int(), start: z.int(), rows: z.int() }),
);
/** Where a trial's rows lie in the merged file. */
export type SampleIndexEntry = z.infer<typeof indexSchema>[number];

/**
 * Puts the samples of one trial on the disk, whole or not at all. The journal entry that refers to the part is
 * written afterwards.
 *
 * @throws UsageError when the disk refuses
 */
export async function writeSamplePart(
  folder: RunFolder,
  key: TrialKey,
  table: SampleTable,
): Promise<SamplePart> {
  const file = samplePartFile(key.cell, key.trial);
  const path = join(folder.path, file);
  await replaceFile(path, async (temporary) => writeTables(temporary, {}, [[key, table]]), 'the samples');
  return { file, rows: table.length, bytes: statSync(path).size };
}

/**
 * Whether the part that a journal speaks of is there as it was written; a trial whose part is not must be
 * measured again.
 */
export function hasSamplePart(folder: RunFolder, part: SamplePart): boolean {
  const path = join(folder.path, part.file);
  return existsSync(path) && statSync(path).size === part.bytes;
}

/**
 * Makes `samples.parquet` of the parts, in the given order, then removes them. Memory stays at one row group,
 * however many rows there are.
 *
 * @throws UsageError when a part is missing or damaged, or the disk refuses; the parts are then untouched
 */
export async function mergeSamples(folder: RunFolder, parts: readonly TrialKey[]): Promise<{ rows: number }> {
  const index: SampleIndexEntry[] = [];
  let rows = 0;
  for (const { cell, trial } of parts) {
    const opened = await openParquet(join(folder.path, samplePartFile(cell, trial)));
    index.push({ cell, trial, start: rows, rows: opened.rows });
    rows += opened.rows;
  }
  const merge = async (temporary: string): Promise<void> => {
    const writer = createSampleWriter(temporary, { [INDEX_KEY]: JSON.stringify(index) });
    for (const part of index) {
      const opened = await openParquet(join(folder.path, samplePartFile(part.cell, part.trial)));
      for (let from = 0; from < part.rows; from += ROW_GROUP) {
        writer.write(part, await readRows(opened, from, Math.min(part.rows, from + ROW_GROUP)));
      }
    }
    writer.finish();
  };
  await replaceFile(folder.samplesFile, merge, 'the samples');
  rmSync(folder.samplesDirectory, { recursive: true, force: true });
  return { rows };
}

/**
 * The samples of one trial, from its part or from the merged file; `undefined` when the run has none of it.
 *
 * @throws UsageError when the file is damaged or foreign
 */
export async function readSamples(folder: RunFolder, key: TrialKey): Promise<SampleTable | undefined> {
  const part = join(folder.path, samplePartFile(key.cell, key.trial));
  if (existsSync(part)) {
    const opened = await openParquet(part);
    return readRows(opened, 0, opened.rows);
  }
  if (!existsSync(folder.samplesFile)) return undefined;
  const opened = await openParquet(folder.samplesFile);
  const found = indexOf(opened).find((entry) => entry.cell === key.cell && entry.trial === key.trial);
  return found && readRows(opened, found.start, found.start + found.rows);
}

/**
 * The trials in a run's merged samples, in their order.
 *
 * @throws UsageError when the file is missing, damaged or foreign
 */
export async function listSamples(folder: RunFolder): Promise<readonly SampleIndexEntry[]> {
  return indexOf(await openParquet(folder.samplesFile));
}

interface OpenedParquet {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly rows: number;
}

function writeTables(
  path: string,
  metadata: Readonly<Record<string, string>>,
  tables: Iterable<readonly [TrialKey, SampleTable]>,
): void {
  const writer = createSampleWriter(path, metadata);
  for (const [key, table] of tables) writer.write(key, table);
  writer.finish();
}

async function openParquet(path: string): Promise<OpenedParquet> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    return { path, file, metadata, rows: Number(metadata.num_rows) };
  } catch (cause) {
    throw damaged(path, cause);
  }
}

async function readRows(opened: OpenedParquet, from: number, to: number): Promise<SampleTable> {
  try {
    return await readSampleRows(opened.file, opened.metadata, from, to);
  } catch (cause) {
    throw damaged(opened.path, cause);
  }
}

function indexOf(opened: OpenedParquet): readonly SampleIndexEntry[] {
  const text = opened.metadata.key_value_metadata?.find(({ key }) => key === INDEX_KEY)?.value;
  try {
    const index = indexSchema.parse(JSON.parse(text ?? ''));
    if (index.some((entry) => entry.start < 0 || entry.start + entry.rows > opened.rows)) {
      throw new Error('the list of trials points behind the last row');
    }
    return index;
  } catch (cause) {
    throw damaged(opened.path, cause);
  }
}

function damaged(path: string, cause: unknown): UsageError {
  if (errorCode(cause) !== undefined) return fileError('read the samples', path, cause);
  const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
  return new UsageError(`the samples are damaged or foreign: ${reason}`, {
    where: path,
    hint: 'Measure the run again to get its samples back; everything else is in record.json.',
    cause,
  });
}

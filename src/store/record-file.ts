import { statSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_SCHEMA_VERSION, type RunRecord, runRecordSchema } from '../core/record/run-record.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { fileError } from './file-error.ts';
import { readJsonFile } from './json-file.ts';
import { reviewableJson } from './reviewable-json.ts';
import type { RunFolder } from './run-folder.ts';
import { readVersioned, type VersionedFormat } from './schema-version.ts';

const RECORD_FORMAT: VersionedFormat<RunRecord> = {
  what: 'record',
  current: RECORD_SCHEMA_VERSION,
  schema: runRecordSchema,
  migrations: {},
  renew: 'measure again with dimsweep run',
};

/**
 * Reads a record from its file or from the run folder it lies in.
 *
 * @throws UsageError when it is missing, cut short, foreign, of another version or damaged, with the place
 */
export function readRecord(path: string): RunRecord {
  const file = recordFileOf(path);
  return recordFrom(readJsonFile(file, 'the record'), file);
}

/**
 * A record from JSON that is at hand; `path` names it in messages.
 *
 * @throws UsageError as {@link readRecord}
 */
export function recordFrom(document: unknown, path: string): RunRecord {
  return readVersioned(document, path, RECORD_FORMAT);
}

/**
 * Writes the record of a run, whole or not at all.
 *
 * @throws ZodError when the record breaks its own schema; UsageError when the disk refuses
 */
export function writeRecord(folder: RunFolder, record: RunRecord): void {
  writeFileAtomic(folder.recordFile, reviewableJson(runRecordSchema.parse(record)), 'the record');
}

/**
 * Writes the report of a run, whole or not at all.
 *
 * @throws UsageError when the disk refuses
 */
export function writeReport(folder: RunFolder, html: string): void {
  writeFileAtomic(folder.reportFile, html, 'the report');
}

function recordFileOf(path: string): string {
  try {
    return statSync(path).isDirectory() ? join(path, 'record.json') : path;
  } catch (cause) {
    throw fileError('read the record', path, cause);
  }
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readRecord, writeRecord, writeReport } from '../../src/store/record-file.ts';
import { runFolderAt } from '../../src/store/run-folder.ts';
import { readVersioned } from '../../src/store/schema-version.ts';
import { exampleRecord } from './example-record.ts';
import { temporaryFolder } from './folder-fixture.ts';

function refusalOf(change: (record: Record<string, unknown>) => unknown): string {
  const path = join(temporaryFolder(), 'record.json');
  writeFileSync(path, JSON.stringify(change({ ...exampleRecord() })));
  try {
    readRecord(path);
  } catch (error) {
    const { name, message, hint, where } = error as Record<'name' | 'message' | 'hint' | 'where', string>;
    expect(where).toBe(path);
    return `${name}: ${message} — ${hint}`;
  }
  throw new Error('it was read');
}

describe('records', () => {
  it('come back from their folder or their file as they were', () => {
    const folder = runFolderAt(temporaryFolder());
    writeRecord(folder, exampleRecord());
    writeReport(folder, '<!doctype html>');
    expect(readRecord(folder.path)).toEqual(exampleRecord());
    expect(readRecord(folder.recordFile)).toEqual(exampleRecord());
    expect(readFileSync(folder.reportFile, 'utf8')).toBe('<!doctype html>');
  });

  it('are not written when they break their own schema', () => {
    const folder = runFolderAt(temporaryFolder());
    const record = exampleRecord();
    record.phases['load'] = Number.NaN;
    expect(() => writeRecord(folder, record)).toThrow(z.ZodError);
    expect(() => readRecord(folder.path)).toThrow('cannot read the record: there is no such file or folder');
  });

  it('of a newer dimsweep that only added keys are read without them', () => {
    const path = join(temporaryFolder(), 'record.json');
    const record = exampleRecord();
    const newer = {
      ...record,
      carbon: { grams: 1 },
      quality: record.quality.map((row) => ({ ...row, hue: 'red' })),
    };
    writeFileSync(path, JSON.stringify(newer));
    expect(readRecord(path)).toEqual(record);
  });

  it('of other versions, other programs and other hands are refused with the mend', () => {
    expect(refusalOf((record) => ({ ...record, schemaVersion: 2 }))).toMatchInlineSnapshot(
      `"UsageError: this record was written by a newer dimsweep (schema version 2, this one reads 1) — Update dimsweep, or measure again with dimsweep run."`,
    );
    expect(refusalOf((record) => ({ ...record, schemaVersion: 0 }))).toMatchInlineSnapshot(
      `"UsageError: this record has schema version 0, which can no longer be read (needed: 1) — Use the dimsweep that wrote it, or measure again with dimsweep run."`,
    );
    expect(refusalOf(() => ({ results: [] }))).toMatchInlineSnapshot(
      `"UsageError: this is not a dimsweep record: it has no schemaVersion — Give the record that dimsweep wrote."`,
    );
    expect(refusalOf(() => [1, 2])).toMatchInlineSnapshot(
      `"UsageError: this is not a dimsweep record: it has no schemaVersion — Give the record that dimsweep wrote."`,
    );
    expect(
      refusalOf((record) => ({ ...record, seed: 1, name: 3, items: { ids: [] }, load: 'x' })),
    ).toMatchInlineSnapshot(
      `"UsageError: this record does not fit its schema: name: Invalid input: expected string, received number; load: Invalid input: expected array, received string; items.labels: Invalid input: expected record, received undefined; and 1 more — The file is damaged or was edited; measure again with dimsweep run."`,
    );
  });
});

describe('schema versions', () => {
  const schema = z.strictObject({ schemaVersion: z.literal(3), seconds: z.number(), name: z.string() });
  const format = {
    what: 'record',
    current: 3,
    schema,
    migrations: {
      1: ({ ms, ...rest }: Record<string, unknown>) => ({ ...rest, seconds: Number(ms) / 1000 }),
      2: ({ title, ...rest }: Record<string, unknown>) => ({ ...rest, name: title }),
    },
    renew: 'measure again',
  };

  it('are migrated step by step to the present', () => {
    const present = { schemaVersion: 3, seconds: 1.5, name: 'x' };
    expect(readVersioned({ schemaVersion: 1, ms: 1500, title: 'x' }, 'f', format)).toEqual(present);
    expect(readVersioned({ schemaVersion: 2, seconds: 1.5, title: 'x' }, 'f', format)).toEqual(present);
    expect(readVersioned(present, 'f', format)).toEqual(present);
  });

  it('are refused when a step is missing, or its result does not fit', () => {
    const gap = { ...format, migrations: { 1: format.migrations[1] } };
    expect(() => readVersioned({ schemaVersion: 1, ms: 1 }, 'f', gap)).toThrow('can no longer be read');
    expect(() => readVersioned({ schemaVersion: 2, seconds: 1, title: 7 }, 'f', format)).toThrow(
      'does not fit its schema: name: Invalid input',
    );
  });
});

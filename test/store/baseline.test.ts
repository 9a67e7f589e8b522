import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineSchema } from '../../src/core/record/baseline.ts';
import { type RunRecord, runRecordSchema } from '../../src/core/record/run-record.ts';
import { blessRun, listBaselines, readBaseline, readComparable } from '../../src/store/baseline-file.ts';
import { decodeDigits, digitsFor, encodeDigits } from '../../src/store/digit-codes.ts';
import { packNumbers, unpackNumbers } from '../../src/store/packed-numbers.ts';
import { writeRecord } from '../../src/store/record-file.ts';
import { recordOfBaseline } from '../../src/store/record-of-baseline.ts';
import { runFolderAt } from '../../src/store/run-folder.ts';
import { exampleRecord } from './example-record.ts';
import { temporaryFolder } from './folder-fixture.ts';

fc.configureGlobal({ seed: 42 });

const clock = { wallMs: () => Date.UTC(2026, 1, 3) };

function bless(record: RunRecord, resultsDirectory = temporaryFolder(), name = 'main', force = false) {
  return { ...blessRun(record, { name, resultsDirectory, clock, force }), resultsDirectory };
}

describe('a baseline', () => {
  it('keeps what gates and paired tests need, to six digits', () => {
    const record = exampleRecord();
    const { path, resultsDirectory } = bless(record);
    const kept = readComparable('main', resultsDirectory);
    expect(runRecordSchema.parse(kept)).toEqual(kept);
    const [before, after] = [record.quality[0]!, kept.quality[0]!];
    expect(after.classification).toMatchObject({
      testIds: before.classification!.testIds,
      predicted: before.classification!.predicted,
      classes: before.classification!.classes,
      confusion: before.classification!.confusion,
      majorityBaseline: 0.333333,
    });
    for (const [task, { ids, values }] of Object.entries(before.perItem!)) {
      expect(after.perItem![task]!.ids).toEqual(ids);
      for (const [i, value] of values.entries()) {
        expect(after.perItem![task]!.values[i]).toBeCloseTo(value, 5);
      }
    }
    expect(after.scores['accuracy']!.value).toBeCloseTo(before.scores['accuracy']!.value, 5);
    expect(kept.load.map(({ id }) => id)).toEqual(record.load.map(({ id }) => id));
    expect(kept.load[0]!.trials[1]!.serviceP50Ms).toBeCloseTo(record.load[0]!.trials[1]!.serviceP50Ms!, 4);
    expect(kept.load[1]!.validity).toEqual(record.load[1]!.validity);
    expect(kept.environment).toEqual(record.environment);
    expect(kept.server.fingerprint).toBe(record.server.fingerprint);
    expect(kept.dataset.hash).toBe(record.dataset.hash);
    expect(kept.config).toEqual(record.config);
    const truth = new Map(record.items.ids.map((id, i) => [id, record.items.labels['sentiment']![i]]));
    expect(kept.items.ids).toEqual(record.quality[0]!.classification!.testIds);
    expect(kept.items.labels['sentiment']).toEqual(kept.items.ids.map((id) => truth.get(id)));
    expect(kept.items.labels['sentiment']).toContain(null);
    expect(readComparable(path, 'elsewhere')).toEqual(kept);
  });

  it('holds no text of the data, and is small', () => {
    const record = exampleRecord({ qualityCells: 24, testItems: 900, loadCells: 12, trials: 5 });
    const { path, bytes } = bless(record);
    const content = readFileSync(path, 'utf8');
    expect(content).not.toContain('SECRET');
    expect(content).not.toContain('a long text');
    expect(Buffer.byteLength(content)).toBe(bytes);
    expect(bytes).toBeLessThan(300_000);
  });

  it('is written the same way from the same run, one member a line, in the order of the names', () => {
    const first = bless(exampleRecord());
    const scrambled = Object.fromEntries(Object.entries(exampleRecord()).reverse()) as RunRecord;
    const second = bless(scrambled);
    expect(readFileSync(second.path, 'utf8')).toBe(readFileSync(first.path, 'utf8'));
    expect(readFileSync(first.path, 'utf8').split('\n').slice(0, 3)).toEqual([
      '{',
      '  "blessedAt": "2026-02-03T00:00:00.000Z",',
      '  "config": {',
    ]);
  });

  it('tells the reviewer what to doubt', () => {
    const record = exampleRecord({ trials: 1 });
    record.load[0]!.validity = { verdict: 'invalid', reasons: [] };
    record.environment.dirty = true;
    expect(bless(record).doubts).toEqual([
      '1 of 2 load cells are invalid; gates will not use them.',
      '2 load cells have a single trial: nothing can be tested against them.',
      'The working tree had changes: the commit does not say all of what was measured.',
    ]);
    expect(bless(exampleRecord()).doubts).toEqual([]);
  });

  it('is not made of a run that is not complete, unless forced, nor of one without cells', () => {
    const interrupted: RunRecord = { ...exampleRecord(), status: 'interrupted' };
    expect(() => bless(interrupted)).toThrow('is interrupted, not complete');
    expect(bless(interrupted, temporaryFolder(), 'main', true).doubts).toEqual([
      'The run is interrupted: cells are missing.',
    ]);
    expect(() => bless({ ...exampleRecord(), quality: [], load: [] })).toThrow('measured nothing');
  });

  it('replaces the one of its name, says so, and cannot leave its folder', () => {
    const first = bless(exampleRecord());
    expect(first.replaced).toBe(false);
    expect(bless(exampleRecord(), first.resultsDirectory).replaced).toBe(true);
    for (const name of ['../../x', '..', 'a/b', '.x', '']) {
      expect(() => bless(exampleRecord(), first.resultsDirectory, name)).toThrow('cannot name a file');
      expect(() => readComparable(name === '..' ? 'x/../..y' : `${name} `, first.resultsDirectory)).toThrow();
    }
    expect(readdirSync(join(first.resultsDirectory, 'baselines'))).toEqual(['main.json']);
    expect(listBaselines(first.resultsDirectory)).toEqual(['main']);
  });
});

describe('reading a baseline', () => {
  function damaged(change: (text: string) => string): () => unknown {
    const { path, resultsDirectory } = bless(exampleRecord());
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    return () => readComparable('main', resultsDirectory);
  }

  it('names the nearest one when there is none of that name', () => {
    const { resultsDirectory } = bless(exampleRecord(), temporaryFolder(), 'nightly');
    expect(() => readBaseline('nightyl', resultsDirectory)).toThrow(
      expect.objectContaining({
        message: 'there is no baseline nightyl',
        hint: 'Did you mean nightly?',
      }),
    );
    expect(() => readComparable('main', join(resultsDirectory, 'none'))).toThrow(
      expect.objectContaining({ hint: 'There is none yet; make one: dimsweep bless <run> --as main' }),
    );
  });

  it('refuses other versions, cut files and items that do not fit', () => {
    expect(damaged((text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2'))).toThrow(
      'this baseline was written by a newer dimsweep (schema version 2, this one reads 1)',
    );
    expect(damaged((text) => text.replace('"schemaVersion": 1', '"schemaVersion": 0'))).toThrow(
      'this baseline has schema version 0, which can no longer be read (needed: 1)',
    );
    expect(damaged((text) => text.slice(0, text.length >> 1))).toThrow('cut short');
    expect(damaged((text) => text.replace(/"predicted": "(.)/, '"predicted": "'))).toThrow(
      'this baseline is damaged: 5 predictions for 6 items',
    );
    expect(damaged((text) => text.replace(/"predicted": "./, '"predicted": "z'))).toThrow(
      'a prediction names a class that there is not',
    );
    expect(damaged((text) => text.replaceAll(/"items": "[0-9a-f]+"/g, '"items": "constructor"'))).toThrow(
      'there is no list of items constructor',
    );
    expect(damaged((text) => text.replaceAll('"dtype": "float32"', '"dtype": "float31"'))).toThrow(
      'quality.0.dtype: Invalid option',
    );
  });

  it('refuses another version by its file as by its name, and leaves out what a newer one only added', () => {
    const { path, baseline } = bless(exampleRecord());
    const rewrite = (changes: object): void =>
      writeFileSync(path, JSON.stringify({ ...baseline, ...changes }));
    rewrite({ schemaVersion: 2 });
    expect(() => readComparable(path, 'elsewhere')).toThrow(
      expect.objectContaining({
        failureClass: 'usage',
        where: path,
        hint: 'Update dimsweep, or bless a new run: dimsweep bless <run> --as <name>.',
      }),
    );
    const [first, ...others] = baseline.quality;
    rewrite({ quality: [{ ...first, verdictByMoonlight: 1 }, ...others], reviewedBy: 'nobody' });
    expect(readComparable(path, 'elsewhere')).toEqual(recordOfBaseline(baseline));
  });

  it('takes run folders and record files as well', () => {
    const folder = runFolderAt(temporaryFolder());
    writeRecord(folder, exampleRecord());
    expect(readComparable(folder.path, 'results')).toEqual(exampleRecord());
    expect(readComparable(folder.recordFile, 'results')).toEqual(exampleRecord());
    expect(() => readComparable(temporaryFolder(), 'results')).toThrow('cannot read the record');
  });

  it('fits its own schema', () => {
    const { baseline } = bless(exampleRecord());
    expect(baselineSchema.parse(baseline)).toEqual(baseline);
  });
});

describe('compact numbers', () => {
  it('come back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99_999)), (values) => {
        const width = digitsFor(100_000);
        expect(decodeDigits(encodeDigits(values, width), width)).toEqual(values);
      }),
    );
    expect([1, 64, 65, 4096, 4097].map(digitsFor)).toEqual([1, 1, 2, 2, 3]);
    expect(() => encodeDigits([64], 1)).toThrow(RangeError);
    expect(() => decodeDigits('A!', 1)).toThrow(RangeError);
    expect(() => decodeDigits('ABC', 2)).toThrow(RangeError);
  });

  it('are exact for few values and close for many', () => {
    expect(unpackNumbers(packNumbers([0, 0.1, 1, 0.1]))).toEqual([0, 0.1, 1, 0.1]);
    expect(unpackNumbers(packNumbers([]))).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 200 }), (values) => {
        const range = Math.max(...values, 0) - Math.min(...values, 0);
        const back = unpackNumbers(packNumbers(values));
        for (const [i, value] of values.entries()) {
          expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(range / 1e5 + Math.abs(value) * 1e-5);
        }
      }),
    );
  });
});

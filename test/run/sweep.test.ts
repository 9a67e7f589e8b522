import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { replayJournal } from '../../src/store/journal-state.ts';
import { readJournal } from '../../src/store/read-journal.ts';
import { readRecord } from '../../src/store/record-file.ts';
import { type RunFolder, runFolderAt } from '../../src/store/run-folder.ts';
import { readSamples } from '../../src/store/sample-files.ts';
import { dimsweep, type Ended, folderForTests } from '../cli/dimsweep-process.ts';
import { expectedCode, writeTinyConfig } from '../cli/tiny-config.ts';

describe('one command turns a config into a report', () => {
  const cwd = folderForTests();
  let ended: Ended;
  let folder: RunFolder;
  let record: RunRecord;
  beforeAll(async () => {
    const instruction = { none: null, mood: 'Classify the mood of the review' };
    const axes = { dimensions: [1024, 2560], batchSize: [1, 4], encoding: ['base64'], instruction };
    const config = writeTinyConfig(cwd, { axes, base: { instruction: 'none' }, design: 'oneAtATime' });
    ended = await dimsweep(['run', config], { cwd });
    const [name] = readdirSync(join(cwd, 'results'));
    folder = runFolderAt(join(cwd, 'results', name!));
    record = readRecord(folder.path);
  });

  test('stdout holds the result and nothing else, stderr the progress line by line', () => {
    expect(ended.out).toMatch(/^\n.*tiny\n {2}hash-ngram-2560 on dimsweep .* · reviews, 60 texts · complete/);
    expect(ended.out).toMatch(/\nReport: results\/.*-tiny-[0-9a-f]{7}\/report\.html\n$/);
    for (const step of ['Reading the data', 'Starting the embedded server', 'Quality', 'Load', 'Writing']) {
      expect(ended.err).toMatch(new RegExp(`^▸ ${step}`, 'm'));
      expect(ended.out).not.toContain(`▸ ${step}`);
    }
    expect(ended.err).toContain('  load 3/3 all trials\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the absence of exactly these
    expect(ended.err + ended.out).not.toMatch(/[\r\u001b]/);
    expect(ended.code).toBe(expectedCode(record));
  });

  test('the record has every cell, with its figures and their sample sizes', () => {
    expect(record).toMatchObject({ name: 'tiny', status: 'complete', parity: [{ dimensions: 1024 }] });
    expect(
      record.quality.map(({ dimensions, instruction, scores }) => [
        dimensions,
        instruction,
        scores['accuracy']?.n,
      ]),
    ).toEqual([
      [1024, 'none', 18],
      [2560, 'none', 18],
      [1024, 'mood', 18],
      [2560, 'mood', 18],
    ]);
    expect(record.load.map(({ batchSize, instruction }) => [batchSize, instruction]).sort()).toEqual([
      [1, 'mood'],
      [1, 'none'],
      [4, 'none'],
    ]);
    for (const row of record.load) {
      expect(row.requests.sent).toBe(row.requests.ok);
      expect(row.latencyMs.service.p50).toBeGreaterThan(0);
      expect(row.throughput.textsPerSecond).toBeCloseTo(row.throughput.requestsPerSecond * row.batchSize, 6);
    }
    expect(record.memory).toMatchObject({
      server: { rssPeakBytes: expect.any(Number) },
      client: { rssPeakBytes: expect.any(Number) },
      vectorBytes: [
        { dimensions: 1024, dtype: 'float32', bytesPerVector: 4096 },
        { dimensions: 2560, dtype: 'float32', bytesPerVector: 10_240 },
      ],
    });
    expect(record.instructions[1]).toMatchObject({ name: 'mood', text: 'Classify the mood of the review' });
    expect(record.instructions[1]!.example).toContain('Classify the mood of the review');
  });

  test('the server’s own short vectors are the client’s slices, and unit vectors', () => {
    const [parity] = record.parity;
    expect(parity).toMatchObject({ instruction: 'none', n: 16, agrees: true });
    expect(parity!.cosineMin).toBeGreaterThan(1 - 1e-6);
    expect(Math.abs(parity!.normMin - 1)).toBeLessThan(1e-5);
    expect(Math.abs(parity!.normMax - 1)).toBeLessThan(1e-5);
  });

  test('the journal tells the same story, and every raw sample is in samples.parquet', async () => {
    const state = replayJournal(readJournal(folder.journalFile));
    expect(state.status).toBe('complete');
    expect([...state.cells.values()].map(({ row }) => row)).toEqual(expect.arrayContaining(record.load));
    expect(existsSync(folder.samplesDirectory)).toBe(false);
    for (const [cell, { trials }] of state.cells) {
      const samples = (await readSamples(folder, { cell, trial: 0 }))!;
      expect(samples.length).toBe(trials.get(0)!.samples!.rows);
      expect(samples.length).toBeGreaterThanOrEqual(trials.get(0)!.trial.sent);
    }
  });

  test('the report is one file that holds what was measured', () => {
    const page = readFileSync(folder.reportFile, 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('hash-ngram-2560');
    expect(page).not.toMatch(/<(?:script|img|link)[^>]+(?:src|href)="?https?:/);
  });

  test('report draws it anew from the record alone, byte for byte', async () => {
    const { code, out } = await dimsweep(['report', 'latest', '--output', 'html=again.html'], { cwd });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(readFileSync(join(cwd, 'again.html'), 'utf8')).toBe(readFileSync(folder.reportFile, 'utf8'));
  });
});

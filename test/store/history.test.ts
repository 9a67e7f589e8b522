import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { blessRun } from '../../src/store/baseline-file.ts';
import { readHistory } from '../../src/store/history.ts';
import { writeRecord } from '../../src/store/record-file.ts';
import { runFolderAt } from '../../src/store/run-folder.ts';
import { exampleRecord } from './example-record.ts';
import { temporaryFolder } from './folder-fixture.ts';

const clock = { wallMs: () => 0 };

function putRun(results: string, runId: string, startedAt: string): RunRecord {
  const record: RunRecord = { ...exampleRecord(), runId, startedAt };
  const folder = runFolderAt(join(results, runId));
  mkdirSync(folder.path, { recursive: true });
  writeRecord(folder, record);
  return record;
}

describe('history', () => {
  it('has every run once, oldest first, with the names it was blessed under', () => {
    const results = temporaryFolder();
    const second = putRun(results, 'second', '2026-01-02T00:00:00.000Z');
    putRun(results, 'first', '2026-01-01T00:00:00.000Z');
    const gone = putRun(results, 'gone', '2026-01-03T00:00:00.000Z');
    blessRun(second, { name: 'main', resultsDirectory: results, clock });
    blessRun(second, { name: 'release', resultsDirectory: results, clock });
    blessRun(gone, { name: 'old', resultsDirectory: results, clock });
    rmSync(join(results, 'gone'), { recursive: true });
    mkdirSync(join(results, 'broken'));
    writeFileSync(join(results, 'broken', 'record.json'), '{"schemaVersion": 1');

    const history = readHistory(results);
    expect(history.rows.map(({ runId, baselines }) => [runId, baselines])).toEqual([
      ['first', []],
      ['second', ['main', 'release']],
      ['gone', ['old']],
    ]);
    expect(history.rows[2]!.path).toBe(join(results, 'baselines', 'old.json'));
    expect(history.unreadable).toEqual([
      { path: join(results, 'broken'), reason: 'the record breaks off: the file was cut short' },
    ]);
    expect(history.rows[0]).toMatchObject({
      environment: { commit: '1'.repeat(40), hardwareHash: '0123456789abcdef' },
      datasetHash: 'd'.repeat(64),
      serverFingerprint: 'f'.repeat(64),
      status: 'complete',
    });
  });

  it('has the figures of every cell with their intervals, trials and validity', () => {
    const results = temporaryFolder();
    const record = putRun(results, 'run', '2026-01-01T00:00:00.000Z');
    const points = readHistory(results).rows[0]!.points;
    const find = (cell: string, metric: string) =>
      points.find((candidate) => candidate.cell === cell && candidate.metric === metric);
    const [quality, load] = [record.quality[0]!, record.load[1]!];
    const { value, low, high, n } = quality.scores['accuracy']!;
    expect(find(quality.id, 'accuracy')).toEqual({
      cell: quality.id,
      label: '32 dimensions, instruction none, float32',
      axes: { dimensions: 32, instruction: 'none', dtype: 'float32' },
      metric: 'accuracy',
      ...{ value, low, high, n },
      validity: 'valid',
    });
    const { service } = load.latencyMs;
    expect(find(load.id, 'serviceP50Ms')).toEqual({
      cell: load.id,
      label: '64 dimensions, instruction none, batch 8, concurrency 4, float',
      axes: {
        dimensions: 64,
        instruction: 'none',
        batchSize: 8,
        concurrency: 4,
        encoding: 'float',
        transport: 'wire',
        cache: 'cold',
      },
      metric: 'serviceP50Ms',
      value: service.p50,
      low: service.intervals!.p50![0],
      high: service.intervals!.p50![1],
      n: service.n,
      trials: load.trials.map((trial) => trial.serviceP50Ms),
      validity: 'suspect',
    });
    expect(find(load.id, 'errorShare')).toMatchObject({ value: 1 - 990 / 1000 });
    expect(find(quality.id, 'vectorBytes')).toMatchObject({ value: 128 });
    expect(find('run', 'serverRssPeakBytes')).toMatchObject({ value: 123_456_789 });
  });
});

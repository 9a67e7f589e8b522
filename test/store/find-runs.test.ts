import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findResumable, findRuns } from '../../src/store/find-runs.ts';
import { createJournal } from '../../src/store/journal.ts';
import type { JournalEntry } from '../../src/store/journal-entry.ts';
import { writeRecord } from '../../src/store/record-file.ts';
import { createRunFolder, type OwnedRunFolder, runFolderAt } from '../../src/store/run-folder.ts';
import { exampleRecord } from './example-record.ts';
import { temporaryFolder } from './folder-fixture.ts';

const clock = { wallMs: () => 0 };

interface RunOptions {
  readonly name?: string;
  readonly minute: number;
  readonly runKey?: string;
  readonly end?: JournalEntry;
}

/** A run as the orchestration leaves it, still locked. */
function makeRun(
  results: string,
  { name = 'reviews', minute, runKey = 'k', end }: RunOptions,
): OwnedRunFolder {
  const startedAtMs = Date.UTC(2026, 0, 2, 3, minute);
  const run = createRunFolder({ resultsDirectory: results, name, hash: 'abcdef0', startedAtMs });
  const { configHash, config, environment } = exampleRecord();
  const startedAt = new Date(startedAtMs).toISOString();
  const journal = createJournal(run.journalFile, clock);
  journal.append({
    type: 'start',
    runId: run.runId,
    name,
    startedAt,
    runKey,
    configHash,
    config,
    environment,
  });
  journal.append({ type: 'payload', kind: 'long', payload: 'x'.repeat(10_000) });
  if (end !== undefined) journal.append(end);
  journal.close();
  return run;
}

const complete: JournalEntry = { type: 'finished', status: 'complete' };
const interrupted: JournalEntry = { type: 'interrupted', reason: 'SIGINT' };

describe('finding runs', () => {
  it('lists them newest first with how they ended, and says what cannot be read', () => {
    const results = temporaryFolder();
    makeRun(results, { minute: 1, end: complete }).release();
    makeRun(results, { minute: 2, end: interrupted }).release();
    makeRun(results, { minute: 3, end: { type: 'finished', status: 'failed' } }).release();
    makeRun(results, { minute: 4 }).release();
    const killedInAWrite = makeRun(results, { minute: 5 });
    appendFileSync(killedInAWrite.journalFile, '{"v":1,"n":3');
    killedInAWrite.release();
    const running = makeRun(results, { minute: 6 });
    const withoutJournal = runFolderAt(join(results, 'example'));
    mkdirSync(withoutJournal.path);
    writeRecord(withoutJournal, exampleRecord());
    mkdirSync(join(results, 'broken'));
    writeFileSync(join(results, 'broken', 'journal.jsonl'), 'nonsense\n');
    mkdirSync(join(results, 'baselines'));
    writeFileSync(join(results, '.gitignore'), '');

    const found = findRuns(results);
    expect(found.runs.map(({ startedAt, status, hasRecord }) => [startedAt, status, hasRecord])).toEqual([
      ['2026-01-02T03:06:00.000Z', 'running', false],
      ['2026-01-02T03:05:00.000Z', 'interrupted', false],
      ['2026-01-02T03:04:05.000Z', 'complete', true],
      ['2026-01-02T03:04:00.000Z', 'interrupted', false],
      ['2026-01-02T03:03:00.000Z', 'failed', false],
      ['2026-01-02T03:02:00.000Z', 'interrupted', false],
      ['2026-01-02T03:01:00.000Z', 'complete', false],
    ]);
    expect(found.unreadable).toEqual([
      { path: join(results, 'broken'), reason: 'the journal does not say which run it belongs to' },
    ]);
    running.release();
  });

  it('finds nothing where nothing is', () => {
    expect(findRuns(join(temporaryFolder(), 'none'))).toEqual({ runs: [], unreadable: [] });
  });
});

describe('finding the run to go on with', () => {
  it('takes the newest interrupted one of that name', () => {
    const results = temporaryFolder();
    makeRun(results, { minute: 1, end: interrupted, runKey: 'old' }).release();
    makeRun(results, { minute: 2, end: interrupted, runKey: 'new' }).release();
    makeRun(results, { minute: 3, end: interrupted, name: 'other' }).release();
    makeRun(results, { minute: 4, end: complete }).release();
    expect(findResumable(results, 'reviews')).toMatchObject({ kind: 'found', run: { runKey: 'new' } });
    expect(findResumable(results, 'reviews', 'old')).toMatchObject({ kind: 'found', run: { runKey: 'old' } });
    expect(findResumable(results, 'reviews', 'none')).toMatchObject({ run: { runKey: 'new' } });
    expect(findResumable(results, 'reviews-2')).toEqual({ kind: 'none' });
  });

  it('does not take one that still runs', () => {
    const results = temporaryFolder();
    const run = makeRun(results, { minute: 1 });
    expect(findResumable(results, 'reviews')).toMatchObject({ kind: 'running' });
    run.release();
    expect(findResumable(results, 'reviews')).toMatchObject({ kind: 'found' });
  });
});

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRunFolder, namedFile, openRunFolder } from '../../src/store/run-folder.ts';
import { acquireRunLock, runLockHolder } from '../../src/store/run-lock.ts';
import { nextLine, runScript, type ScriptProcess } from './child-process.ts';
import { temporaryFolder } from './folder-fixture.ts';

const hash = 'abcdef0123'.padEnd(64, '0');
const startedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const newRun = (resultsDirectory: string, name = 'reviews-qwen3-4b') => ({
  resultsDirectory,
  name,
  hash,
  startedAtMs,
});

describe('run folders', () => {
  it('are named by time, config and hash', () => {
    const results = join(temporaryFolder(), 'results');
    const run = createRunFolder(newRun(results));
    expect(run.runId).toBe('20260102T030405Z-reviews-qwen3-4b-abcdef0');
    expect(run.path).toBe(join(results, run.runId));
    expect(basename(run.journalFile)).toBe('journal.jsonl');
    expect(existsSync(run.path)).toBe(true);
    run.release();
  });

  it('are never shared, not even by runs of the same second', () => {
    const results = temporaryFolder();
    const ids = [1, 2, 3].map(() => createRunFolder(newRun(results)).runId);
    expect(ids.map((id) => id.replace(/^.*abcdef0/, ''))).toEqual(['', '-2', '-3']);
  });

  it('cannot be led out of the results folder by a name', () => {
    const results = join(temporaryFolder(), 'results');
    for (const name of ['../../x', 'a/b', 'a\\b', '', 'a\u0000b', 'x'.repeat(101), 'ä', 'a b', '%2e%2e/x']) {
      expect(() => createRunFolder(newRun(results, name)), JSON.stringify(name)).toThrow(
        'cannot name a file',
      );
    }
    const odd = createRunFolder(newRun(results, '..'));
    expect(dirname(odd.path)).toBe(results);
    for (const name of ['..', '.', '../x', '.hidden', '-rf', 'x/../../y', 'x\n']) {
      expect(() => namedFile(results, name, '.json'), JSON.stringify(name)).toThrow('cannot name a file');
    }
    expect(namedFile(results, 'main-2026.01', '.json')).toBe(join(results, 'main-2026.01.json'));
  });

  it('may be named by the user, unless a run lies there', () => {
    const out = join(temporaryFolder(), 'mine');
    mkdirSync(out);
    writeFileSync(join(out, 'notes.txt'), 'mine');
    const run = createRunFolder({ ...newRun('unused'), out });
    expect(run.path).toBe(out);
    writeFileSync(run.recordFile, '{}');
    run.release();
    expect(() => createRunFolder({ ...newRun('unused'), out })).toThrow('holds a run already (record.json)');
    expect(readdirSync(out).sort()).toEqual(['notes.txt', 'record.json']);
  });

  it('explain what stands in their way', () => {
    const file = join(temporaryFolder(), 'results');
    writeFileSync(file, '');
    expect(() => createRunFolder(newRun(file))).toThrow('cannot make the run folder');
    expect(() => createRunFolder({ ...newRun('unused'), out: file })).toThrow('cannot make the run folder');
    expect(() => openRunFolder(dirname(file))).toThrow('it has no journal.jsonl');
  });

  it('are cleared of half-written files when a run goes on', () => {
    const run = createRunFolder(newRun(temporaryFolder()));
    writeFileSync(run.journalFile, '');
    mkdirSync(run.samplesDirectory);
    const leftover = '.record.json.0f8fad5b-d9cb-469f-a165-70867728950e.tmp';
    writeFileSync(join(run.path, leftover), 'half');
    writeFileSync(join(run.samplesDirectory, leftover), 'half');
    run.release();
    const again = openRunFolder(run.path);
    expect(readdirSync(run.path).sort()).toEqual(['journal.jsonl', 'run.lock', 'samples']);
    expect(readdirSync(run.samplesDirectory)).toEqual([]);
    again.release();
  });
});

const HOLD = `import { acquireRunLock } from 'DIST/store/run-lock.js';
  try { acquireRunLock(process.argv[1]); console.log('got it'); } catch (error) { console.log(error.message); }
  process.stdin.resume();`;

async function stop(script: ScriptProcess): Promise<void> {
  script.child.kill('SIGKILL');
  await script.exit;
}

describe('the lock of a run folder', () => {
  it('lets one process in at a time and comes free with it', () => {
    const folder = temporaryFolder();
    const lock = acquireRunLock(folder);
    expect(runLockHolder(folder)).toEqual({ pid: process.pid, host: hostname() });
    expect(() => acquireRunLock(folder)).toThrow(
      `another dimsweep writes into this run folder (process ${process.pid})`,
    );
    lock.release();
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    acquireRunLock(folder).release();
  });

  it('is taken over from a process that was killed', async () => {
    const folder = temporaryFolder();
    const holder = runScript(HOLD, [folder]);
    expect(await nextLine(holder)).toBe('got it');
    expect(() => acquireRunLock(folder)).toThrow(`(process ${holder.child.pid})`);
    await stop(holder);
    expect(runLockHolder(folder)).toBeUndefined();
    const lock = acquireRunLock(folder);
    expect(runLockHolder(folder)?.pid).toBe(process.pid);
    lock.release();
  });

  it('is taken over when the process number belongs to somebody else by now', () => {
    const folder = temporaryFolder();
    const lock = acquireRunLock(folder);
    const path = join(folder, 'run.lock');
    const content = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...content, started: 'another boot/1', token: 'old' }));
    acquireRunLock(folder).release();
    lock.release();
  });

  it('is respected when its process lives on another machine', () => {
    const folder = temporaryFolder();
    const foreign = { pid: 1, host: 'another-host', started: 'x', token: 't' };
    writeFileSync(join(folder, 'run.lock'), JSON.stringify(foreign));
    expect(() => acquireRunLock(folder)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('(process 1 on another-host)'),
        hint: expect.stringContaining('delete this lock file'),
      }),
    );
  });

  it('is taken over when it is unreadable', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'run.lock'), '{"pid":');
    acquireRunLock(folder).release();
  });

  it('goes to exactly one of many that find a dead one at once', async () => {
    const folder = temporaryFolder();
    const dead = runScript(HOLD, [folder]);
    await nextLine(dead);
    await stop(dead);
    const rivals = Array.from({ length: 6 }, () => runScript(HOLD, [folder]));
    const answers = await Promise.all(rivals.map(nextLine));
    await Promise.all(rivals.map(stop));
    expect(answers.filter((answer) => answer === 'got it')).toHaveLength(1);
    expect(answers.filter((answer) => answer.startsWith('another dimsweep writes'))).toHaveLength(5);
    expect(readdirSync(folder)).toEqual(['run.lock']);
  });
});

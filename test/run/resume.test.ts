import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readRecord } from '../../src/store/record-file.ts';
import { dimsweep, type Ended, folderForTests, startDimsweep } from '../cli/dimsweep-process.ts';
import { expectedCode, settings, writeTinyConfig } from '../cli/tiny-config.ts';
import { descendants, measurements, runFolders, untilGone, untilJournalHas } from './watch-run.ts';

const LOAD = { dimensions: [1024], seconds: 0.2, warmupSeconds: 0, maxWarmupSeconds: 0, ceiling: false };

/** A folder with data and a config of six short trials. */
function workplace(): { cwd: string; results: string; run: string[] } {
  const cwd = folderForTests();
  const rows = Array.from({ length: 30 }, (_, i) =>
    i % 2 === 0 ? `number ${i} works very well,good` : `number ${i} broke after a day,bad`,
  );
  writeFileSync(join(cwd, 'data.csv'), `text,label\n${rows.join('\n')}\n`);
  const config = writeTinyConfig(cwd, {
    dataset: { path: 'data.csv', label: 'label' },
    load: { ...LOAD, trials: 3 },
  });
  return { cwd, results: join(cwd, 'results'), run: ['run', config] };
}

describe('a server that dies in the middle of the load pass', () => {
  const { cwd, results, run } = workplace();
  let died: Ended;
  let before: ReturnType<typeof measurements>;
  beforeAll(async () => {
    const dimsweepProcess = startDimsweep(run, { cwd });
    await untilJournalHas(results, 'trial');
    for (const pid of descendants(dimsweepProcess.pid)) process.kill(pid, 'SIGKILL');
    died = await dimsweepProcess.ended;
    before = measurements(runFolders(results)[0]!);
  });

  test('ends the run with 3, and keeps journal, record and report of what there is', () => {
    expect(died).toMatchObject({ code: 3, out: '' });
    expect(died.err).toMatch(/dimsweep: the server ended in the middle of the load pass\n {2}at 1024 dim/);
    expect(died.err).toContain('because the embedded server ended (SIGKILL)');
    expect(died.err).toContain(`what was measured is kept in ${runFolders(results)[0]!.path}`);
    expect(readRecord(runFolders(results)[0]!.path).status).toBe('interrupted');
    expect(readFileSync(runFolders(results)[0]!.reportFile, 'utf8')).toMatch(/<\/html>\s*$/);
    expect(before.map(({ what }) => what)).toContain('quality none');
  });

  test('--resume measures the rest and nothing again', async () => {
    const ended = await dimsweep([...run, '--resume'], { cwd });
    const [folder, ...others] = runFolders(results);
    expect(others).toEqual([]);
    const record = readRecord(folder!.path);
    expect(record.status).toBe('complete');
    expect(ended.code).toBe(expectedCode(record));
    const after = measurements(folder!);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after.map(({ what }) => what)).size).toBe(after.length);
    expect(after).toHaveLength(1 + 2 * 3);
    expect(record.load.map(({ trials }) => trials.length)).toEqual([3, 3]);
  });

  test('a complete run is not gone on with: the next one is new', async () => {
    const ended = await dimsweep([...run, '--resume', ...settings({ load: false })], { cwd });
    expect(ended.err).toContain('no interrupted run of tiny: this is a new one');
    expect(ended.code).toBe(0);
    expect(runFolders(results)).toHaveLength(2);
  });
});

describe('a client that is killed', () => {
  const { cwd, results, run } = workplace();
  beforeAll(async () => {
    const killed = startDimsweep(run, { cwd });
    await untilJournalHas(results, 'trial');
    const children = descendants(killed.pid);
    expect(children.length).toBeGreaterThan(0);
    killed.signal('SIGKILL');
    expect(await killed.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    await untilGone(children);
  });

  test('one changed byte of the data makes a new run, and that is said', async () => {
    const data = join(cwd, 'data.csv');
    const original = readFileSync(data, 'utf8');
    writeFileSync(data, original.replace('number 7 broke', 'number 7 brake'));
    const ended = await dimsweep([...run, '--resume'], { cwd });
    writeFileSync(data, original);
    expect(ended.err).toContain('config, data or server changed since the run of');
    expect(runFolders(results)).toHaveLength(2);
    expect(measurements(runFolders(results)[1]!)).toHaveLength(1 + 2 * 3);
  });

  test('one changed setting makes a new run as well', async () => {
    const ended = await dimsweep([...run, '--resume', ...settings({ seed: 43, load: false })], { cwd });
    expect(ended.err).toContain('config, data or server changed since the run of');
    expect(runFolders(results)).toHaveLength(3);
  });

  test('the same command goes on from what was on the disk', async () => {
    const before = measurements(runFolders(results)[0]!);
    const ended = await dimsweep([...run, '--resume'], { cwd });
    expect(ended.err).toContain('going on with the run of');
    expect(runFolders(results)).toHaveLength(3);
    const after = measurements(runFolders(results)[0]!);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(new Set(after.map(({ what }) => what)).size).toBe(1 + 2 * 3);
    expect(readRecord(runFolders(results)[0]!.path).status).toBe('complete');
  });
});

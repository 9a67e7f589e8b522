import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readJournal } from '../../src/store/read-journal.ts';
import { runFolderAt } from '../../src/store/run-folder.ts';
import { dimsweep, folderForTests, startDimsweep, startProgram } from '../cli/dimsweep-process.ts';
import { settings, writeTinyConfig } from '../cli/tiny-config.ts';
import { entryTypes, runFolders, untilJournalHas } from './watch-run.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

test('a results folder that cannot be made: exit 2, before anything is measured', async () => {
  const cwd = folderForTests();
  writeFileSync(join(cwd, 'results'), 'a file stands here');
  const { code, out, err } = await dimsweep(['run', writeTinyConfig(cwd)], { cwd });
  expect(err).toMatch(/dimsweep: cannot make the run folder: .*\n {2}at .*results/);
  expect(err).not.toContain('▸ Quality');
  expect({ code, out }).toEqual({ code: 2, out: '' });
});

test('a disk that fills up: exit 2 with the mend, and a journal that can be gone on with', async () => {
  const cwd = folderForTests();
  const config = writeTinyConfig(cwd, {
    load: {
      dimensions: [1024],
      seconds: 0.2,
      warmupSeconds: 0,
      maxWarmupSeconds: 0,
      trials: 40,
      ceiling: false,
    },
  });
  // Files of more than 48 kB are refused, as by a full disk.
  const line = `ulimit -f 48; trap '' XFSZ; exec "$0" "$@"`;
  const full = startProgram(['bash', '-c', line, process.execPath, MAIN, 'run', config], { cwd });
  const { code, out, err } = await full.ended;
  expect(err).toMatch(
    /dimsweep: cannot write .*: the file would exceed the size limit\n {2}at .*\n {2}→ Raise/,
  );
  expect({ code, out }).toEqual({ code: 2, out: '' });
  const [folder] = runFolders(join(cwd, 'results'));
  expect(entryTypes(readJournal(folder!.journalFile)).slice(0, 4)).toEqual([
    ...['start', 'server', 'dataset', 'quality'],
  ]);
});

test('two runs in one folder: the second is turned away, the first goes on', async () => {
  const cwd = folderForTests();
  const args = ['run', writeTinyConfig(cwd), '--out', 'results/shared'];
  const first = startDimsweep([...args, ...settings({ 'load.seconds': 600 })], { cwd });
  await untilJournalHas(join(cwd, 'results'), 'quality');
  const second = await dimsweep(args, { cwd });
  expect(second.err).toMatch(
    /dimsweep: another dimsweep writes into this run folder \(process \d+\)\n {2}at .*results\/shared/,
  );
  expect(second).toMatchObject({ code: 2, out: '' });
  const resumed = await dimsweep([...args, '--resume'], { cwd });
  expect(resumed.code).toBe(2);
  expect(resumed.err).toContain('another dimsweep writes into this run folder');
  first.signal('SIGINT');
  const ended = await first.ended;
  expect(ended.code).toBe(130);
  expect(entryTypes(readJournal(runFolderAt(join(cwd, 'results/shared')).journalFile)).at(-1)).toBe(
    'interrupted',
  );
  expect(readdirSync(join(cwd, 'results'))).toEqual(['shared']);
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { dimsweep, folderForTests } from './dimsweep-process.ts';

const cwd = folderForTests();
const run = (...args: string[]) => dimsweep(args, { cwd });

test('--version and --help print to stdout alone; --help has commands, examples and exit codes', async () => {
  const [version, help, runHelp] = await Promise.all([run('--version'), run('--help'), run('run', '-h')]);
  expect(version).toMatchObject({ code: 0, out: `${packageFile.version}\n`, err: '' });
  expect(help).toMatchObject({ code: 0, err: '' });
  for (const command of ['run', 'probe', 'report', 'serve', 'init']) {
    expect(help.out).toMatch(new RegExp(`^ +dimsweep ${command} `, 'm'));
  }
  expect(help.out).toContain('Examples:\n  dimsweep run ');
  expect(help.out).toContain('Exit codes: 0 fine');
  expect(runHelp).toMatchObject({ code: 0, err: '' });
  expect(runHelp.out).toContain('dimsweep run my.yaml --resume');
});

test('a wrong command line ends with 2, one sentence and its mend on stderr, and nothing on stdout', async () => {
  expect(await run('run', '--dryrun')).toEqual({
    code: 2,
    signal: null,
    out: '',
    err: 'dimsweep: there is no option --dryrun\n  → Did you mean --dry-run? dimsweep run --help shows what can be said.\n',
  });
});

test('init writes a config that runs, says so, and overwrites nothing unasked', async () => {
  const first = await run('init');
  expect(first).toMatchObject({ code: 0, out: 'dimsweep.yaml\n' });
  expect(first.err).toContain('dimsweep run dimsweep.yaml --dry-run');
  const dry = await run('run', '--dry-run', '--json');
  expect(JSON.parse(dry.out)).toMatchObject({ name: 'my-sweep', dataset: { rows: 3000 } });

  writeFileSync(join(cwd, 'dimsweep.yaml'), 'mine');
  const second = await run('init');
  expect(second).toMatchObject({ code: 2, out: '' });
  expect(second.err).toBe(
    'dimsweep: dimsweep.yaml exists already\n  → Give another name, or --force to overwrite it.\n',
  );
  expect(readFileSync(join(cwd, 'dimsweep.yaml'), 'utf8')).toBe('mine');
  expect((await run('init', '--force')).code).toBe(0);
  expect(readFileSync(join(cwd, 'dimsweep.yaml'), 'utf8')).toMatch(/^name: my-sweep$/m);
});

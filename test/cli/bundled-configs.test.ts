import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledConfigNames } from '../../src/cli/config-file.ts';
import { folderForTests } from './dimsweep-process.ts';
import { runHere } from './in-process.ts';

const KEYS = { OPENAI_API_KEY: 'sk-for-a-dry-run' };

test.each(bundledConfigNames())('%s can be planned as it stands', async (name) => {
  const { code, out, err } = await runHere(['run', name, '--dry-run', '--json'], KEYS);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const plan = JSON.parse(out);
  expect(plan.dataset.rows).toBeGreaterThanOrEqual(240);
  expect(plan.quality.length + plan.load.length).toBeGreaterThan(0);
  expect(plan.trials % Math.max(1, plan.load.length)).toBe(0);

  const forPeople = await runHere(['run', name, '--dry-run'], KEYS);
  expect(forPeople.out).toMatch(/^Quality pass: (none|.* cells cut from them:)$/m);
  expect(forPeople.out).toMatch(/^Load pass: (none|\d+ cells × .*:)$/m);
  expect(forPeople.out).toMatch(/\nAbout \d+ .* on the server/);
});

test.each(bundledConfigNames())('init --from %s writes a copy that reads the same', async (name) => {
  const file = join(folderForTests(), 'copy.yaml');
  expect(await runHere(['init', file, '--from', name])).toMatchObject({ code: 0, out: `${file}\n` });
  expect(readFileSync(file, 'utf8')).not.toContain('yaml-language-server');
  const { code, err } = await runHere(['run', file, '--dry-run'], KEYS);
  // A copy of a config with data of its own needs the data as well, and says so.
  expect([0, 2]).toContain(code);
  if (code === 2) expect(err).toMatch(/the data file data\/.* does not exist/);
});

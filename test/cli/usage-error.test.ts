import { expect, test } from 'vitest';
import { runHere } from './in-process.ts';

test.each([
  [[], 'name a command\n  → dimsweep --help'],
  [['rum'], 'there is no command rum\n  → Did you mean run?'],
  [['frobnicate', '--set', 'x'], 'there is no command frobnicate\n  → dimsweep --help'],
  [['--verion'], 'there is no option --verion\n  → Did you mean --version?'],
  [['run', '--dryrun'], 'there is no option --dryrun\n  → Did you mean --dry-run? dimsweep run --help'],
  [['run', 'default', 'other'], '"other" is one word too many for run'],
  [['run', '--out'], 'the option --out needs a value'],
  [['run', '--set'], 'the option --set needs a value'],
  [['run', '--set', 'load'], '--set load is not a setting\n  → Write --set path=value'],
  [['run', 'defualt'], 'there is no config defualt\n  → Give a file, or one of '],
  [['run', 'missing.yaml'], 'cannot read the config missing.yaml'],
  [['report'], 'report needs to be told which one\n  → dimsweep report --help'],
  [['report', 'latest', '--results', 'nowhere'], 'there is no run yet\n  at nowhere'],
  [['serve', '--threads', 'many'], 'the option --threads needs a number'],
  [['serve', '--port', '70000'], '--port 70000 is not a whole number from 0 to 65535'],
  [['serve', '--model', 'use-lite'], 'there is no embedded model "use-lite"'],
  [['serve', '--fault', 'stal'], 'there is no fault "stal"\n  at fault stal\n  → Did you mean stall?'],
])('%j', async (args, sentence) => {
  const { code, out, err } = await runHere(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.slice(0, `dimsweep: ${sentence}`.length)).toBe(`dimsweep: ${sentence}`);
});

import { constants, copyFileSync, readFileSync } from 'node:fs';
import { UsageError } from '../../core/errors.ts';
import { bundledConfigFile } from '../config-file.ts';
import type { InitArguments } from '../program.ts';
import type { Terminal } from '../terminal.ts';

/** Writes a commented config to start from. */
export async function init(args: InitArguments, terminal: Terminal): Promise<void> {
  const source = bundledConfigFile(args.from);
  try {
    copyFileSync(source, args.file, args.force ? 0 : constants.COPYFILE_EXCL);
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UsageError(exists ? `${args.file} exists already` : `cannot write ${args.file}`, {
      hint: exists
        ? 'Give another name, or --force to overwrite it.'
        : 'Give a file in a folder you may write to.',
      cause,
    });
  }
  terminal.out(`${args.file}\n`);
  const relativeData = /^\s*path:\s*(\S+)/m.exec(readFileSync(source, 'utf8'))?.[1];
  if (relativeData !== undefined) {
    terminal.err(`The data path in it (${relativeData}) is relative to the config file: put yours there.\n`);
  }
  terminal.err(`Next: dimsweep run ${args.file} --dry-run\n`);
}

import { constants, copyFileSync, readFileSync } from 'node:fs';
import { UsageError } from '../../core/errors.ts';
import { command } from '../command.ts';
import { bundledConfigFile, bundledConfigNames, LOCAL_CONFIG } from '../config-file.ts';

/** Writes a commented config to start from. */
export const init = command({
  usage: 'init [file]',
  summary: 'write a commented starter config',
  options: (y) =>
    y
      .positional('file', { type: 'string', default: LOCAL_CONFIG, describe: 'file to write' })
      .option('from', {
        type: 'string',
        default: 'starter',
        describe: `bundled config to start from: ${bundledConfigNames().join(', ')}`,
      })
      .option('force', { type: 'boolean', default: false, describe: 'overwrite an existing file' })
      .example('$0 init', 'a config to fill in')
      .example('$0 init qwen.yaml --from sglang-qwen3-embedding-4b', 'SGLang serving Qwen3-Embedding-4B'),
  async act({ file, from, force }, { terminal }) {
    const source = bundledConfigFile(from);
    copyConfig(source, file, force);
    terminal.out(`${file}\n`);
    const relativeData = /^\s*path:\s*(\S+)/m.exec(readFileSync(source, 'utf8'))?.[1];
    if (relativeData !== undefined) {
      terminal.err(
        `The data path in it (${relativeData}) is relative to the config file: put yours there.\n`,
      );
    }
    terminal.err(`Next: dimsweep run ${file} --dry-run\n`);
  },
});

function copyConfig(source: string, file: string, force: boolean): void {
  try {
    copyFileSync(source, file, force ? 0 : constants.COPYFILE_EXCL);
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UsageError(exists ? `${file} exists already` : `cannot write ${file}`, {
      hint: exists
        ? 'Give another name, or --force to overwrite it.'
        : 'Give a file in a folder you may write to.',
      cause,
    });
  }
}

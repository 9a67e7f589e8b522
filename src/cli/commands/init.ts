import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../core/errors.ts';
import { command } from '../command.ts';
import { bundledConfigFile, bundledConfigNames, LOCAL_CONFIG, SCHEMA_FILE } from '../config-file.ts';

/** The line by which editors find the schema that lies beside the bundled configs, and not beside a copy. */
const BESIDE_SCHEMA = /^# yaml-language-server: .*\n(#\n)?/m;

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
    const text = readFileSync(source, 'utf8').replace(BESIDE_SCHEMA, '');
    writeConfig(file, text, force);
    terminal.out(`${file}\n`);
    const relativeData = /^\s*path:\s*(\S+)/m.exec(text)?.[1];
    if (relativeData !== undefined) {
      terminal.err(
        `The data path in it (${relativeData}) is relative to the config file: put yours there.\n`,
      );
    }
    terminal.err(`Every key is described in ${SCHEMA_FILE}\nNext: dimsweep run ${file} --dry-run\n`);
  },
});

function writeConfig(file: string, text: string, force: boolean): void {
  try {
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new UsageError(`${file} exists already`, {
        hint: 'Give another name, or --force to overwrite it.',
      });
    }
    throw new UsageError(`cannot write ${file}`, {
      hint: 'Give a file in a folder you may write to.',
      cause,
    });
  }
}

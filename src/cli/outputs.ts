import { UsageError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { writeFileAtomic } from '../store/atomic-file.ts';
import type { Terminal } from './terminal.ts';

/** One thing that a command writes: a format, to a file or else to stdout. */
export interface Output<Format extends string> {
  readonly format: Format;
  readonly file?: string;
}

/** The option `--output format[=file]` of commands that write what they found in several shapes. */
export function outputOption(formats: readonly string[], byDefault: string) {
  return {
    type: 'string',
    array: true,
    nargs: 1,
    default: [byDefault],
    describe: `format, or format=file; repeatable. Formats: ${formats.join(', ')}`,
  } as const;
}

/**
 * Reads `--output` values.
 *
 * @throws UsageError for a format that does not exist
 */
export function readOutputs<Format extends string>(
  given: readonly string[],
  formats: readonly Format[],
): Output<Format>[] {
  return given.map((text) => {
    const [name = '', ...rest] = text.split('=');
    const format = formats.find((known) => known === name);
    if (format === undefined) {
      const near = nearestName(name, formats);
      throw new UsageError(`there is no output format ${JSON.stringify(name)}`, {
        where: `--output ${text}`,
        hint: `${near === undefined ? '' : `Did you mean ${near}? `}Formats: ${formats.join(', ')}.`,
      });
    }
    const file = rest.join('=');
    return file === '' ? { format } : { format, file };
  });
}

/** Writes every output; a file is written whole or not at all, and its path is said. */
export function writeOutputs<Format extends string>(
  outputs: readonly Output<Format>[],
  render: (format: Format) => string,
  terminal: Terminal,
): void {
  for (const { format, file } of outputs) {
    const text = render(format);
    if (file === undefined) terminal.out(text);
    else {
      writeFileAtomic(file, text, `the ${format} output`);
      terminal.err(`${format}: ${file}\n`);
    }
  }
}

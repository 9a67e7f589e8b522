import { UsageError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';

/** What a command line could have said. */
interface Vocabulary {
  /** Arguments behind the program's name. */
  readonly argv: readonly string[];
  readonly commands: readonly string[];
  /** Names of the options that are known where the mistake was found, without dashes. */
  readonly options: readonly string[];
}

/** Turns the parser's complaint about a command line into a sentence with its mend. */
export function usageErrorOf(complaint: string, { argv, commands, options }: Vocabulary): UsageError {
  const [first = ''] = argv;
  const named = commands.find((command) => command === first);
  const help = `dimsweep ${named === undefined ? '' : `${named} `}--help shows what can be said.`;
  if (named === undefined && first !== '') {
    return first.startsWith('-')
      ? unknown('option', optionName(first), options, help)
      : unknown('command', first, commands, help);
  }
  const [, kind = '', names = ''] = /^(.*?)(?:: (.*))?$/s.exec(complaint) ?? [];
  // The parser names an option with a dash in both of its spellings.
  const [name = ''] = names.split(', ');
  switch (kind) {
    case 'Unknown argument':
    case 'Unknown arguments':
      return argv.some((word) => word.startsWith('-') && optionName(word) === name)
        ? unknown('option', name, options, help)
        : new UsageError(`${JSON.stringify(name)} is one word too many for ${named}`, { hint: help });
    case 'Not enough arguments following':
      return new UsageError(`the option --${name} needs a value`, { hint: help });
    case 'Missing required argument':
    case 'Missing required arguments':
      return new UsageError(`the option --${name} is missing`, { hint: help });
    default:
      return kind.startsWith('Not enough non-option arguments')
        ? new UsageError(`${named} needs to be told which one`, { hint: help })
        : new UsageError(complaint, { hint: help });
  }
}

function optionName(word: string): string {
  return word.replace(/^--?(?:no-)?/, '').split('=')[0]!;
}

/**
 * Refuses options that were given without a value and numbers that are none: the parser itself takes them for ''
 * and NaN.
 *
 * @throws UsageError
 */
export function requireValues(args: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(args)) {
    const values = Array.isArray(value) ? value : [value];
    if (name === '_' || name === '$0') continue;
    if (values.some((single) => single === ''))
      throw new UsageError(`the option --${name} needs a value`, { hint: 'Write it behind the option.' });
    if (values.some((single) => Number.isNaN(single)))
      throw new UsageError(`the option --${name} needs a number`, { hint: `For example --${name} 4.` });
  }
  return true;
}

function unknown(
  what: 'command' | 'option',
  name: string,
  known: readonly string[],
  help: string,
): UsageError {
  const dashes = what === 'option' ? '--' : '';
  const near = nearestName(name, known);
  return new UsageError(`there is no ${what} ${dashes}${name}`, {
    hint: near === undefined ? help : `Did you mean ${dashes}${near}? ${help}`,
  });
}

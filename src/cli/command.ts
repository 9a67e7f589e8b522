import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { CommandContext } from './command-context.ts';

interface CommandDefinition<Args> {
  /** `run [config]`, as yargs reads it. */
  readonly usage: string;
  /** One line for `dimsweep --help`. */
  readonly summary: string;
  options(program: Argv): Argv<Args>;
  act(args: ArgumentsCamelCase<Args>, context: CommandContext): Promise<void>;
}

/** One command of the program, with its options. */
export interface Command {
  /** The word that names it on the command line. */
  readonly name: string;
  /** Adds the command to a program; `start` is called with its work when the command line names it. */
  register(program: Argv, start: (work: (context: CommandContext) => Promise<void>) => void): void;
}

/** Keeps the types of a command's options inside the command. */
export function command<Args>({ usage, summary, options, act }: CommandDefinition<Args>): Command {
  return {
    name: usage.split(' ')[0]!,
    register: (program, start) => {
      program.command(usage, summary, options, (args) => start((context) => act(args, context)));
    },
  };
}

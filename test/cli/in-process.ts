import { errorText } from '../../src/cli/error-text.ts';
import { exitCodeOf } from '../../src/cli/exit-code.ts';
import { runProgram } from '../../src/cli/program.ts';
import { systemClock } from '../../src/threads/system-clock.ts';

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process: the whole program but its `main`, without the second that a start takes. */
export async function runHere(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  let out = '';
  let err = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isLive: false,
    columns: 100,
    colour: false,
  };
  const { signal } = new AbortController();
  try {
    await runProgram(argv, '0.0.0', { terminal, clock: systemClock, environment, signal });
    return { code: 0, out, err };
  } catch (error) {
    return { code: exitCodeOf(error), out, err: err + errorText(error) };
  }
}

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const DIST = new URL('../../dist/', import.meta.url).href;

export interface ScriptProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  /** Lines of its standard output, as they come. */
  readonly lines: AsyncIterator<string>;
  readonly exit: Promise<unknown>;
}

/**
 * Runs a module script as a process of its own. `DIST` in it stands for the folder of the compiled files: what a
 * process that may be killed runs is what users run.
 *
 * @param limitBlocks largest file it may write, in blocks of 1024 bytes: a disk that is full, for anybody
 */
export function runScript(script: string, args: readonly string[] = [], limitBlocks?: number): ScriptProcess {
  const node = [
    process.execPath,
    '--input-type=module',
    '-e',
    script.replaceAll('DIST/', DIST),
    '--',
    ...args,
  ];
  const [program, ...rest] =
    limitBlocks === undefined ? node : ['bash', '-c', `ulimit -f ${limitBlocks}; exec "$0" "$@"`, ...node];
  const child = spawn(program!, rest, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: Interface = createInterface({ input: child.stdout });
  return { child, lines: lines[Symbol.asyncIterator](), exit: once(child, 'exit') };
}

/** The next line of a process, which must come. */
export async function nextLine(process: ScriptProcess): Promise<string> {
  const { value, done } = await process.lines.next();
  if (done === true) throw new Error('the process ended without another line');
  return value;
}

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the stub server answers: its path, in words. */
export interface StubShape {
  readonly dimensions: number;
  readonly texts: number;
  readonly delayMs?: number;
}

export interface StubServer {
  readonly port: number;
  /** URL up to and with `/v1` under which it answers with that shape. */
  baseUrl(shape: StubShape): string;
  stop(): void;
}

/** A program of `bench/reference/`, compiled where it is not yet. @throws when there is no C++ compiler */
export function compiled(name: 'stub_server' | 'raw_client'): string {
  const source = fileURLToPath(new URL(`reference/${name}.cc`, import.meta.url));
  const folder = join(tmpdir(), 'dimsweep-bench');
  const program = join(folder, name);
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program;
  mkdirSync(folder, { recursive: true });
  execFileSync('g++', ['-O2', '-std=c++17', '-o', program, source], { stdio: 'inherit' });
  return program;
}

/** Starts the stub server, on a core of its own where there are two. */
export async function startStub(): Promise<StubServer> {
  const [command, ...words] = onCore(1, compiled('stub_server'));
  const child = spawn(command!, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the stub server ended with code ${code}`)));
    child.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
  });
  return {
    port,
    baseUrl: ({ dimensions, texts, delayMs = 0 }) =>
      `http://127.0.0.1:${port}/${dimensions}-${texts}-${Math.round(delayMs * 1000)}/v1`,
    stop: () => void child.kill(),
  };
}

/** A command line that stays on one core, where Linux lets it. */
export function onCore(core: number, program: string, ...words: string[]): string[] {
  const line = [program, ...words];
  return existsSync('/usr/bin/taskset') ? ['/usr/bin/taskset', '-c', String(core), ...line] : line;
}

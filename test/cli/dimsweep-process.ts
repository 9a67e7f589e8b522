import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The built program: what users run. */
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

interface Where {
  /** Working directory. */
  readonly cwd: string;
  /** Variables beside `PATH` and a home of the test's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A dimsweep that runs, leader of a process group of its own as under a terminal. */
export interface DimsweepProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when what it printed so far matches; rejects when it ends without. */
  says(pattern: RegExp): Promise<void>;
  /** A signal to the process alone, as `kill` sends it. */
  signal(name: NodeJS.Signals): void;
  /** A signal to the whole group, as Ctrl-C sends it. */
  signalGroup(name: NodeJS.Signals): void;
}

const running = new Set<ChildProcess>();
const folders: string[] = [];

/** A folder for the tests of one file. */
export function folderForTests(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dimsweep-cli-'));
  folders.push(folder);
  return folder;
}

/** Runs dimsweep to its end. */
export function dimsweep(args: readonly string[], where: Where): Promise<Ended> {
  return startDimsweep(args, where).ended;
}

export function startDimsweep(args: readonly string[], where: Where): DimsweepProcess {
  return startProgram([process.execPath, MAIN, ...args], where);
}

/** Runs dimsweep on a terminal of its own, 80 columns wide, whose output holds both streams. */
export function dimsweepOnTerminal(args: readonly string[], where: Where): Promise<Ended> {
  const line = [process.execPath, MAIN, ...args]
    .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
    .join(' ');
  return startProgram(['script', '-qefc', `stty cols 80; ${line}`, '/dev/null'], where).ended;
}

/** Runs any program as a dimsweep: a shell in front of it, a terminal around it. */
export function startProgram([program, ...args]: string[], { cwd, environment }: Where): DimsweepProcess {
  const child = spawn(program!, args, {
    cwd,
    detached: true,
    env: { PATH: process.env['PATH'], HOME: cwd, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  const hear = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
    hear();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
    hear();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, out, err });
      hear();
    });
  });
  return {
    pid: child.pid!,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const listener = (): void => {
          if (pattern.test(out) || pattern.test(err)) resolve();
          else if (!running.has(child)) reject(new Error(`it ended without ${pattern}:\n${err}\n${out}`));
          else return;
          listeners.delete(listener);
        };
        listeners.add(listener);
        listener();
      }),
    signal: (name) => void process.kill(child.pid!, name),
    signalGroup: (name) => void process.kill(-child.pid!, name),
  };
}

afterAll(async () => {
  for (const child of running) {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It went by itself in between.
    }
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

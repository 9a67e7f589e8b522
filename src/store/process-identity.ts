import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';
import { errorCode } from './file-error.ts';

/**
 * Names one process for good: the number alone is given out again after the process has ended, together with its
 * start time it is not.
 */
export const processIdentitySchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** When the process started, in the system's own form; absent where the system does not tell. */
  started: z.string().exactOptional(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const started = startOf(process.pid);
  return { pid: process.pid, host: hostname(), ...(started === undefined ? {} : { started }) };
}

/** Whether the process still runs; `unknown` when it lives on another machine. */
export function livenessOf(identity: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  if (identity.host !== hostname()) return 'unknown';
  if (!isRunning(identity.pid)) return 'dead';
  const started = startOf(identity.pid);
  return identity.started === undefined || started === undefined || started === identity.started
    ? 'alive'
    : 'dead';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: it runs, but belongs to somebody else.
    return errorCode(cause) === 'EPERM';
  }
}

/** A text that is equal for equal processes only: boot and clock ticks since (Linux), else what `ps` says. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return linuxStart(pid);
    if (process.platform === 'win32') return undefined;
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    }).trim();
  } catch {
    return undefined;
  }
}

/** Field 22 of proc(5)'s stat file. A zombie has ended, though its number is still taken. */
function linuxStart(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return fields[0] === 'Z' ? 'ended' : `${boot}/${fields[19]}`;
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where a working tree stands. */
export interface GitState {
  readonly commit: string;
  /** Absent on a detached head. */
  readonly branch?: string;
  /** A tracked file differs from the commit. */
  readonly dirty: boolean;
}

const run = promisify(execFile);

/**
 * Commit, branch and cleanliness of the working tree that `directory` lies in; `undefined` without git, outside
 * of a working tree, or before the first commit.
 */
export async function readGitState(directory: string): Promise<GitState | undefined> {
  const args = [
    // A repository's own config may name a program to run here; it is not ours to run.
    ...['-c', 'core.fsmonitor=false'],
    ...['status', '--porcelain=v2', '--branch', '--untracked-files=no', '--ignore-submodules=all'],
  ];
  try {
    const { stdout } = await run('git', args, {
      cwd: directory,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
      timeout: 10_000,
      maxBuffer: 64 << 20,
    });
    return parseStatus(stdout);
  } catch {
    // No git, no repository, or one that belongs to somebody else: a run needs none.
    return undefined;
  }
}

/** Reads what `git status --porcelain=v2 --branch` says. */
function parseStatus(output: string): GitState | undefined {
  const lines = output.split('\n').filter((line) => line !== '');
  const header = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length);
  const commit = header('oid');
  const branch = header('head');
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  return {
    commit,
    ...(branch === undefined || branch === '(detached)' ? {} : { branch }),
    dirty: lines.some((line) => !line.startsWith('#')),
  };
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentSchema } from '../../src/core/record/run-record.ts';
import { ciService } from '../../src/store/ci-service.ts';
import { hardwareHash, readEnvironment } from '../../src/store/environment.ts';
import { readGitState } from '../../src/store/git-state.ts';
import { temporaryFolder } from './folder-fixture.ts';

function repository(): { folder: string; git: (...args: string[]) => string } {
  const folder = temporaryFolder();
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  git('init', '--initial-branch=feature/x');
  return { folder, git };
}

describe('the environment', () => {
  it('says what the run was measured with', async () => {
    const environment = await readEnvironment(temporaryFolder(), {});
    expect(environmentSchema.parse(environment)).toEqual(environment);
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(environment).toMatchObject({
      dimsweep: version,
      node: process.versions.node,
      platform: process.platform,
      arch: process.arch,
    });
    expect(environment.cpus).toBeLessThanOrEqual(cpus().length);
    expect(environment.memoryBytes).toBeGreaterThan(1 << 28);
    expect(environment).not.toHaveProperty('commit');
    expect(environment).not.toHaveProperty('ci');
  });

  it('tells machines apart, but not a few megabytes that a kernel keeps back', () => {
    const machine = {
      platform: 'linux',
      arch: 'x64',
      cpuModel: 'Example CPU',
      cpus: 2,
      memoryBytes: 8 * 2 ** 30,
    };
    const hash = hardwareHash(machine);
    expect(hardwareHash({ ...machine, memoryBytes: machine.memoryBytes - 5e6 })).toBe(hash);
    expect(hardwareHash({ ...machine, memoryBytes: 2 * machine.memoryBytes })).not.toBe(hash);
    expect(hardwareHash({ ...machine, cpus: 4 })).not.toBe(hash);
    expect(hardwareHash({ ...machine, cpuModel: 'Other CPU' })).not.toBe(hash);
  });

  it('takes the branch from the CI service where git has none', async () => {
    const { folder, git } = repository();
    git('commit', '--allow-empty', '-m', 'x');
    git('checkout', '--detach');
    const variables = { GITHUB_ACTIONS: 'true', GITHUB_HEAD_REF: '', GITHUB_REF_NAME: 'main', CI: 'true' };
    expect(await readEnvironment(folder, variables)).toMatchObject({
      ci: 'GitHub Actions',
      branch: 'main',
      commit: git('rev-parse', 'HEAD'),
    });
  });
});

describe('the state of the working tree', () => {
  it('follows commits, branches and changes', async () => {
    const { folder, git } = repository();
    expect(await readGitState(folder)).toBeUndefined();
    writeFileSync(join(folder, 'a'), '1');
    git('add', 'a');
    git('commit', '-m', 'x');
    const commit = git('rev-parse', 'HEAD');
    writeFileSync(join(folder, 'untracked'), '');
    expect(await readGitState(folder)).toEqual({ commit, branch: 'feature/x', dirty: false });
    writeFileSync(join(folder, 'a'), '2');
    expect(await readGitState(folder)).toEqual({ commit, branch: 'feature/x', dirty: true });
    git('checkout', '--detach', '-f');
    expect(await readGitState(folder)).toEqual({ commit, dirty: false });
  });

  it('is unknown outside of a repository', async () => {
    expect(await readGitState(temporaryFolder())).toBeUndefined();
    expect(await readGitState(join(temporaryFolder(), 'none'))).toBeUndefined();
  });

  it('never runs a program that the repository names', async () => {
    const { folder, git } = repository();
    writeFileSync(join(folder, 'a'), '1');
    git('add', 'a');
    git('commit', '-m', 'x');
    const trace = join(folder, 'ran');
    git('config', 'core.fsmonitor', `touch ${trace}; false`);
    expect(await readGitState(folder)).toMatchObject({ dirty: false });
    expect(existsSync(trace)).toBe(false);
    git('status');
    expect(existsSync(trace)).toBe(true);
  });
});

describe('the CI service', () => {
  it('is known by its variables', () => {
    expect(ciService({})).toBeUndefined();
    expect(ciService({ CI: 'false' })).toBeUndefined();
    expect(ciService({ CI: 'true' })).toEqual({ name: 'unknown' });
    expect(ciService({ CI: 'true', GITLAB_CI: 'true', CI_COMMIT_BRANCH: 'b' })).toEqual({
      name: 'GitLab CI',
      branch: 'b',
    });
  });
});

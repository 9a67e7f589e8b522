import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { contentHash } from '../core/content-hash.ts';
import type { Environment } from '../core/record/run-record.ts';
import { ciService } from './ci-service.ts';
import { readGitState } from './git-state.ts';

const GIBIBYTE = 1 << 30;

/**
 * What this run was measured with. Git is asked about `directory`: the user's project, not dimsweep's own.
 *
 * @param variables the process environment, for the CI service
 */
export async function readEnvironment(
  directory: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Environment> {
  const git = await readGitState(directory);
  const ci = ciService(variables);
  const branch = git?.branch ?? ci?.branch;
  const hardware = readHardware();
  return {
    dimsweep: dimsweepVersion(),
    node: process.versions.node,
    ...hardware,
    hardwareHash: hardwareHash(hardware),
    ...(git === undefined ? {} : { commit: git.commit, dirty: git.dirty }),
    ...(branch === undefined ? {} : { branch }),
    ...(ci === undefined ? {} : { ci: ci.name }),
  };
}

/** The version in dimsweep's own package.json. */
export function dimsweepVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

type Hardware = Pick<Environment, 'platform' | 'arch' | 'cpuModel' | 'cpus' | 'memoryBytes'>;

/**
 * Names the hardware for comparisons. Memory counts in whole gibibytes: kernels of one and the same machine type
 * keep back a little more or less of it.
 */
export function hardwareHash(hardware: Hardware): string {
  const { memoryBytes, ...rest } = hardware;
  return contentHash({ ...rest, memoryGibibytes: Math.round(memoryBytes / GIBIBYTE) }).slice(0, 16);
}

function readHardware(): Hardware {
  return {
    platform: process.platform,
    arch: process.arch,
    cpuModel: cpus()[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown',
    cpus: availableParallelism(),
    memoryBytes: usableMemory(),
  };
}

/** The machine's memory, or what the container may use of it. */
function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

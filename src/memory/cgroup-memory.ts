import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MemoryProbe, MemoryReading } from './memory-probe.ts';

/** The files of one cgroup that tell about memory. */
interface CgroupFiles {
  readonly version: 1 | 2;
  /** Path of the group, as the kernel names it. */
  readonly group: string;
  readonly current: string;
  readonly peak: string;
}

/** Memory charged to the control group of the server: a container's or a service's whole memory. */
export const cgroupMemoryProbe: MemoryProbe = {
  title: 'Memory of the server’s control group',
  async open({ pid, procFolder = '/proc', cgroupFolder = '/sys/fs/cgroup' }) {
    if (pid === undefined) return { offered: false, reason: 'the server’s process is not known' };
    const membership = readText(join(procFolder, String(pid), 'cgroup'));
    const files = membership === undefined ? undefined : findCgroup(membership, cgroupFolder);
    if (files === undefined)
      return { offered: false, reason: 'the server runs in no control group with a memory account' };
    const own = readText(join(procFolder, 'self', 'cgroup'));
    const shared = own !== undefined && findCgroup(own, cgroupFolder)?.current === files.current;
    return {
      offered: true,
      notes: [
        `control group ${files.group} (v${files.version}): page cache is counted in`,
        ...(shared ? ['dimsweep itself runs in the same control group, so its memory is counted in'] : []),
      ],
      read: () => Promise.resolve(readCgroup(files)),
      close: () => Promise.resolve(),
    };
  },
};

/**
 * Finds the memory files of a process's cgroup from `/proc/<pid>/cgroup`. Inside a container the kernel may
 * name the group as the host sees it while the folder shows it as the root: then the root is taken.
 */
function findCgroup(membership: string, cgroupFolder: string): CgroupFiles | undefined {
  for (const line of membership.split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || group === undefined) continue;
    const found =
      controllers === ''
        ? firstReadable(2, group, [cgroupFolder, join(cgroupFolder, 'unified')])
        : controllers.split(',').includes('memory')
          ? firstReadable(1, group, [join(cgroupFolder, 'memory')])
          : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const FILE_NAMES = {
  1: { current: 'memory.usage_in_bytes', peak: 'memory.max_usage_in_bytes' },
  2: { current: 'memory.current', peak: 'memory.peak' },
} as const;

function firstReadable(version: 1 | 2, group: string, mounts: readonly string[]): CgroupFiles | undefined {
  for (const mount of mounts) {
    for (const folder of [join(mount, group), mount]) {
      const { current, peak } = FILE_NAMES[version];
      const files = { version, group, current: join(folder, current), peak: join(folder, peak) };
      if (readBytes(files.current) !== undefined) return files;
    }
  }
  return undefined;
}

function readCgroup(files: CgroupFiles): MemoryReading | undefined {
  const cgroupBytes = readBytes(files.current);
  if (cgroupBytes === undefined) return undefined;
  const cgroupPeakBytes = readBytes(files.peak);
  return cgroupPeakBytes === undefined ? { cgroupBytes } : { cgroupBytes, cgroupPeakBytes };
}

function readBytes(file: string): number | undefined {
  const text = readText(file)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

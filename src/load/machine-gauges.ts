import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** CPU that others took on this machine between two readings. */
export interface MachineGauges {
  start(): void;
  /** Share of all cores, 0–1, that neither this process nor `ownPids` used; undefined where it cannot be told. */
  stop(): { readonly foreignCpuFraction?: number };
}

/** Linux counts CPU time in hundredths of a second, whatever its timer does. */
const TICK_MS = 10;

/** @param ownPids processes that belong to the measurement: a local server's */
export function createMachineGauges(ownPids: readonly number[]): MachineGauges {
  let before = read(ownPids);
  return {
    start: () => {
      before = read(ownPids);
    },
    stop: () => {
      const after = read(ownPids);
      if (before === undefined || after === undefined) return {};
      const totalMs = after.totalMs - before.totalMs;
      const foreignMs = after.busyMs - before.busyMs - (after.ownMs - before.ownMs);
      if (totalMs < TICK_MS * availableParallelism() * 10) return {};
      return { foreignCpuFraction: Math.min(1, Math.max(0, foreignMs / totalMs)) };
    },
  };
}

function read(
  ownPids: readonly number[],
): { readonly totalMs: number; readonly busyMs: number; readonly ownMs: number } | undefined {
  let line: string;
  try {
    line = readFileSync('/proc/stat', 'utf8');
  } catch {
    return undefined;
  }
  // cpu  user nice system idle iowait irq softirq steal …
  const ticks = line.slice(0, line.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, value) => sum + value, 0);
  const idle = ticks[3]! + ticks[4]!;
  const { user, system } = process.cpuUsage();
  const ownMs = (user + system) / 1000 + ownPids.reduce((sum, pid) => sum + processCpuMs(pid), 0);
  return { totalMs: total * TICK_MS, busyMs: (total - idle) * TICK_MS, ownMs };
}

/** User and system time of a process and of its children that have ended; 0 when it is gone. */
function processCpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses, which may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, value) => sum + Number(value) * TICK_MS, 0);
  } catch {
    return 0;
  }
}

import type { Clock } from '../../core/clock.ts';
import {
  isAlive,
  type ProcessEntry,
  processTree,
  readProcess,
  readProcessTable,
} from '../../memory/process-table.ts';

/** How a group of processes came to its end. */
export interface StopReport {
  /** Some process had to be killed because it did not stop when it was asked to. */
  readonly forced: boolean;
  readonly milliseconds: number;
}

const POLL_MS = 20;
/** What the kernel may take to bury a killed process that holds much memory. */
const BURIAL_MS = 10_000;

/**
 * Ends a process group and every descendant of its leader, those included that have left the group: SIGTERM
 * first, SIGKILL to what is left after `timeoutMs`.
 *
 * @param leaderPid process group id, which is the pid of the process that was started with a group of its own
 */
export async function stopProcessGroup(
  leaderPid: number,
  timeoutMs: number,
  clock: Clock,
): Promise<StopReport> {
  const startedMs = clock.nowMs();
  const strays = straysOf(leaderPid);
  const members = (): number[] => [
    ...groupMembers(leaderPid),
    ...strays.filter(isStillThere).map((s) => s.pid),
  ];

  signalAll(leaderPid, members(), 'SIGTERM');
  let forced = false;
  if (!(await emptyWithin(members, timeoutMs, clock))) {
    forced = true;
    signalAll(leaderPid, members(), 'SIGKILL');
    await emptyWithin(members, BURIAL_MS, clock);
  }
  return { forced, milliseconds: clock.nowMs() - startedMs };
}

/** Descendants that are in another process group by now. */
function straysOf(leaderPid: number): ProcessEntry[] {
  const table = readProcessTable() ?? [];
  return processTree(table, leaderPid).filter((entry) => entry.processGroup !== leaderPid);
}

function isStillThere(stray: ProcessEntry): boolean {
  const now = readProcess('/proc', stray.pid);
  return now !== undefined && now.startTicks === stray.startTicks && isAlive(now);
}

/** Living members of the group. Without `/proc` the group itself stands in for them as long as it takes signals. */
function groupMembers(leaderPid: number): number[] {
  const table = readProcessTable();
  if (table === undefined) return trySignal(-leaderPid, 0) ? [-leaderPid] : [];
  return table
    .filter((entry) => entry.processGroup === leaderPid && isAlive(entry))
    .map((entry) => entry.pid);
}

function signalAll(leaderPid: number, pids: readonly number[], signal: NodeJS.Signals): void {
  if (pids.length === 0) return;
  trySignal(-leaderPid, signal);
  for (const pid of pids) trySignal(pid, signal);
}

/** Whether the signal could be delivered; a process that is gone already is no error. */
function trySignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

async function emptyWithin(members: () => number[], timeoutMs: number, clock: Clock): Promise<boolean> {
  const deadlineMs = clock.nowMs() + timeoutMs;
  while (members().length > 0) {
    if (clock.nowMs() >= deadlineMs) return false;
    await clock.sleep(POLL_MS);
  }
  return true;
}

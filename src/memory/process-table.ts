import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process as `/proc/<pid>/stat` shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly processGroup: number;
  /** One letter for the first thread; `Z` and `X`: it has ended. */
  readonly state: string;
  /** Threads that are left, the first one included also when it has ended. */
  readonly threads: number;
  /** Clock ticks since boot at which it started: tells a process from a later one of the same number. */
  readonly startTicks: number;
}

/** Every process of this machine (of this PID namespace), or undefined where there is no `/proc`. */
export function readProcessTable(procFolder = '/proc'): ProcessEntry[] | undefined {
  let names: string[];
  try {
    names = readdirSync(procFolder);
  } catch {
    return undefined;
  }
  const entries = names
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(procFolder, Number(name)) ?? []);
  return entries.length === 0 ? undefined : entries;
}

/** One process, or undefined when it is gone. */
export function readProcess(procFolder: string, pid: number): ProcessEntry | undefined {
  let stat: string;
  try {
    stat = readFileSync(join(procFolder, String(pid), 'stat'), 'latin1');
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold both spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', parentPid, processGroup] = fields;
  return {
    pid,
    parentPid: Number(parentPid),
    processGroup: Number(processGroup),
    state,
    threads: Number(fields[17]),
    startTicks: Number(fields[19]),
  };
}

/**
 * Whether the process holds anything yet. Its first thread may end before the others, which then still keep
 * memory and sockets: a server whose threads are ending accepts connections.
 */
export function isAlive({ state, threads }: ProcessEntry): boolean {
  return (state !== 'Z' && state !== 'X') || threads > 1;
}

/** The process and everything that descends from it, living ones only, the process itself first. */
export function processTree(table: readonly ProcessEntry[], rootPid: number): ProcessEntry[] {
  const children = new Map<number, ProcessEntry[]>();
  for (const entry of table) {
    const siblings = children.get(entry.parentPid);
    if (siblings === undefined) children.set(entry.parentPid, [entry]);
    else siblings.push(entry);
  }
  const tree = table.filter((entry) => entry.pid === rootPid);
  for (let i = 0; i < tree.length; i++) tree.push(...(children.get(tree[i]!.pid) ?? []));
  return tree.filter(isAlive);
}

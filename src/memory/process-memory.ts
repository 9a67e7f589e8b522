import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MemoryProbe, MemoryReading, ReadingMoment } from './memory-probe.ts';
import { type ProcessEntry, processTree, readProcessTable } from './process-table.ts';

const KIB = 1024;

/**
 * Resident memory of the server's process tree: a server of several processes (SGLang: HTTP and tokenizer,
 * scheduler, detokenizer) is measured whole.
 */
export const processMemoryProbe: MemoryProbe = {
  title: 'Memory of the server’s processes',
  async open({ pid, procFolder = '/proc' }) {
    if (pid === undefined) return { offered: false, reason: 'the server’s process is not known' };
    const read =
      readProcessTable(procFolder) === undefined ? () => readByPs(pid) : treeReader(pid, procFolder);
    const first = await read('edge');
    if (first === undefined) return { offered: false, reason: `there is no process ${pid} on this machine` };
    return {
      offered: true,
      notes: [
        'RSS adds up the processes of the server; pages that they share count several times, PSS counts them once',
      ],
      read: (moment) => read(moment),
      close: () => Promise.resolve(),
    };
  },
};

/**
 * Reads the tree's resident sets. Looking for new children means reading every process of the machine, so that
 * is left for the moments when nothing is timed.
 */
function treeReader(
  pid: number,
  procFolder: string,
): (moment: ReadingMoment) => Promise<MemoryReading | undefined> {
  let tree: readonly ProcessEntry[] = [];
  return async (moment) => {
    if (moment === 'edge') tree = processTree(readProcessTable(procFolder) ?? [], pid);
    const statuses = tree.map((entry) => readFields(procFolder, entry, 'status'));
    const rssBytes = sum(statuses.map((status) => status.get('VmRSS')));
    if (rssBytes === undefined) return undefined;
    const peak = tree.length === 1 ? statuses[0]!.get('VmHWM') : undefined;
    const reading = { rssBytes, ...(peak === undefined ? {} : { rssPeakBytes: peak }) };
    if (moment === 'window') return reading;
    // Walks every mapping under a lock that the server's allocator takes too: never while something is timed.
    const pssBytes = sum(tree.map((entry) => readFields(procFolder, entry, 'smaps_rollup').get('Pss')));
    return pssBytes === undefined ? reading : { ...reading, pssBytes };
  };
}

/** `Name:   123 kB` lines as bytes; empty when the process is gone or the file is not for us to read. */
function readFields(procFolder: string, entry: ProcessEntry, file: string): Map<string, number> {
  const fields = new Map<string, number>();
  let text: string;
  try {
    text = readFileSync(join(procFolder, String(entry.pid), file), 'latin1');
  } catch {
    return fields;
  }
  for (const match of text.matchAll(/^(\w+):\s+(\d+) kB$/gm)) fields.set(match[1]!, Number(match[2]) * KIB);
  return fields;
}

/** Sum of what is there; undefined when nothing is. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

/** Systems without `/proc`: one `ps` per reading, resident sets only. */
async function readByPs(pid: number): Promise<MemoryReading | undefined> {
  const listing = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss='], { timeout: 5000 }).catch(
    () => undefined,
  );
  return listing === undefined ? undefined : treeMemoryFromPs(listing.stdout, pid);
}

/** Resident set of a process tree from `ps -A -o pid=,ppid=,rss=`, whose sizes are in KiB. */
export function treeMemoryFromPs(listing: string, pid: number): MemoryReading | undefined {
  const rows = listing
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter((row) => row.length === 3 && row.every(Number.isFinite));
  const rssOf = new Map(rows.map(([id, , rss]) => [id!, rss! * KIB]));
  const table = rows.map(([id, parent]) => ({
    pid: id!,
    parentPid: parent!,
    processGroup: 0,
    state: '?',
    threads: 1,
    startTicks: 0,
  }));
  const tree = processTree(table, pid);
  if (tree.length === 0) return undefined;
  return { rssBytes: tree.reduce((total, entry) => total + rssOf.get(entry.pid)!, 0) };
}

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readProcessTable } from './process-table.ts';

/** Who listens on a port of this machine. `hidden`: somebody does, but the process is another user's. */
export type Listener = { readonly pid: number; readonly name: string } | 'hidden' | 'nobody';

const LISTENING = '0A';

/**
 * The process that listens on a TCP port of this machine: the outermost one when several share the socket.
 * Where there is no `/proc`, nobody does.
 */
export function processListeningOn(port: number, procFolder = '/proc'): Listener {
  const inodes = listeningInodes(port, procFolder);
  if (inodes.size === 0) return 'nobody';
  const holders = (readProcessTable(procFolder) ?? []).filter((entry) =>
    holdsSocket(procFolder, entry.pid, inodes),
  );
  const pids = new Set(holders.map((entry) => entry.pid));
  const outermost = holders.find((entry) => !pids.has(entry.parentPid));
  if (outermost === undefined) return 'hidden';
  const name = readLines(join(procFolder, String(outermost.pid), 'comm'))[0] ?? '';
  return { pid: outermost.pid, name };
}

/** Inodes of the sockets that listen on the port, from the kernel's TCP tables. */
function listeningInodes(port: number, procFolder: string): Set<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set<string>();
  for (const file of ['net/tcp', 'net/tcp6']) {
    for (const line of readLines(join(procFolder, file)).slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(suffix) && fields[3] === LISTENING && fields[9] !== undefined)
        inodes.add(fields[9]);
    }
  }
  return inodes;
}

function holdsSocket(procFolder: string, pid: number, inodes: ReadonlySet<string>): boolean {
  const folder = join(procFolder, String(pid), 'fd');
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return false;
  }
  return names.some((name) => {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, name)))?.[1];
      return inode !== undefined && inodes.has(inode);
    } catch {
      return false;
    }
  });
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

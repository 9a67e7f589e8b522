import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readProcess, readProcessTable } from './process-table.ts';

/** The process behind a port of this machine. */
export interface ListeningProcess {
  readonly pid: number;
  readonly name: string;
}

/** Programs that pass connections on: their memory is not the server's. */
const FORWARDERS =
  /^(docker-proxy|rootlessport|slirp4netns|pasta|conmon|ssh|sshd|socat|nginx|haproxy|envoy|traefik|caddy|kubectl|kube-proxy)/;
const LISTENING = '0A';

/**
 * The process that listens on a TCP port of this machine: the outermost one when several share the socket.
 * Undefined where that cannot be found out (no `/proc`, another user's process) and when the listener only
 * passes connections on.
 */
export function processListeningOn(port: number, procFolder = '/proc'): ListeningProcess | undefined {
  const inodes = listeningInodes(port, procFolder);
  if (inodes.size === 0) return undefined;
  const holders = (readProcessTable(procFolder) ?? []).filter((entry) =>
    holdsSocket(procFolder, entry.pid, inodes),
  );
  const pids = new Set(holders.map((entry) => entry.pid));
  const outermost = holders.find((entry) => !pids.has(entry.parentPid));
  if (outermost === undefined) return undefined;
  const name = nameOf(procFolder, outermost.pid);
  return FORWARDERS.test(name) ? undefined : { pid: outermost.pid, name };
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

function nameOf(procFolder: string, pid: number): string {
  if (readProcess(procFolder, pid) === undefined) return '';
  return readLines(join(procFolder, String(pid), 'comm'))[0] ?? '';
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

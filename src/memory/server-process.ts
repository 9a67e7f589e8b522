import { isLoopback } from '../server/sglang/admin-http.ts';
import { processListeningOn } from './listening-process.ts';

/** Where a server runs, as seen from this machine. */
export interface ServerPlace {
  /** On this machine: its processes and GPUs can be looked at. */
  readonly local: boolean;
  /** Root of its process tree, when it could be found. */
  readonly pid?: number;
  /** How that is known, for findings. */
  readonly evidence: string;
}

/** Programs by which a container's port shows on its host: the server is here, its process inside. */
const CONTAINER_PROXIES = /^(docker-proxy|rootlessport|slirp4netns|pasta|conmon|kube-proxy)/;
/** Programs that pass connections on, to this machine or to another one. */
const FORWARDERS = /^(sshd?|socat|nginx|haproxy|envoy|traefik|caddy|kubectl)/;

/**
 * Finds the server's process: the one that is known already (started by dimsweep, or `server.pid`), else the
 * one that listens on the port, when the address is this machine's own. Behind a tunnel there is no process to
 * look at, and none is made up.
 */
export function placeOfServer(baseUrl: string, knownPid?: number, procFolder?: string): ServerPlace {
  if (knownPid !== undefined) return { local: true, pid: knownPid, evidence: `process ${knownPid}` };
  if (!isLoopback(baseUrl)) return { local: false, evidence: 'the address is another machine’s' };
  const url = new URL(baseUrl);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const listener = processListeningOn(port, procFolder);
  if (listener === 'nobody')
    return { local: false, evidence: `nothing on this machine listens on port ${port}` };
  if (listener === 'hidden')
    return { local: true, evidence: `another user's process listens on port ${port}` };
  const { pid, name } = listener;
  const evidence = `process ${pid} (${name}) listens on port ${port}`;
  if (CONTAINER_PROXIES.test(name)) return { local: true, evidence: `${evidence} for a container` };
  if (FORWARDERS.test(name)) return { local: false, evidence: `${evidence} and passes connections on` };
  return { local: true, pid, evidence };
}

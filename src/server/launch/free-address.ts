import { connect, type Socket } from 'node:net';
import { ServerError } from '../../core/errors.ts';

/** A local connection is accepted or refused at once; an address that stays silent is not taken. */
const PATIENCE_MS = 1000;

/**
 * Makes sure that nothing answers yet where the server is going to. Otherwise the run would measure whatever
 * was left there from yesterday while the launched server fails in the background.
 *
 * @throws ServerError when something accepts connections there
 */
export async function requireFreeAddress(baseUrl: string): Promise<void> {
  const url = new URL(baseUrl);
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!(await accepts(host, port))) return;
  throw new ServerError(`something already answers at ${host}:${port}, where the server is to be launched`, {
    where: 'server.launch',
    hint: 'Stop it, use another port in the command and in server.baseUrl, or drop server.launch to measure that server.',
  });
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(PATIENCE_MS, () => finish(false));
    socket.once('connect', () => finish(!isSelfConnected(socket)));
    socket.once('error', () => finish(false));
  });
}

/**
 * Whether a connection has no server at its other end. The kernel takes the socket's own port from the range that
 * a free address may lie in; when it happens to take that very port, TCP joins the socket with itself.
 */
export function isSelfConnected({ localAddress, localPort, remoteAddress, remotePort }: Socket): boolean {
  return localPort === remotePort && localAddress === remoteAddress;
}

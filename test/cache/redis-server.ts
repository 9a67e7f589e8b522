import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A Redis of its own on an ephemeral port of this machine. */
export interface RedisProcess {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Why the Redis tests cannot run here; `undefined` when they can. With CI=true a missing server is a failure. */
export function whyNoRedis(): string | undefined {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (cause) {
    if (process.env['CI'] === 'true') throw new Error('redis-server is not installed', { cause });
    return 'redis-server is not installed (Debian: apt-get install redis-server)';
  }
}

/** Starts a server that keeps nothing on the disk and waits until it takes connections. */
export async function startRedis(...settings: readonly string[]): Promise<RedisProcess> {
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...settings],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.includes('Ready to accept connections')) break;
  }
  child.stdout!.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    child,
    stop: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await exit;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

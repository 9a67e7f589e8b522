import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LaunchConfig } from '../../../src/config/server-config.ts';
import { ServerError, UsageError } from '../../../src/core/errors.ts';
import { isAlive, readProcess } from '../../../src/memory/process-table.ts';
import { isSelfConnected } from '../../../src/server/launch/free-address.ts';
import { type LaunchedServer, launchServer } from '../../../src/server/launch/launch-server.ts';
import { systemClock } from '../../../src/threads/system-clock.ts';

const PROGRAM = fileURLToPath(new URL('programs/server.mjs', import.meta.url));

let folder: string;
const launched: LaunchedServer[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dimsweep-launch-'));
});
afterEach(async () => {
  await Promise.all(launched.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** Below the range from which the kernel gives ports to others, so that nobody takes it in the meantime. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}

interface Launch {
  readonly port: number;
  readonly config?: Partial<LaunchConfig>;
  readonly extraArgs?: readonly string[];
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
}

const logFile = () => join(folder, 'server.log');
const log = () => readFileSync(logFile(), 'utf8');

async function launch({ port, config, ...rest }: Launch): Promise<LaunchedServer> {
  const server = await launchServer({
    config: {
      command: [process.execPath, PROGRAM, String(port)],
      environment: {},
      readyRoute: '/health',
      readyTimeoutSeconds: 20,
      stopTimeoutSeconds: 5,
      ...config,
    },
    baseUrl: `http://127.0.0.1:${port}/v1`,
    logFile: logFile(),
    clock: systemClock,
    environment: process.env,
    ...rest,
  });
  launched.push(server);
  return server;
}

const gone = (pid: number): boolean => {
  const entry = readProcess('/proc', pid);
  return entry === undefined || !isAlive(entry);
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a server that becomes ready', () => {
  test('is waited for, gets its arguments and variables, and is stopped', async () => {
    const port = await freePort();
    const server = await launch({
      port,
      config: { environment: { LAUNCH_TEST: 'from the config' } },
      extraArgs: ['--slow', '300', '--print', 'extra'],
    });
    expect(server.readyAfterMs).toBeGreaterThan(300);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    expect(await server.stop()).toMatchObject({ forced: false });
    expect(gone(server.pid)).toBe(true);
    expect(await server.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(log()).toContain('with "from the config"');
    expect(log()).toContain('extra');
    expect(server.logTail().at(-1)).toBe('extra');
  });

  test('is stopped with children that ignore SIGTERM, in its group and out of it', async () => {
    const family = join(folder, 'family.json');
    const server = await launch({
      port: await freePort(),
      extraArgs: ['--family', family],
      config: { stopTimeoutSeconds: 0.3 },
    });
    const children = JSON.parse(readFileSync(family, 'utf8')) as number[];
    expect(children.some(gone)).toBe(false);
    expect(await server.stop()).toMatchObject({ forced: true });
    expect([server.pid, ...children].filter((pid) => !gone(pid))).toEqual([]);
  });

  test('is killed when it ignores SIGTERM itself, once, however often it is stopped', async () => {
    const server = await launch({
      port: await freePort(),
      extraArgs: ['--stubborn'],
      config: { stopTimeoutSeconds: 0.3 },
    });
    const [first, second] = await Promise.all([server.stop(), server.stop()]);
    expect(first).toMatchObject({ forced: true });
    expect(second).toBe(first);
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('reports when it dies by itself', async () => {
    const server = await launch({ port: await freePort() });
    process.kill(server.pid, 'SIGKILL');
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('starts again on the same address after a stop', async () => {
    const port = await freePort();
    for (const name of ['first', 'second', 'third', 'fourth']) {
      const server = await launch({ port, extraArgs: ['--print', name] });
      await server.stop();
    }
    expect(log()).toMatch(/first[\s\S]*second[\s\S]*third[\s\S]*fourth/);
  });
});

describe('a server that does not become ready', () => {
  const failure = async (input: Launch): Promise<ServerError> => {
    const thrown = await launch(input).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ServerError);
    return thrown as ServerError;
  };

  test('exits at once: code and last lines are named', async () => {
    const error = await failure({
      port: await freePort(),
      config: {
        command: [
          process.execPath,
          '-e',
          'console.error("\\x1b[31mRuntimeError: no such model\\x1b[0m"); process.exit(3)',
        ],
      },
    });
    expect(error.message).toMatch(/exited with code 3 after \d+\.\d s, before it was ready/);
    expect(error.hint).toContain('    RuntimeError: no such model');
    expect(error.where).toBe(logFile());
  });

  test('exits without a word', async () => {
    const error = await failure({ port: await freePort(), config: { command: ['/bin/sh', '-c', 'exit 1'] } });
    expect(error.hint).toContain('It printed nothing');
  });

  test.each([
    ['torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20 MiB', '--mem-fraction-static'],
    [
      "[Errno 98] error while attempting to bind on address ('127.0.0.1', 30000): address already in use",
      'Another process holds the port',
    ],
    [
      "/usr/bin/python3: Error while finding module specification: No module named 'sglang'",
      'interpreter of the right environment',
    ],
    ['launch_server.py: error: unrecognized arguments: --is-embeding', 'does not know one of the flags'],
    ['OSError: You are trying to access a gated repo.', 'HF_TOKEN'],
  ])('explains %s', async (line, mend) => {
    const error = await failure({
      port: await freePort(),
      config: { command: [process.execPath, '-e', 'console.error(process.argv[1]); process.exit(1)', line] },
    });
    expect(error.hint).toContain(mend);
  });

  test('never gets ready: it is stopped with its children', async () => {
    const family = join(folder, 'family.json');
    const error = await failure({
      port: await freePort(),
      extraArgs: ['--slow', '600000', '--family', family],
      config: { readyTimeoutSeconds: 1.5, stopTimeoutSeconds: 0.2 },
    });
    expect(error.message).toBe('the launched server was not ready after 1.5 s: /health did not answer 200');
    expect((JSON.parse(readFileSync(family, 'utf8')) as number[]).filter((pid) => !gone(pid))).toEqual([]);
  });

  test('is stopped when the run is interrupted meanwhile', async () => {
    const stop = new AbortController();
    const family = join(folder, 'family.json');
    const launching = launch({
      port: await freePort(),
      extraArgs: ['--slow', '600000', '--family', family],
      config: { stopTimeoutSeconds: 0.2 },
      signal: stop.signal,
    });
    await until(() => statSync(family, { throwIfNoEntry: false })?.size !== undefined);
    stop.abort(new Error('Ctrl-C'));
    await expect(launching).rejects.toThrow('Ctrl-C');
    expect((JSON.parse(readFileSync(family, 'utf8')) as number[]).filter((pid) => !gone(pid))).toEqual([]);
  });

  test('a socket that is joined with itself is no server', async () => {
    const port = await freePort();
    const own = connect({ host: '127.0.0.1', port, localPort: port });
    await once(own, 'connect');
    expect(isSelfConnected(own)).toBe(true);
    own.destroy();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const joined = connect((other.address() as AddressInfo).port, '127.0.0.1');
    await once(joined, 'connect');
    expect(isSelfConnected(joined)).toBe(false);
    joined.destroy();
    other.close();
  });

  test('would have to share its address with another server', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const error = await failure({ port: (other.address() as AddressInfo).port });
    expect(error.message).toContain('something already answers at 127.0.0.1:');
    expect(error.hint).toContain('drop server.launch');
    other.close();
  });
});

describe('a command that cannot be started', () => {
  test.each([
    ['no such program', { command: ['no-such-program-here'] }, 'cannot be started'],
    ['no such folder', { workingDirectory: '/no/such/folder' }, 'there is no folder'],
  ])('%s', async (_, config, message) => {
    const thrown = await launch({ port: await freePort(), config }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UsageError);
    expect((thrown as UsageError).message).toContain(message);
  });
});

test('secrets reach neither log, error nor recorded command', async () => {
  const secret = 'zebra-secret-42';
  const port = await freePort();
  const server = await launch({
    port,
    extraArgs: [
      '--api-key',
      secret,
      '--print',
      `server_args=ServerArgs(api_key='other-secret-7', note='${secret}')`,
    ],
    secrets: [secret],
  });
  await server.stop();
  expect(log()).toContain('server_args=ServerArgs(');
  for (const hidden of [secret, 'other-secret-7']) expect(log()).not.toContain(hidden);
  expect(JSON.stringify(server.command)).not.toContain(secret);
  expect(server.command).toContain('--api-key');
  expect(statSync(logFile()).mode & 0o077).toBe(0);

  const thrown = (await launch({
    port,
    config: { command: [process.execPath, '-e', `console.log('${secret}'); process.exit(1)`] },
    secrets: [secret],
  }).catch((error: unknown) => error)) as ServerError;
  expect(`${thrown.message}${thrown.hint}`).not.toContain(secret);
});

test('the guardian stops the server and its children when dimsweep is killed', async () => {
  const port = await freePort();
  const program = fileURLToPath(new URL('programs/launch-and-wait.ts', import.meta.url));
  const dimsweep = spawn(process.execPath, ['--import', 'tsx', program, String(port), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(dimsweep.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  // The child that left the group is out of a guardian's reach; it is stopped here.
  const [inGroup, outside] = JSON.parse(readFileSync(join(folder, 'family.json'), 'utf8')) as [
    number,
    number,
  ];
  expect([pid, inGroup].some(gone)).toBe(false);
  dimsweep.kill('SIGKILL');
  await until(() => gone(pid) && gone(inGroup));
  process.kill(outside, 'SIGKILL');
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { ServerError, UsageError } from '../../src/core/errors.ts';
import { exitText } from '../../src/embedded/start.ts';
import { isAlive, readProcess } from '../../src/memory/process-table.ts';
import { ask, createServers, embeddings } from './served.ts';

const servers = createServers();
afterAll(() => servers.stop());

const isGone = (pid: number): boolean => {
  const entry = readProcess('/proc', pid);
  return entry === undefined || !isAlive(entry);
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a server in a process of its own', () => {
  test('answers, and ends when it is stopped, however often', async () => {
    const server = await servers.start({ model: 'null-2560' });
    expect(server.pid).not.toBe(process.pid);
    expect(new URL(server.baseUrl)).toMatchObject({ hostname: '127.0.0.1', pathname: '/v1' });
    expect((await ask(server, '/health')).status).toBe(200);
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(isGone(server.pid)).toBe(true);
    expect(exitText(await server.exited)).toBe('exit code 0');
    await expect(ask(server, '/health')).rejects.toThrow('fetch failed');
  });

  test('ends also with requests on their way, whose clients see the connection close', async () => {
    const server = await servers.start({ model: 'null-2560', faults: ['hang'] });
    const hanging = embeddings(server, { input: 'a' }).catch((error: unknown) => error);
    while ((await ask(server, '/flush_cache')).status === 200);
    await server.stop();
    expect(await hanging).toBeInstanceOf(Error);
  });

  test('takes no notice of Ctrl-C: its parent decides when it ends', async () => {
    const server = await servers.start({ model: 'null-2560' });
    for (let i = 0; i < 2; i++) process.kill(server.pid, 'SIGINT');
    expect((await ask(server, '/health')).status).toBe(200);
  });

  test('that is killed says so', async () => {
    const server = await servers.start({ model: 'null-2560' });
    process.kill(server.pid, 'SIGKILL');
    expect(exitText(await server.exited)).toBe('SIGKILL');
    await server.stop();
  });

  test('has keys neither in its command line nor in its environment', async () => {
    const keys = { apiKey: 'sk-secret-one', adminApiKey: 'sk-secret-two' };
    const server = await servers.start({ model: 'null-2560', ...keys });
    for (const file of ['cmdline', 'environ']) {
      const text = readFileSync(`/proc/${server.pid}/${file}`, 'latin1');
      expect(text).not.toContain('sk-secret');
    }
    const headers = { authorization: 'Bearer sk-secret-one' };
    expect((await embeddings(server, { input: 'a' }, headers)).status).toBe(200);
  });

  test('ends with its parent, also when that is killed', async () => {
    const program = fileURLToPath(new URL('programs/start-and-wait.ts', import.meta.url));
    const parent = spawn(process.execPath, ['--import', 'tsx', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const server = JSON.parse(line.toString()) as { pid: number; baseUrl: string };
    expect((await ask(server, '/health')).status).toBe(200);
    parent.kill('SIGKILL');
    await until(() => isGone(server.pid));
    await expect(ask(server, '/health')).rejects.toThrow('fetch failed');
  });
});

describe('a server that does not start', () => {
  const failure = (options: Parameters<typeof servers.start>[0]): Promise<unknown> =>
    servers.start(options).then(
      () => 'it started',
      (error: unknown) => error,
    );

  test('because of its model: the nearest one is named', async () => {
    const error = await failure({ model: 'use-light-512' });
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: 'there is no embedded model "use-light-512"',
      where: 'server.model',
      hint: expect.stringMatching(/^Did you mean use-lite-512\? .*null-2560/),
    });
  });

  test('because of a fault: the nearest one is named', async () => {
    const error = await failure({ model: 'null-2560', faults: ['stal'] });
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: 'there is no fault "stal"',
      hint: expect.stringContaining('Did you mean stall?'),
    });
  });

  test('because the machine cannot carry it', async () => {
    const error = await failure({ model: 'use-lite-512', threads: 100_000 });
    expect(error).toBeInstanceOf(ServerError);
  });

  test('because its port is taken', async () => {
    const first = await servers.here();
    const second = servers.here([], { port: first.port });
    await expect(second).rejects.toBeInstanceOf(ServerError);
    await expect(second).rejects.toMatchObject({
      message: `port ${first.port} on 127.0.0.1 is taken`,
      hint: expect.stringContaining('another port'),
    });
  });

  test('because its address is not this machine’s', async () => {
    await expect(servers.here([], { host: '192.0.2.1' })).rejects.toMatchObject({
      where: '192.0.2.1:0',
      message: expect.stringContaining('cannot listen on 192.0.2.1:0'),
    });
  });
});

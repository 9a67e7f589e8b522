import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { readRecord } from '../../src/store/record-file.ts';
import { dimsweep, folderForTests, startDimsweep } from '../cli/dimsweep-process.ts';
import { expectedCode, writeTinyConfig } from '../cli/tiny-config.ts';
import { descendants, runFolders, untilGone } from './watch-run.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const STUBBORN = fileURLToPath(new URL('../server/launch/programs/server.mjs', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Launched {
  readonly cwd: string;
  readonly run: string[];
}

/** A config whose server is launched by a command. */
async function launching(
  command: (port: number) => string[],
  launch: Record<string, unknown> = {},
  changes: Record<string, unknown> = {},
): Promise<Launched> {
  const cwd = folderForTests();
  const port = await freePort();
  const config = writeTinyConfig(cwd, {
    server: {
      baseUrl: `http://127.0.0.1:${port}/v1`,
      model: 'hash-ngram-2560',
      launch: { command: command(port), ...launch },
    },
    ...changes,
  });
  return { cwd, run: ['run', config] };
}

const serve = (port: number): string[] => [
  ...[process.execPath, MAIN, 'serve', '--model', 'hash-ngram-2560', '--threads', '1'],
  ...['--port', String(port)],
];

test('launches the server anew for every set of its flags, and measures each', async () => {
  const { cwd, run } = await launching(
    serve,
    {},
    {
      axes: { dimensions: [1024], serverArgs: { plain: [], slower: ['--fault', 'service:ms=20'] } },
      quality: false,
    },
  );
  const ended = await dimsweep(run, { cwd });
  const [folder] = runFolders(join(cwd, 'results'));
  const record = readRecord(folder!.path);
  expect(ended.code).toBe(expectedCode(record));
  expect(record.server.kind).toBe('launched');
  expect(record.load.map(({ serverArgs }) => serverArgs)).toEqual(['plain', 'slower']);
  expect(record.load[1]!.latencyMs.service.p50).toBeGreaterThanOrEqual(20);
  for (const name of ['plain', 'slower']) {
    expect(ended.err).toContain(`▸ Probing hash-ngram-2560, ${name}\n`);
    expect(readFileSync(join(cwd, 'results', `server-${name}.log`), 'utf8')).toContain('http://127.0.0.1:');
  }
});

test('a command that exits at once: exit 3 with its last lines and what mends it', async () => {
  const script = 'console.error("RuntimeError: No module named sglang"); process.exit(7)';
  const { cwd, run } = await launching(() => [process.execPath, '-e', script]);
  const { code, out, err } = await dimsweep(run, { cwd });
  expect(err).toMatch(
    /dimsweep: the launched server exited with code 7 after [\d.]+ s, before it was ready\n/,
  );
  expect(err).toContain('→ The Python of the command has no such package');
  expect(err).toContain('    RuntimeError: No module named sglang\n');
  expect({ code, out }).toEqual({ code: 3, out: '' });
});

test('a command that never becomes ready: exit 3 with the route that did not answer, and it is stopped', async () => {
  const script = 'console.log("pid", process.pid); setInterval(() => {}, 1000)';
  const { cwd, run } = await launching(() => [process.execPath, '-e', script], { readyTimeoutSeconds: 1.5 });
  const { code, err } = await dimsweep(run, { cwd });
  expect(err).toContain(
    'dimsweep: the launched server was not ready after 1.5 s: /health did not answer 200',
  );
  expect(code).toBe(3);
  await untilGone([Number(/^ +pid (\d+)$/m.exec(err)![1])]);
});

test('a command that cannot be found: exit 2', async () => {
  const { cwd, run } = await launching(() => ['no-such-server-program']);
  const { code, err } = await dimsweep(run, { cwd });
  expect(err).toContain('dimsweep: the launch command "no-such-server-program" cannot be started\n');
  expect(code).toBe(2);
});

test('Ctrl-C stops the launched server and its children', async () => {
  const { cwd, run } = await launching(serve, {}, { quality: false, load: { seconds: 600, ceiling: false } });
  const running = startDimsweep(run, { cwd });
  await running.says(/ load 0\/\d+ /);
  const children = descendants(running.pid);
  expect(children.length).toBeGreaterThan(0);
  running.signalGroup('SIGINT');
  expect(await running.ended).toMatchObject({ code: 130 });
  await untilGone(children);
});

test('a second Ctrl-C does not wait for a server that will not stop', async () => {
  const { cwd, run } = await launching(
    (port) => [process.execPath, STUBBORN, String(port), '--slow', '600000', '--stubborn'],
    { stopTimeoutSeconds: 600 },
  );
  const running = startDimsweep(run, { cwd });
  const log = (): string => readFileSync(join(cwd, 'results', 'server.log'), 'utf8');
  await vi.waitFor(() => expect(log()).toContain('listening on'), { timeout: 20_000 });
  const children = descendants(running.pid);
  running.signal('SIGINT');
  await vi.waitFor(() => expect(log()).toContain('not yet'), { timeout: 20_000 });
  running.signal('SIGINT');
  expect(await running.ended).toMatchObject({ code: 130 });
  for (const pid of children) process.kill(pid, 'SIGKILL');
});

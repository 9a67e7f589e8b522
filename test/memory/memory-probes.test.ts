import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { MemoryContext, MemoryReading, OpenProbe } from '../../src/memory/memory-probe.ts';
import { MEMORY_PROBES, type MemoryProbeName } from '../../src/memory/memory-probes.ts';
import { openMemoryWatch } from '../../src/memory/memory-watch.ts';
import { placeOfServer } from '../../src/memory/server-process.ts';
import { createServerAdmin } from '../../src/server/sglang/server-admin.ts';
import { systemClock } from '../../src/threads/system-clock.ts';
import { startScriptedServer } from '../server/sglang/scripted-server.ts';
import { fakeNvidiaSmi } from './fake-nvidia-smi.ts';
import { fixture } from './fixture.ts';

const MIB = 2 ** 20;

/** A server with everything: process, control group, `/server_info`, GPUs, exporter. */
async function withEverything(
  body: (context: MemoryContext, smi: ReturnType<typeof fakeNvidiaSmi>) => Promise<void>,
  changes: Partial<MemoryContext> = {},
) {
  await using server = await startScriptedServer({
    'GET /server_info': { json: JSON.parse(fixture('server-info-0.5.3.json')) as unknown },
    'GET /dcgm': { text: fixture('dcgm.prom') },
  });
  using smi = fakeNvidiaSmi({ rows: 'nvidia-smi-h100x2.csv' });
  const admin = createServerAdmin({
    config: { headers: {}, model: 'm' },
    baseUrl: server.baseUrl,
    clock: systemClock,
  });
  try {
    await body(
      {
        pid: process.pid,
        admin,
        local: true,
        clock: systemClock,
        dcgmUrl: `${admin.http.rootUrl}/dcgm`,
        environment: smi.environment,
        ...changes,
      },
      smi,
    );
  } finally {
    await admin.close();
  }
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** `/proc/<pid>/cgroup` files and both layouts of control-group folders. */
function cgroupFolders(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dimsweep-cgroup-'));
  folders.push(folder);
  const put = (path: string, text: string) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put('proc/10/cgroup', '0::/system.slice/sglang.service\n');
  put('proc/11/cgroup', '12:cpu,cpuacct:/docker/ab\n4:memory:/docker/ab\n0::/docker/ab\n');
  put('proc/12/cgroup', '0::/as/the/host/sees/it\n');
  put('proc/self/cgroup', '0::/user.slice\n');
  put('v2/user.slice/memory.current', '1\n');
  put('v2/system.slice/sglang.service/memory.current', '4096\n');
  put('v2/system.slice/sglang.service/memory.peak', '8192\n');
  put('v1/memory/docker/ab/memory.usage_in_bytes', '1000\n');
  put('v1/memory/docker/ab/memory.max_usage_in_bytes', '2000\n');
  put('container/memory.current', '77\n');
  put('container/memory.peak', 'max\n');
  return folder;
}

const numbersOf = (reading: MemoryReading): number[] => {
  const { gpus = [], ...figures } = reading;
  return [...Object.values(figures), ...gpus.flatMap((gpu) => [gpu.usedBytes ?? 0, gpu.totalBytes ?? 0])];
};

describe.each(Object.entries(MEMORY_PROBES))('contract of the probe %s', (name, probe) => {
  test('reads bytes that are whole, again and again, and closes', () =>
    withEverything(async (context) => {
      const opened = await probe.open(name === 'cgroup' ? { ...context, ...readableCgroup() } : context);
      expect(opened).toMatchObject({ offered: true });
      const open = opened as OpenProbe;
      for (const moment of ['edge', 'window', 'edge'] as const) {
        const reading = (await open.read(moment))!;
        expect(numbersOf(reading).length).toBeGreaterThan(0);
        for (const value of numbersOf(reading)) expect(Number.isInteger(value) && value >= 0).toBe(true);
      }
      expect(open.notes.length).toBeGreaterThan(0);
      await open.close();
      await open.close();
      await expect(open.read('edge')).resolves.not.toThrow();
    }));

  test('says why it has nothing where there is nothing', async () => {
    const admin = createServerAdmin({
      config: { headers: {}, model: 'm' },
      baseUrl: 'http://127.0.0.1:9/v1',
      clock: systemClock,
    });
    const opened = await probe.open({
      admin,
      local: false,
      clock: systemClock,
      environment: { PATH: '/nowhere' },
    });
    expect(opened).toEqual({ offered: false, reason: expect.stringMatching(/\w{3}/) });
    await admin.close();
  });
});

function readableCgroup(): Partial<MemoryContext> {
  const folder = cgroupFolders();
  return { pid: 10, procFolder: join(folder, 'proc'), cgroupFolder: join(folder, 'v2') };
}

const opened = async (name: MemoryProbeName, context: MemoryContext): Promise<OpenProbe> => {
  const probe = await MEMORY_PROBES[name].open(context);
  expect(probe).toMatchObject({ offered: true });
  return probe as OpenProbe;
};

describe('process', () => {
  test('measures a child together with its parent', () =>
    withEverything(async (context) => {
      const probe = await opened('process', context);
      const alone = (await probe.read('window'))!.rssBytes!;
      const child = spawn(
        process.execPath,
        ['-e', "const b = Buffer.alloc(80 * 2 ** 20, 1); process.send('up'); setInterval(() => b[0], 1e6)"],
        { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
      );
      await once(child, 'message');
      const together = (await probe.read('edge'))!;
      expect(together.rssBytes! - alone).toBeGreaterThan(80 * MIB);
      // Two Node processes share their program's pages, which PSS counts once.
      expect(together.pssBytes).toBeLessThan(together.rssBytes!);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }));

  test('knows no process that is gone', () =>
    withEverything(async (context) => {
      const child = spawn('true');
      await once(child, 'exit');
      expect(await MEMORY_PROBES.process.open({ ...context, pid: child.pid! })).toMatchObject({
        offered: false,
      });
    }));
});

describe('cgroup', () => {
  const read = async (pid: number, layout: string) => {
    const folder = cgroupFolders();
    let reading: MemoryReading | undefined;
    await withEverything(
      async (context) => {
        reading = await (await opened('cgroup', context)).read('edge');
      },
      { pid, procFolder: join(folder, 'proc'), cgroupFolder: join(folder, layout) },
    );
    return reading;
  };

  test('version 2', async () =>
    expect(await read(10, 'v2')).toEqual({ cgroupBytes: 4096, cgroupPeakBytes: 8192 }));
  test('version 1', async () =>
    expect(await read(11, 'v1')).toEqual({ cgroupBytes: 1000, cgroupPeakBytes: 2000 }));
  test('inside a container, whose group looks like the root', async () =>
    expect(await read(12, 'container')).toEqual({ cgroupBytes: 77 }));
});

describe('nvidiaSmi', () => {
  test('runs one program however often it is read, and ends it', () =>
    withEverything(async (context, smi) => {
      const probe = await opened('nvidiaSmi', context);
      for (let i = 0; i < 5; i++) await probe.read('window');
      const reading = await probe.read('window');
      expect(reading?.gpus).toEqual([
        {
          index: 0,
          name: 'NVIDIA H100 80GB HBM3',
          usedBytes: 71034 * MIB,
          totalBytes: 81559 * MIB,
          utilisation: 0.97,
          powerWatts: 641.27,
        },
        {
          index: 1,
          name: 'NVIDIA H100 80GB HBM3',
          usedBytes: 4 * MIB,
          totalBytes: 81559 * MIB,
          utilisation: 0,
          powerWatts: 69.88,
        },
      ]);
      expect(smi.starts().filter((args) => args.startsWith('--query-gpu='))).toEqual([
        '--query-gpu=index,uuid,name,memory.used,memory.total,utilization.gpu,power.draw --format=csv,noheader,nounits -lms 250',
      ]);
      await probe.close();
      expect(await probe.read('window')).toBeUndefined();
    }));

  test('shows the GPUs that the server computes on', async () => {
    using smi = fakeNvidiaSmi({
      rows: 'nvidia-smi-h100x2.csv',
      processes: `${process.pid}, GPU-5c0b7b6e-8f7b-4a3e-9a44-000000000002\n1, GPU-5c0b7b6e-8f7b-4a3e-9a44-000000000001\n`,
    });
    await withEverything(
      async (context) => {
        const probe = await opened('nvidiaSmi', context);
        expect((await probe.read('window'))?.gpus?.map((gpu) => gpu.index)).toEqual([1]);
        await probe.close();
      },
      { environment: smi.environment },
    );
  });

  test('says that a GPU is partitioned', async () => {
    using smi = fakeNvidiaSmi({ rows: 'nvidia-smi-mig.csv', listing: 'nvidia-smi-q-mig.txt' });
    await withEverything(
      async (context) => {
        const probe = await opened('nvidiaSmi', context);
        expect(probe.notes.join()).toContain('MIG is on (19968 MiB, 9856 MiB)');
        await probe.close();
      },
      { environment: smi.environment },
    );
  });

  test('passes on why the driver does not answer', async () => {
    using smi = fakeNvidiaSmi({});
    await withEverything(
      async (context) =>
        expect(await MEMORY_PROBES.nvidiaSmi.open(context)).toEqual({
          offered: false,
          reason:
            "nvidia-smi gave no GPU: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
        }),
      { environment: smi.environment },
    );
  });
});

describe('openMemoryWatch', () => {
  test('tells windows apart and sums up the run', () =>
    withEverything(async (context) => {
      const watch = await openMemoryWatch({ context, clock: systemClock, intervalMs: 30 });
      await watch.beginWindow();
      const ballast = Buffer.alloc(120 * MIB, 1);
      const window = await watch.endWindow();
      expect(window.rssBytes).toBeGreaterThan(ballast.length);
      expect(window).toMatchObject({ gpuMemoryBytes: 71038 * MIB, gpuUtilisation: 0.485 });
      expect(window.gpuPowerWatts).toBeCloseTo(641.27 + 69.88, 6);
      const summary = (await watch.summary())!;
      expect(summary).toMatchObject({
        preallocated: true,
        tokenCapacity: 412000,
        gpus: [
          { index: 0, name: 'NVIDIA H100 80GB HBM3', usedBytes: 71034 * MIB, totalBytes: 81559 * MIB },
          { index: 1, name: 'NVIDIA H100 80GB HBM3', usedBytes: 4 * MIB, totalBytes: 81559 * MIB },
        ],
      });
      expect(summary.rssPeakBytes).toBeGreaterThanOrEqual(window.rssBytes!);
      expect(watch.findings.find((finding) => finding.id === 'memory.serverInfo')?.evidence).toContain(
        'a flat line over batch sizes and dimensions is no finding',
      );
      await watch.close();
    }));

  test('names a server whose memory grows', () =>
    withEverything(async (context) => {
      const script = `
        const kept = [];
        process.on('message', (mib) => process.send(kept.push(Buffer.alloc(mib * 2 ** 20, 1))));
        process.send(0);`;
      const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      await once(child, 'message');
      const watch = await openMemoryWatch({ context: { ...context, pid: child.pid! }, clock: systemClock });
      expect(watch.growth()).toBeUndefined();
      child.send(150);
      await once(child, 'message');
      await watch.summary();
      expect(watch.growth()?.evidence).toMatch(/went from \d+ MiB to \d+ MiB/);
      await watch.close();
      child.kill('SIGKILL');
      await once(child, 'exit');
    }));

  test('goes on with what there is', async () => {
    const admin = createServerAdmin({
      config: { headers: {}, model: 'm' },
      baseUrl: 'http://127.0.0.1:9/v1',
      clock: systemClock,
    });
    const watch = await openMemoryWatch({
      context: { admin, local: false, clock: systemClock, environment: {} },
      clock: systemClock,
    });
    await watch.beginWindow();
    expect(await watch.endWindow()).toEqual({});
    expect(await watch.summary()).toBeUndefined();
    expect(watch.findings).toHaveLength(Object.keys(MEMORY_PROBES).length);
    for (const finding of watch.findings) expect(finding.evidence).toMatch(/^not measured: /);
    await watch.close();
    await admin.close();
  });
});

describe('placeOfServer', () => {
  test('finds the process behind a port of this machine', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(placeOfServer(`http://127.0.0.1:${port}/v1`)).toMatchObject({ local: true, pid: process.pid });
    expect(placeOfServer(`http://localhost:${port}/v1`)).toMatchObject({ local: true, pid: process.pid });
    server.close();
    await once(server, 'close');
    expect(placeOfServer(`http://127.0.0.1:${port}/v1`)).toMatchObject({ local: false });
  });

  test('takes the process that is known, and none for another machine', () => {
    expect(placeOfServer('http://gpu-node:30000/v1', 42)).toMatchObject({ local: true, pid: 42 });
    expect(placeOfServer('http://gpu-node:30000/v1')).toMatchObject({ local: false });
  });

  test.each([
    ['python3', { local: true, pid: 20 }],
    ['docker-proxy', { local: true }],
    ['ssh', { local: false }],
    [undefined, { local: true }],
  ])('behind %s', (name, place) => {
    const proc = join(cgroupFolders(), 'listening');
    mkdirSync(join(proc, 'net'), { recursive: true });
    mkdirSync(join(proc, '20/fd'), { recursive: true });
    writeFileSync(
      join(proc, 'net/tcp'),
      '  sl  local_address\n   0: 00000000:7530 00000000:0000 0A 0:0 0:0 0 0 0 4711 1\n',
    );
    writeFileSync(join(proc, '20/stat'), `20 (${name}) S 1 20 20 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0`);
    writeFileSync(join(proc, '20/comm'), `${name}\n`);
    if (name !== undefined) symlinkSync('socket:[4711]', join(proc, '20/fd/3'));
    const { evidence, ...found } = placeOfServer('http://127.0.0.1:30000/v1', undefined, proc);
    expect(found).toEqual(place);
    expect(evidence).toContain('port 30000');
  });
});

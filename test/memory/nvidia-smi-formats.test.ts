import { describe, expect, test } from 'vitest';
import { createGpuAccumulator } from '../../src/memory/gpu-accumulator.ts';
import { readSmiProcesses, readSmiRow } from '../../src/memory/nvidia-smi-csv.ts';
import { readSmiPartitions } from '../../src/memory/nvidia-smi-query.ts';
import { fixture } from './fixture.ts';

const MIB = 2 ** 20;
const rows = (name: string) => fixture(`nvidia-smi-${name}.csv`).trimEnd().split('\n').map(readSmiRow);

describe('readSmiRow', () => {
  test.each([
    ['h100x2', 'NVIDIA H100 80GB HBM3', 71034, 81559, 0.97, 641.27],
    ['h200', 'NVIDIA H200', 128754, 143771, 0.88, 512.4],
    ['a10', 'NVIDIA A10', 20411, 23028, 1, 148.92],
  ])('reads %s', (file, name, used, total, utilisation, powerWatts) => {
    expect(rows(file)[0]).toMatchObject({
      index: 0,
      name,
      usedBytes: used * MIB,
      totalBytes: total * MIB,
      utilisation,
      powerWatts,
    });
  });

  test('leaves out what the driver does not tell', () => {
    expect(Object.keys(rows('mig')[0]!)).toEqual([
      'index',
      'uuid',
      'name',
      'usedBytes',
      'totalBytes',
      'powerWatts',
    ]);
    expect(Object.keys(rows('gb10')[0]!)).toEqual(['index', 'uuid', 'name', 'utilisation', 'powerWatts']);
    const [old, lost, odd] = rows('lost');
    expect(old).not.toHaveProperty('powerWatts');
    expect(Object.keys(lost!)).toEqual(['index', 'uuid', 'name']);
    expect(odd).toMatchObject({ name: 'Quadro, Special Edition', usedBytes: 10 * MIB });
    expect(odd).not.toHaveProperty('utilisation');
  });

  test.each([
    '',
    'No devices were found',
    'Field "power.draw" is not a valid field to query.',
    'index, uuid, name, a, b, c, d',
  ])('takes %j for no row', (line) => expect(readSmiRow(line)).toBeUndefined());
});

test('readSmiProcesses pairs pids with GPUs', () => {
  expect(readSmiProcesses('3150, GPU-a\n6330, GPU-b\n[N/A], GPU-c\n\nNo running processes found\n')).toEqual([
    { pid: 3150, uuid: 'GPU-a' },
    { pid: 6330, uuid: 'GPU-b' },
  ]);
});

describe('readSmiPartitions', () => {
  test('finds MIG devices and their memory, not the whole GPU’s', () => {
    expect(readSmiPartitions(fixture('nvidia-smi-q-mig.txt'))).toEqual({
      partitioned: [0],
      devices: [
        { gpu: 0, index: 0, totalBytes: 19968 * MIB, usedBytes: 11993 * MIB },
        { gpu: 0, index: 1, totalBytes: 9856 * MIB, usedBytes: 18 * MIB },
      ],
    });
  });

  test('finds none on a GPU without MIG', () => {
    expect(readSmiPartitions(fixture('nvidia-smi-q-a10.txt'))).toEqual({ partitioned: [], devices: [] });
  });
});

describe('createGpuAccumulator', () => {
  const row = (index: number, usedBytes: number, utilisation: number) => ({
    index,
    uuid: `GPU-${index}`,
    name: 'A',
    usedBytes,
    utilisation,
    powerWatts: 100 * utilisation,
  });

  test('takes the largest memory and the mean of the rest since the last reading', () => {
    const gpus = createGpuAccumulator();
    for (const [used, busy] of [
      [10, 0],
      [30, 0.5],
      [20, 1],
    ] as const)
      gpus.add(row(0, used, busy));
    expect(gpus.take()).toEqual([{ index: 0, name: 'A', usedBytes: 30, utilisation: 0.5, powerWatts: 50 }]);
    gpus.add(row(0, 15, 0.25));
    expect(gpus.take()).toEqual([{ index: 0, name: 'A', usedBytes: 15, utilisation: 0.25, powerWatts: 25 }]);
  });

  test('repeats the last row where no new one came, and shows only the GPUs asked for', () => {
    const gpus = createGpuAccumulator();
    gpus.add(row(0, 10, 0.5));
    gpus.add(row(1, 20, 1));
    gpus.take();
    expect(gpus.take(new Set(['GPU-1']))).toEqual([
      { index: 1, name: 'A', usedBytes: 20, utilisation: 1, powerWatts: 100 },
    ]);
  });
});

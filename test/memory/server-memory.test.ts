import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDcgm } from '../../src/memory/dcgm-exporter.ts';
import { treeMemoryFromPs } from '../../src/memory/process-memory.ts';
import { processTree, readProcess } from '../../src/memory/process-table.ts';
import { readMemorySplit } from '../../src/memory/server-info-memory.ts';
import { parseExposition } from '../../src/server/metrics/exposition.ts';
import { fixture } from './fixture.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const split = (version: string) =>
  readMemorySplit(JSON.parse(fixture(`server-info-${version}.json`)) as Record<string, unknown>);

describe('readMemorySplit', () => {
  test('has nothing for versions that tell nothing', () => expect(split('0.4')).toBeUndefined());

  test('reads cuda_graph', () =>
    expect(split('0.5.3')).toEqual({
      ranks: 1,
      reading: {
        weightBytes: Math.round(7.61 * GIB),
        kvPoolBytes: Math.round(56.58 * GIB),
        graphBytes: Math.round(0.31 * GIB),
        tokenCapacity: 412000,
      },
    }));

  test('reads graph as a number and by kind, draft graphs too, summed over ranks', () =>
    expect(split('0.5.15-dp2')).toEqual({
      ranks: 2,
      reading: {
        weightBytes: 8 * GIB,
        kvPoolBytes: 61 * GIB,
        graphBytes: (0.25 + 0.5 + 0.25 + 0.5) * GIB,
        tokenCapacity: 800000,
      },
    }));

  test('takes what it can from a strange one', () =>
    expect(split('strange')).toEqual({ ranks: 1, reading: { kvPoolBytes: 12.5 * GIB } }));
});

test('readDcgm adds up MIG devices and leaves NaN out', () => {
  expect(readDcgm(parseExposition(fixture('dcgm.prom')))).toEqual([
    {
      index: 0,
      name: 'NVIDIA H100 80GB HBM3',
      usedBytes: 71034 * MIB,
      totalBytes: 81040 * MIB,
      utilisation: 0.93,
      powerWatts: 612.501,
    },
    {
      index: 1,
      name: 'NVIDIA H100 80GB HBM3',
      usedBytes: 1384 * MIB,
      totalBytes: 80384 * MIB,
      utilisation: 0,
    },
  ]);
});

test('treeMemoryFromPs adds up a tree', () => {
  const listing =
    '    1     0  1000\n  100     1  2048\n  101   100   512\n  102   101   256\n  200     1  4096\n';
  expect(treeMemoryFromPs(listing, 100)).toEqual({ rssBytes: (2048 + 512 + 256) * 1024 });
  expect(treeMemoryFromPs(listing, 999)).toBeUndefined();
});

describe('process table', () => {
  const entry = (pid: number, parentPid: number, state = 'S', threads = 1) => ({
    pid,
    parentPid,
    processGroup: pid,
    state,
    threads,
    startTicks: 0,
  });

  test('a tree is the root and all its living descendants', () => {
    const table = [
      entry(5, 4),
      entry(1, 0),
      entry(2, 1),
      entry(3, 1),
      entry(4, 2),
      entry(6, 2, 'Z'),
      entry(9, 8),
    ];
    expect(processTree(table, 2).map(({ pid }) => pid)).toEqual([2, 4, 5]);
    expect(processTree(table, 7)).toEqual([]);
  });

  test('a process whose first thread has ended lives as long as another one does', () => {
    expect(processTree([entry(2, 1, 'Z', 3)], 2)).toHaveLength(1);
    expect(processTree([entry(2, 1, 'Z', 1)], 2)).toEqual([]);
  });

  test('reads its own process', () => {
    const own = readProcess('/proc', process.pid)!;
    expect(own).toMatchObject({ pid: process.pid, parentPid: process.ppid });
    expect(own.startTicks).toBeGreaterThan(0);
    // Node has threads of its own.
    expect(own.threads).toBe(readdirSync('/proc/self/task').length);
  });
});

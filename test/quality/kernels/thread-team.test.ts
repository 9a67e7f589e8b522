import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { createKernelMemory, type KernelMemory } from '../../../src/quality/kernels/kernel-memory.ts';
import { type KernelCall, type KernelTeam, soloTeam } from '../../../src/quality/kernels/kernel-team.ts';
import { threadTeam } from '../../../src/quality/kernels/thread-team.ts';

let team: KernelTeam | undefined;
afterEach(() => {
  team?.close();
  team = undefined;
});

async function joined(kernelMemory: KernelMemory, threads: number): Promise<KernelTeam> {
  const fresh = threadTeam(kernelMemory, threads);
  team = fresh;
  while (fresh.helpers() < threads - 1) await setImmediate();
  return fresh;
}

describe('a team of threads', () => {
  it('does every call exactly once, also more calls than fit one round', async () => {
    const kernelMemory = createKernelMemory(4_000_000);
    const random = createRandom('team');
    const length = 64;
    const source = kernelMemory.float64(length).map(() => random.next());
    const x = kernelMemory.float64(length);
    x.set(source);
    const targets = Array.from({ length: 1000 }, () => kernelMemory.float64(length).fill(0));
    const calls = targets.map(
      (y, i): KernelCall => ['addScaled64', length, i + 1, x.byteOffset, y.byteOffset],
    );
    const threads = await joined(kernelMemory, 4);
    for (let round = 0; round < 20; round++) threads.run(calls);
    const alone = kernelMemory.float64(length).fill(0);
    for (let round = 0; round < 20; round++) {
      soloTeam(kernelMemory.kernels).run([['addScaled64', length, 7, x.byteOffset, alone.byteOffset]]);
    }
    expect([...targets[6]!]).toEqual([...alone]);
    targets.forEach((target, i) => {
      expect(target[0]! / source[0]!).toBeCloseTo(20 * (i + 1), 6);
    });
  });

  it('works in memory that has grown since the helpers started', async () => {
    const kernelMemory = createKernelMemory(1000);
    const threads = await joined(kernelMemory, 2);
    const length = 200_000;
    const [x, y] = [kernelMemory.float64(length).fill(1), kernelMemory.float64(2 * length).fill(0)];
    threads.run([
      ['addScaled64', length, 2, x.byteOffset, y.byteOffset],
      ['addScaled64', length, 3, x.byteOffset, y.byteOffset + length * 8],
    ]);
    expect([y[0], y[length - 1], y[length], y[2 * length - 1]]).toEqual([2, 2, 3, 3]);
  });

  it('does the work alone while helpers are still starting', () => {
    const kernelMemory = createKernelMemory(1000);
    team = threadTeam(kernelMemory, 8);
    const y = kernelMemory.float64(4).fill(1);
    const call: KernelCall = ['addScaled64', 2, 1, y.byteOffset, y.byteOffset];
    team.run([call, ['addScaled64', 2, 4, y.byteOffset + 16, y.byteOffset + 16]]);
    expect([...y]).toEqual([2, 2, 5, 5]);
  });

  it('says that a call failed, on whatever thread it ran', async () => {
    const kernelMemory = createKernelMemory(1000);
    const threads = await joined(kernelMemory, 2);
    const outside: KernelCall = ['addScaled64', 4, 1, 2 ** 31, 2 ** 31];
    expect(() => threads.run([outside, outside])).toThrow(/kernel failed/);
  });
});

describe('kernel memory', () => {
  it('keeps old arrays alive while it grows, and hands released room out again', () => {
    const kernelMemory = createKernelMemory(1000);
    const first = kernelMemory.float32(10).fill(7);
    const mark = kernelMemory.mark();
    const large = kernelMemory.float64(1_000_000).fill(2);
    kernelMemory.release(mark);
    const reused = kernelMemory.int32(4);
    expect(reused.byteOffset).toBe(large.byteOffset);
    expect([...first]).toEqual(Array(10).fill(7));
    expect(first.byteOffset % 128).toBe(0);
  });

  it('refuses more than its addresses reach', () => {
    expect(() => createKernelMemory(2 ** 32)).toThrow(/4 GiB is the limit/);
    expect(() => createKernelMemory(1000).float64(2 ** 29)).toThrow(/4 GiB is the limit/);
  });
});

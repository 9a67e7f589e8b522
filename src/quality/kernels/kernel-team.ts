import type { KernelName, Kernels } from './kernel-exports.ts';

/** One call of a kernel. Calls of one `run` write to disjoint places, so their order does not matter. */
export type KernelCall = readonly [KernelName, ...number[]];

/** Runs kernel calls, on one thread or on several. How work is cut into calls never depends on the threads. */
export interface KernelTeam {
  /** Returns when all calls have ended. */
  run(calls: readonly KernelCall[]): void;
  /** Other threads that have joined so far. */
  helpers(): number;
  close(): void;
}

/** All calls on the calling thread, one after the other. */
export function soloTeam(kernels: Kernels): KernelTeam {
  return {
    run: (calls) => {
      for (const [name, ...args] of calls) callKernel(kernels, name, args);
    },
    helpers: () => 0,
    close: () => undefined,
  };
}

/** Calls a kernel by name; what it returns is dropped, since only memory is shared between threads. */
export function callKernel(kernels: Kernels, name: KernelName, args: readonly number[]): void {
  (kernels[name] as (...numbers: readonly number[]) => number | undefined)(...args);
}

import { Worker } from 'node:worker_threads';
import { moduleEntry } from '../../threads/module-entry.ts';
import { wasmModule } from '../../wasm/module.ts';
import { BOARD_CALLS, createJobBoard, createOwner, type JobBoard } from './job-board.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { callKernel, type KernelTeam } from './kernel-team.ts';

/** What a helper thread is started with. */
export interface HelperData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly board: JobBoard;
}

/**
 * The calling thread and `threads − 1` helpers over one memory. Helpers join when they have started; until then,
 * and if one cannot start, the calling thread does their share. Results are the same for any number.
 */
export function threadTeam({ memory, kernels }: KernelMemory, threads: number): KernelTeam {
  const board = createJobBoard();
  const owner = createOwner(board, kernels);
  const data: HelperData = { module: wasmModule('kernels'), memory, board };
  for (let helper = 1; helper < threads; helper++) startHelper(data);
  return {
    run: (calls) => {
      if (calls.length === 1) {
        const [name, ...args] = calls[0]!;
        callKernel(kernels, name, args);
        return;
      }
      for (let first = 0; first < calls.length; first += BOARD_CALLS) {
        owner.round(calls.slice(first, first + BOARD_CALLS));
      }
    },
    helpers: owner.helpers,
    close: owner.close,
  };
}

function startHelper(workerData: HelperData): void {
  const worker = new Worker(moduleEntry(import.meta.url, './team-helper'), { workerData });
  // a helper that cannot start leaves its share to the others: slower, and the same results
  worker.on('error', () => undefined);
  worker.unref();
}

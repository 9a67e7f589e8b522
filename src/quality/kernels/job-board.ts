import type { KernelName, Kernels } from './kernel-exports.ts';
import { callKernel, type KernelCall } from './kernel-team.ts';

/** Calls that one round of the board holds. */
export const BOARD_CALLS = 256;
const LONGEST_CALL = 20;
const WORDS_PER_CALL = LONGEST_CALL + 2;

/** Places in the control words. */
const ROUND = 0;
const UNCLAIMED = 1;
const FINISHED = 2;
const FAILED = 3;
const CLOSED = 4;
const HELPERS = 5;
const CONTROL_BYTES = 64;

/** How often a waiting thread looks before it sleeps: rounds of a solver follow one another within microseconds. */
const LOOKS = 2000;

/**
 * Where one thread writes kernel calls and all threads take them: words in shared memory. Any thread may take any
 * call, so nothing hangs on a helper that starts late or not at all.
 */
export interface JobBoard {
  readonly buffer: SharedArrayBuffer;
}

export function createJobBoard(): JobBoard {
  return { buffer: new SharedArrayBuffer(CONTROL_BYTES + BOARD_CALLS * WORDS_PER_CALL * 8) };
}

interface BoardViews {
  readonly control: Int32Array;
  readonly calls: Float64Array;
}

function viewsOf({ buffer }: JobBoard): BoardViews {
  return {
    control: new Int32Array(buffer, 0, CONTROL_BYTES / 4),
    calls: new Float64Array(buffer, CONTROL_BYTES),
  };
}

/** Kernel names in an order that all instances of the module share. */
function namesOf(kernels: Kernels): KernelName[] {
  return Object.keys(kernels) as KernelName[];
}

/** The owner's side: one round of calls, done when all have ended. */
export function createOwner(board: JobBoard, kernels: Kernels) {
  const views = viewsOf(board);
  const { control, calls: words } = views;
  const names = namesOf(kernels);
  return {
    /** @param calls at most `BOARD_CALLS` */
    round: (calls: readonly KernelCall[]): void => {
      calls.forEach(([name, ...args], at) => {
        words[at * WORDS_PER_CALL] = names.indexOf(name);
        words[at * WORDS_PER_CALL + 1] = args.length;
        words.set(args, at * WORDS_PER_CALL + 2);
      });
      Atomics.store(control, FINISHED, 0);
      // last of all: from here on helpers take calls
      Atomics.store(control, UNCLAIMED, calls.length);
      Atomics.add(control, ROUND, 1);
      Atomics.notify(control, ROUND);
      takeCalls(views, kernels, names);
      waitUntilFinished(control, calls.length);
    },
    helpers: (): number => Atomics.load(control, HELPERS),
    close: (): void => {
      Atomics.store(control, CLOSED, 1);
      Atomics.add(control, ROUND, 1);
      Atomics.notify(control, ROUND);
    },
  };
}

/** The helper's side: takes calls until the owner closes the board. */
export function helpUntilClosed(board: JobBoard, kernels: Kernels): void {
  const views = viewsOf(board);
  const { control } = views;
  const names = namesOf(kernels);
  Atomics.add(control, HELPERS, 1);
  let seen = 0;
  for (;;) {
    seen = waitForRound(control, seen);
    if (Atomics.load(control, CLOSED) === 1) return;
    takeCalls(views, kernels, names);
  }
}

function takeCalls({ control, calls }: BoardViews, kernels: Kernels, names: readonly KernelName[]): void {
  for (;;) {
    const at = Atomics.sub(control, UNCLAIMED, 1) - 1;
    if (at < 0) return;
    const first = at * WORDS_PER_CALL;
    const name = names[calls[first]!]!;
    try {
      callKernel(kernels, name, Array.from(calls.subarray(first + 2, first + 2 + calls[first + 1]!)));
    } catch {
      // the owner tells: a helper has nobody to tell but the board
      Atomics.store(control, FAILED, 1);
    }
    Atomics.add(control, FINISHED, 1);
    Atomics.notify(control, FINISHED);
  }
}

function waitForRound(control: Int32Array, seen: number): number {
  for (let look = 0; look < LOOKS; look++) {
    const round = Atomics.load(control, ROUND);
    if (round !== seen) return round;
  }
  Atomics.wait(control, ROUND, seen);
  return Atomics.load(control, ROUND);
}

/** @throws Error when a call failed on any thread, or a helper stopped in the middle of one */
function waitUntilFinished(control: Int32Array, total: number): void {
  for (let look = 0; ; look++) {
    const finished = Atomics.load(control, FINISHED);
    if (finished === total) break;
    if (look > LOOKS && Atomics.wait(control, FINISHED, finished, 60_000) === 'timed-out') {
      throw new Error('a thread of the quality kernels stopped in the middle of its work');
    }
  }
  if (Atomics.load(control, FAILED) === 1) throw new Error('a numeric kernel failed on a helper thread');
}

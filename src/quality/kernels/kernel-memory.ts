import { UsageError } from '../../core/errors.ts';
import { wasmModule } from '../../wasm/module.ts';
import type { Kernels } from './kernel-exports.ts';

/**
 * The linear memory that kernels work on, with a stack of typed arrays in it. An array's address is its
 * `byteOffset`. Contents of a fresh array are undefined: whatever lay there before.
 */
export interface KernelMemory {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  float32(length: number): Float32Array;
  float64(length: number): Float64Array;
  int32(length: number): Int32Array;
  /** The top of the stack, for `release`. */
  mark(): number;
  /** Gives back every array made after `mark`. */
  release(mark: number): void;
}

/** AssemblyScript keeps its constant tables below this address. */
const FIRST_ADDRESS = 65_536;
const PAGE = 65_536;
/** All that 32-bit addresses reach. */
const MAXIMUM_PAGES = 65_536;
/** Arrays start on their own cache line, and vectors of any width are aligned. */
const ALIGNMENT = 128;

/**
 * @param bytes what will surely be needed; the memory grows beyond it on demand
 * @throws UsageError when 4 GiB do not hold what is asked for
 */
export function createKernelMemory(bytes: number): KernelMemory {
  const pages = Math.ceil((FIRST_ADDRESS + bytes) / PAGE) + 1;
  if (pages > MAXIMUM_PAGES) refuse(bytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared: true });
  const kernels = instantiateKernels(memory);
  let top = FIRST_ADDRESS;
  const take = (bytesWanted: number): number => {
    const at = top;
    const end = Math.ceil((at + bytesWanted) / ALIGNMENT) * ALIGNMENT;
    if (end > memory.buffer.byteLength) grow(memory, end);
    top = end;
    return at;
  };
  return {
    memory,
    kernels,
    float32: (length) => arrayAt(Float32Array, take(length * 4), length),
    float64: (length) => arrayAt(Float64Array, take(length * 8), length),
    int32: (length) => arrayAt(Int32Array, take(length * 4), length),
    mark: () => top,
    release: (mark) => {
      top = mark;
    },
  };

  // arguments are evaluated before `memory.buffer` is read: taking room may have grown, and so replaced, it
  function arrayAt<T>(
    type: new (buffer: ArrayBufferLike, offset: number, length: number) => T,
    at: number,
    length: number,
  ): T {
    return new type(memory.buffer, at, length);
  }
}

/** The kernels over a memory that may belong to several threads. */
export function instantiateKernels(memory: WebAssembly.Memory, module = wasmModule('kernels')): Kernels {
  const abort = (): never => {
    throw new Error('a numeric kernel stopped');
  };
  const instance = new WebAssembly.Instance(module, { env: { memory, abort } });
  return instance.exports as unknown as Kernels;
}

function grow(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  // steps of an eighth keep the number of growths small without doubling a large matrix
  const step = Math.max(missing, Math.ceil(memory.buffer.byteLength / PAGE / 8));
  const room = MAXIMUM_PAGES - memory.buffer.byteLength / PAGE;
  if (missing > room) refuse(bytes);
  memory.grow(Math.min(step, room));
}

function refuse(bytes: number): never {
  const gib = (bytes / 2 ** 30).toFixed(1);
  throw new UsageError(`the quality pass would need ${gib} GiB of kernel memory, and 4 GiB is the limit`, {
    hint: 'score a stratified sample of the rows (dataset.sample) or a smaller largest dimension',
  });
}

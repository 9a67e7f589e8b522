import type { Clock } from '../core/clock.ts';
import type { ServerAdmin } from '../server/sglang/server-admin.ts';

/** One GPU at one moment, or over the time since the last reading. */
export interface GpuReading {
  readonly index: number;
  readonly name?: string;
  /** Largest use since the last reading. Includes what the driver and other processes hold. */
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  /** Mean since the last reading, 0–1: share of time with a kernel running, not share of the GPU in use. */
  readonly utilisation?: number;
  /** Mean since the last reading. */
  readonly powerWatts?: number;
}

/** What one probe saw; a figure that it does not have is absent. */
export interface MemoryReading {
  /** Resident sets of the process tree added up: pages that processes share count several times. */
  readonly rssBytes?: number;
  /** Largest resident set the kernel remembers; only for a single process. */
  readonly rssPeakBytes?: number;
  /** Proportional set size of the tree: shared pages count once. */
  readonly pssBytes?: number;
  /** Memory charged to the server's cgroup, page cache included. */
  readonly cgroupBytes?: number;
  readonly cgroupPeakBytes?: number;
  readonly weightBytes?: number;
  readonly kvPoolBytes?: number;
  readonly graphBytes?: number;
  readonly tokenCapacity?: number;
  readonly gpus?: readonly GpuReading[];
}

/**
 * `window`: something is being timed, so only what costs next to nothing. `edge`: nothing is, and a probe may
 * take tens of milliseconds.
 */
export type ReadingMoment = 'window' | 'edge';

/** A probe at work. */
export interface OpenProbe {
  readonly offered: true;
  /** What a reader of its figures must know. */
  readonly notes: readonly string[];
  /** The reading now; undefined when nothing can be read (any more). Never rejects. */
  read(moment: ReadingMoment): Promise<MemoryReading | undefined>;
  close(): Promise<void>;
}

/** Why a probe has nothing to show here. */
export interface NotOffered {
  readonly offered: false;
  readonly reason: string;
}

export interface MemoryContext {
  /** Root of the server's process tree, when it runs on this machine. */
  readonly pid?: number;
  readonly admin: ServerAdmin;
  /** Runs on this machine: only then are this machine's GPUs the server's. */
  readonly local: boolean;
  /** The server is known to reserve its memory when it starts. */
  readonly preallocates?: boolean;
  readonly clock: Clock;
  /** URL of a DCGM exporter's metrics. */
  readonly dcgmUrl?: string;
  /** Environment of the server, for `CUDA_VISIBLE_DEVICES`, and of probes that start a program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the kernel's files lie; other than `/proc` and `/sys/fs/cgroup` only in tests. */
  readonly procFolder?: string;
  readonly cgroupFolder?: string;
}

/** One way to learn about the server's memory or its GPUs. */
export interface MemoryProbe {
  readonly title: string;
  /** Never rejects: whatever keeps a probe from working is a reason in {@link NotOffered}. */
  open(context: MemoryContext, signal?: AbortSignal): Promise<OpenProbe | NotOffered>;
}

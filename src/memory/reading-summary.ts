import type { ServerStory } from '../core/record/load-row.ts';
import type { MemoryBlock } from '../core/record/memory-block.ts';
import type { GpuReading, MemoryReading } from './memory-probe.ts';

/** The record's account of the server's memory. */
export type ServerMemory = NonNullable<MemoryBlock['server']>;
/** Memory and GPUs during one window. */
export type WindowMemory = Pick<
  ServerStory,
  'rssBytes' | 'gpuMemoryBytes' | 'gpuUtilisation' | 'gpuPowerWatts'
>;

/** Readings over a stretch of time, as the record keeps them. */
export interface ReadingSummary {
  add(reading: MemoryReading): void;
  /** As the server's side of a window. */
  window(): WindowMemory;
  /** As the run's account of the server; undefined when nothing was read. */
  server(preallocated: boolean): ServerMemory | undefined;
  /** Resident set of the first and the last reading; undefined when it was not read. */
  rssSpan(): { readonly firstBytes: number; readonly lastBytes: number } | undefined;
}

export function createReadingSummary(): ReadingSummary {
  let first: MemoryReading | undefined;
  let last: MemoryReading = {};
  let rssPeakBytes: number | undefined;
  let gpuMemoryPeak: number | undefined;
  const utilisation: number[] = [];
  const powerWatts: number[] = [];
  const gpuPeaks = new Map<number, GpuReading>();

  return {
    add(reading) {
      first ??= reading;
      last = { ...last, ...reading };
      rssPeakBytes = largest(rssPeakBytes, reading.rssBytes);
      const { gpus } = reading;
      if (gpus === undefined) return;
      gpuMemoryPeak = largest(gpuMemoryPeak, sumOf(gpus.map((gpu) => gpu.usedBytes)));
      pushKnown(utilisation, meanOf(gpus.map((gpu) => gpu.utilisation)));
      pushKnown(powerWatts, sumOf(gpus.map((gpu) => gpu.powerWatts)));
      for (const gpu of gpus) gpuPeaks.set(gpu.index, withPeak(gpu, gpuPeaks.get(gpu.index)));
    },
    window: () => ({
      ...member('rssBytes', rssPeakBytes),
      ...member('gpuMemoryBytes', gpuMemoryPeak),
      ...member('gpuUtilisation', meanOf(utilisation)),
      ...member('gpuPowerWatts', meanOf(powerWatts)),
    }),
    rssSpan: () =>
      first?.rssBytes === undefined || last.rssBytes === undefined
        ? undefined
        : { firstBytes: first.rssBytes, lastBytes: last.rssBytes },
    server(preallocated) {
      const server: ServerMemory = {
        ...member('rssBytes', first?.rssBytes),
        ...member('rssPeakBytes', largest(rssPeakBytes, last.rssPeakBytes)),
        ...member('pssBytes', last.pssBytes),
        ...member('cgroupBytes', last.cgroupBytes),
        ...member('cgroupPeakBytes', last.cgroupPeakBytes),
        ...member('weightBytes', last.weightBytes),
        ...member('kvPoolBytes', last.kvPoolBytes),
        ...member('graphBytes', last.graphBytes),
        ...member('tokenCapacity', last.tokenCapacity),
        ...(gpuPeaks.size === 0 ? {} : { gpus: [...gpuPeaks.values()].map(recorded) }),
      };
      if (Object.keys(server).length === 0) return undefined;
      return preallocated ? { ...server, preallocated } : server;
    },
  };
}

function withPeak(gpu: GpuReading, before: GpuReading | undefined): GpuReading {
  return { ...gpu, ...member('usedBytes', largest(gpu.usedBytes, before?.usedBytes)) };
}

function recorded({
  index,
  name,
  usedBytes,
  totalBytes,
}: GpuReading): NonNullable<ServerMemory['gpus']>[number] {
  return {
    index,
    ...(name === undefined ? {} : { name }),
    ...member('usedBytes', usedBytes),
    ...member('totalBytes', totalBytes),
  };
}

function member<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: number });
}

function largest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : sumOf(known)! / known.length;
}

function pushKnown(list: number[], value: number | undefined): void {
  if (value !== undefined) list.push(value);
}

import type { GpuReading } from './memory-probe.ts';
import type { SmiRow } from './nvidia-smi-csv.ts';

/** Gathers rows between two readings: the largest memory use, the mean of utilisation and power. */
export interface GpuAccumulator {
  add(row: SmiRow): void;
  /**
   * The reading since the last call; where no row came in between, the last one stands.
   *
   * @param uuids the GPUs to show; all when absent
   */
  take(uuids?: ReadonlySet<string>): readonly GpuReading[];
}

interface Gathered {
  row: SmiRow;
  usedBytes: number | undefined;
  readonly utilisation: number[];
  readonly powerWatts: number[];
}

export function createGpuAccumulator(): GpuAccumulator {
  const gathered = new Map<number, Gathered>();
  return {
    add(row) {
      const gpu = gathered.get(row.index) ?? { row, usedBytes: undefined, utilisation: [], powerWatts: [] };
      gathered.set(row.index, gpu);
      gpu.row = row;
      if (row.usedBytes !== undefined) gpu.usedBytes = Math.max(gpu.usedBytes ?? 0, row.usedBytes);
      if (row.utilisation !== undefined) gpu.utilisation.push(row.utilisation);
      if (row.powerWatts !== undefined) gpu.powerWatts.push(row.powerWatts);
    },
    take(uuids) {
      const shown = [...gathered.values()].filter(({ row }) => uuids === undefined || uuids.has(row.uuid));
      const readings = shown.map(readingOf);
      for (const gpu of gathered.values()) {
        gpu.usedBytes = undefined;
        gpu.utilisation.length = 0;
        gpu.powerWatts.length = 0;
      }
      return readings;
    },
  };
}

function readingOf({ row, usedBytes, utilisation, powerWatts }: Gathered): GpuReading {
  const used = usedBytes ?? row.usedBytes;
  const busy = mean(utilisation) ?? row.utilisation;
  const watts = mean(powerWatts) ?? row.powerWatts;
  return {
    index: row.index,
    ...(row.name === '' ? {} : { name: row.name }),
    ...(used === undefined ? {} : { usedBytes: used }),
    ...(row.totalBytes === undefined ? {} : { totalBytes: row.totalBytes }),
    ...(busy === undefined ? {} : { utilisation: busy }),
    ...(watts === undefined ? {} : { powerWatts: watts }),
  };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

import { growTo, layoutRegion, type ReplyScanner, type ScanRegion } from './reply-scanner.ts';

/** Regions of one scanner's memory, handed out and taken back. */
export interface ScanArena {
  /**
   * A region for a body of up to `bodyBytes` with up to `rows` vectors. Regions that came back are used again
   * when they are large enough.
   *
   * @throws RangeError when the memory cannot hold it
   */
  acquire(bodyBytes: number, rows: number): ScanRegion;
  release(region: ScanRegion): void;
}

export function createScanArena(scanner: ReplyScanner): ScanArena {
  const free: ScanRegion[] = [];
  let top = scanner.freeMemory;
  return {
    acquire: (bodyBytes, rows) => {
      const at = free.findIndex((region) => region.bodyBytes >= bodyBytes && region.rows >= rows);
      if (at >= 0) return free.splice(at, 1)[0]!;
      // Twice what is needed, so that bodies of slightly different lengths do not each take a region. The
      // shortest number and its comma are two bytes, so values outnumber half the bytes never; memory that is
      // not written to is not resident.
      const capacity = Math.max(65_536, bodyBytes * 2);
      const region = layoutRegion(top, capacity, capacity / 2, Math.max(rows, 64));
      growTo(scanner.memory, region.end);
      top = region.end;
      return region;
    },
    release: (region) => void free.push(region),
  };
}

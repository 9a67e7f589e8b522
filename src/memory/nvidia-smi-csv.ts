/** One GPU on one line of `nvidia-smi --query-gpu`. What the driver does not tell is absent. */
export interface SmiRow {
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  /** 0–1. */
  readonly utilisation?: number;
  readonly powerWatts?: number;
}

/** The fields that {@link readSmiRow} expects, in its order. */
export const SMI_FIELDS = 'index,uuid,name,memory.used,memory.total,utilization.gpu,power.draw';

const MIB = 2 ** 20;

/**
 * Reads one line of `--format=csv,noheader,nounits`: memory in MiB, utilisation in percent, power in W. The
 * driver writes `[N/A]`, `[Not Supported]`, `[Unknown Error]`, `[Insufficient Permissions]` or `[GPU is lost]`
 * for what it cannot tell (a MIG partition's utilisation, memory that is shared with the CPU).
 */
export function readSmiRow(line: string): SmiRow | undefined {
  const cells = line.split(',').map((cell) => cell.trim());
  const index = numberIn(cells[0]);
  if (cells.length < 7 || index === undefined) return undefined;
  // A product name may hold a comma; every other field is counted from an end.
  const [used, total, percent, watts] = cells.slice(-4).map(numberIn);
  return {
    index,
    uuid: cells[1]!,
    name: cells.slice(2, -4).join(', '),
    ...(used === undefined ? {} : { usedBytes: used * MIB }),
    ...(total === undefined ? {} : { totalBytes: total * MIB }),
    ...(percent === undefined ? {} : { utilisation: percent / 100 }),
    ...(watts === undefined ? {} : { powerWatts: watts }),
  };
}

/** Pid and GPU of every compute process, from `--query-compute-apps=pid,gpu_uuid --format=csv,noheader,nounits`. */
export function readSmiProcesses(text: string): { readonly pid: number; readonly uuid: string }[] {
  return text.split('\n').flatMap((line) => {
    const [pid, uuid] = line.split(',').map((cell) => cell.trim());
    const number = numberIn(pid);
    return number === undefined || !uuid ? [] : [{ pid: number, uuid }];
  });
}

/** A plain number, with its unit or without; anything else is not told. */
function numberIn(cell: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:\s*(?:MiB|W|%))?$/.exec(cell ?? '');
  return match === null ? undefined : Number(match[1]);
}

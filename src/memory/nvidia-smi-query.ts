/** A MIG device as `nvidia-smi -q` lists it. */
interface MigDevice {
  /** Index of its GPU in the listing. */
  readonly gpu: number;
  readonly index: number;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
}

/** What only `nvidia-smi -q` tells: how a GPU is partitioned. */
export interface SmiPartitions {
  /** Listing indices of the GPUs with MIG on. */
  readonly partitioned: readonly number[];
  readonly devices: readonly MigDevice[];
}

/** A line of the listing: a heading, or a title with its value, under the headings around it. */
interface ListingLine {
  readonly under: readonly string[];
  readonly title: string;
  readonly value?: string;
}

type FoundDevice = { -readonly [K in keyof MigDevice]: MigDevice[K] };

const MIB = 2 ** 20;

/** Reads the indented listing of `nvidia-smi -q`. Headings and titles differ by driver; unknown ones are skipped. */
export function readSmiPartitions(listing: string): SmiPartitions {
  const partitioned: number[] = [];
  const devices: FoundDevice[] = [];
  let gpu = -1;
  for (const { under, title, value } of linesOf(listing)) {
    if (value === undefined) {
      if (under.length === 0 && /^GPU [0-9A-Fa-f]+:/.test(title)) gpu += 1;
      if (title === 'MIG Device') devices.push({ gpu, index: devices.filter((d) => d.gpu === gpu).length });
    } else if (under.at(-1) === 'MIG Mode' && title === 'Current' && value === 'Enabled') {
      partitioned.push(gpu);
    } else if (under.includes('MIG Device')) {
      readDevice(devices.at(-1)!, under.at(-1)!, title, value);
    }
  }
  return { partitioned, devices };
}

function* linesOf(listing: string): Generator<ListingLine> {
  let headings: { readonly indent: number; readonly title: string }[] = [];
  for (const line of listing.split('\n')) {
    const [, spaces = '', title, value] = /^(\s*)(\S.*?)(?:\s+:\s*(.*))?$/.exec(line.trimEnd()) ?? [];
    if (title === undefined) continue;
    headings = headings.filter((heading) => heading.indent < spaces.length);
    const under = headings.map((heading) => heading.title);
    if (value === undefined) headings.push({ indent: spaces.length, title });
    yield value === undefined ? { under, title } : { under, title, value };
  }
}

function readDevice(device: FoundDevice, heading: string, title: string, value: string): void {
  if (heading === 'MIG Device' && title === 'Index') device.index = Number(value);
  const mebibytes = heading === 'FB Memory Usage' ? /^(\d+) MiB$/.exec(value)?.[1] : undefined;
  if (mebibytes === undefined) return;
  if (title === 'Used') device.usedBytes = Number(mebibytes) * MIB;
  if (title === 'Total') device.totalBytes = Number(mebibytes) * MIB;
}

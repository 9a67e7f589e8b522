import type { Clock } from '../core/clock.ts';
import type { Finding } from '../core/record/server-block.ts';
import type { MemoryContext, MemoryProbe, MemoryReading, OpenProbe, ReadingMoment } from './memory-probe.ts';
import { MEMORY_PROBES } from './memory-probes.ts';
import {
  createReadingSummary,
  type ReadingSummary,
  type ServerMemory,
  type WindowMemory,
} from './reading-summary.ts';

/** Follows the server's memory through a run. */
export interface MemoryWatch {
  /** Which probes work here, with what a reader must know; and why the others do not. */
  readonly findings: readonly Finding[];
  /** Opens a window. Between windows readings may be expensive, inside they are not. */
  beginWindow(): Promise<void>;
  endWindow(): Promise<WindowMemory>;
  /** Everything seen so far; undefined when nothing could be read. */
  summary(): Promise<ServerMemory | undefined>;
  /** Says so when the server's processes take clearly more memory now than at the start. */
  growth(): Finding | undefined;
  close(): Promise<void>;
}

export interface MemoryWatchOptions {
  readonly context: MemoryContext;
  readonly clock: Clock;
  readonly probes?: Readonly<Record<string, MemoryProbe>>;
  /** Time between readings. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

const INTERVAL_MS = 500;

/** Opens every probe that works here and reads them from now on until it is closed. */
export async function openMemoryWatch(options: MemoryWatchOptions): Promise<MemoryWatch> {
  const { context, clock, probes = MEMORY_PROBES, intervalMs = INTERVAL_MS, signal } = options;
  const entries = Object.entries(probes);
  const opened = await Promise.all(entries.map(([, probe]) => probe.open(context, signal)));
  const working = opened.filter((probe): probe is OpenProbe => probe.offered);
  const run = createReadingSummary();
  let window: ReadingSummary | undefined;

  const read = async (moment: ReadingMoment): Promise<void> => {
    const readings = await Promise.all(working.map((probe) => probe.read(moment)));
    const reading = mergeReadings(readings);
    run.add(reading);
    window?.add(reading);
  };
  await read('edge');
  const closing = new AbortController();
  const following = follow(read, clock, intervalMs, closing.signal);

  return {
    findings: entries.map(([name, { title }], i) => findingOf(`memory.${name}`, title, opened[i]!)),
    async beginWindow() {
      // What GPUs gathered before the window is read away, so that its means are the window's own.
      await read('edge');
      window = createReadingSummary();
    },
    async endWindow() {
      await read('window');
      const ended = window;
      window = undefined;
      if (ended === undefined) throw new Error('openMemoryWatch: endWindow was called before beginWindow');
      return ended.window();
    },
    async summary() {
      await read('edge');
      const preallocated =
        context.preallocates ?? opened.some((probe, i) => probe.offered && entries[i]![0] === 'serverInfo');
      return run.server(preallocated);
    },
    growth: () => growthOf(run),
    async close() {
      closing.abort();
      await following;
      await Promise.all(working.map((probe) => probe.close()));
    },
  };
}

async function follow(
  read: (moment: ReadingMoment) => Promise<void>,
  clock: Clock,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const awake = await clock.sleep(intervalMs, signal).then(
      () => true,
      () => false,
    );
    if (awake) await read('window');
  }
}

/** One reading from all probes; where two have the same figure, the earlier probe counts. */
function mergeReadings(readings: readonly (MemoryReading | undefined)[]): MemoryReading {
  return Object.assign({}, ...readings.toReversed());
}

function findingOf(id: string, title: string, opened: Awaited<ReturnType<MemoryProbe['open']>>): Finding {
  return opened.offered
    ? { id, title, verdict: 'ok', evidence: opened.notes.join('; ') || 'read throughout the run' }
    : { id, title, verdict: 'note', evidence: `not measured: ${opened.reason}` };
}

/** Growth that warm-up and filling caches do not explain. */
const GROWTH_SHARE = 0.25;
const GROWTH_BYTES = 100 * 2 ** 20;

function growthOf(run: ReadingSummary): Finding | undefined {
  const span = run.rssSpan();
  if (span === undefined) return undefined;
  const { firstBytes, lastBytes } = span;
  const grown = lastBytes - firstBytes;
  if (grown < GROWTH_BYTES || grown < GROWTH_SHARE * firstBytes) return undefined;
  const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  return {
    id: 'memory.growth',
    title: 'Growth of the server’s memory',
    verdict: 'warning',
    evidence: `RSS of its processes went from ${mebibytes(firstBytes)} to ${mebibytes(lastBytes)} during the run`,
    mend: 'a leak, or caches that fill: repeat with longer windows and see whether it goes on',
  };
}

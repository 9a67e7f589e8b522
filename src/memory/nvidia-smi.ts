import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGpuAccumulator, type GpuAccumulator } from './gpu-accumulator.ts';
import type { MemoryContext, MemoryProbe, NotOffered, OpenProbe } from './memory-probe.ts';
import { readSmiProcesses, readSmiRow, SMI_FIELDS, type SmiRow } from './nvidia-smi-csv.ts';
import { readSmiPartitions } from './nvidia-smi-query.ts';
import { processTree, readProcessTable } from './process-table.ts';

/** Time between two rows of a GPU: nvidia-smi's own averaging of utilisation is about as long. */
const INTERVAL_MS = 250;
/** A driver that has to wake the GPU first takes its time. */
const FIRST_ROW_MS = 10_000;
/** Pieces of its own words that are kept. */
const MOST_WORDS = 20;

type Environment = MemoryContext['environment'];
type QueryProcess = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Memory, utilisation and power of this machine's NVIDIA GPUs, from one `nvidia-smi` that runs as long as the
 * probe is open: a process per sample would cost more than what it measures.
 */
export const nvidiaSmiProbe: MemoryProbe = {
  title: 'GPUs, by nvidia-smi',
  async open(context, signal) {
    if (!context.local) return { offered: false, reason: 'the server runs on another machine' };
    const query = await startQuery(context.environment);
    if ('offered' in query) return query;
    const first = await firstRow(query, signal);
    if (!('index' in first)) {
      query.child.kill();
      return first;
    }
    const selection = await gpusOfServer(context);
    const notes = [selection.note, ...(await partitionNotes(first, context.environment))];
    return openProbe(query, selection.uuids, notes);
  },
};

interface Query {
  readonly child: QueryProcess;
  readonly lines: ReturnType<typeof createInterface>;
  /** Every row since the start. */
  readonly gpus: GpuAccumulator;
  /** What it printed that is no row. */
  readonly said: string[];
}

async function startQuery(environment: Environment): Promise<Query | NotOffered> {
  const args = [`--query-gpu=${SMI_FIELDS}`, '--format=csv,noheader,nounits', '-lms', String(INTERVAL_MS)];
  const child = spawn('nvidia-smi', args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...environment } });
  try {
    await once(child, 'spawn');
  } catch {
    return { offered: false, reason: 'there is no nvidia-smi on this machine' };
  }
  const gpus = createGpuAccumulator();
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const row = readSmiRow(line);
    if (row !== undefined) gpus.add(row);
    else if (said.length < MOST_WORDS) said.push(line);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < MOST_WORDS) said.push(chunk.toString());
  });
  return { child, lines, gpus, said };
}

/** Waits for the first line with a GPU, for the end of the program, or until patience is over. */
async function firstRow(
  { lines, said }: Query,
  signal: AbortSignal | undefined,
): Promise<SmiRow | NotOffered> {
  const over = AbortSignal.any([
    AbortSignal.timeout(FIRST_ROW_MS),
    ...(signal === undefined ? [] : [signal]),
  ]);
  return new Promise((resolve) => {
    const finish = (result: SmiRow | NotOffered): void => {
      lines.off('line', onLine);
      lines.off('close', onClose);
      over.removeEventListener('abort', onOver);
      resolve(result);
    };
    const onLine = (line: string): void => {
      const row = readSmiRow(line);
      if (row !== undefined) finish(row);
    };
    const onClose = (): void => {
      const words = said.join(' ').replace(/\s+/g, ' ').trim().slice(0, 200);
      finish({ offered: false, reason: `nvidia-smi gave no GPU: ${words || 'it ended without a word'}` });
    };
    const onOver = (): void =>
      finish({ offered: false, reason: `nvidia-smi gave no GPU within ${FIRST_ROW_MS / 1000} s` });
    lines.on('line', onLine);
    lines.on('close', onClose);
    over.addEventListener('abort', onOver, { once: true });
  });
}

function openProbe(
  { child, lines, gpus }: Query,
  uuids: ReadonlySet<string> | undefined,
  notes: readonly string[],
): OpenProbe {
  let ended = false;
  lines.on('close', () => {
    ended = true;
  });
  return {
    offered: true,
    notes,
    async read() {
      const readings = ended ? [] : gpus.take(uuids);
      return readings.length === 0 ? undefined : { gpus: readings };
    },
    async close() {
      ended = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}

/** The GPUs that the server computes on, when the driver or the environment tells; else all of them. */
async function gpusOfServer({
  pid,
  procFolder,
  environment,
}: MemoryContext): Promise<{ readonly uuids?: ReadonlySet<string>; readonly note: string }> {
  const listing = await smi(
    ['--query-compute-apps=pid,gpu_uuid', '--format=csv,noheader,nounits'],
    environment,
  );
  const tree = pid === undefined ? [] : processTree(readProcessTable(procFolder) ?? [], pid);
  const pids = new Set(tree.map((entry) => entry.pid));
  const uuids = new Set(readSmiProcesses(listing).flatMap((app) => (pids.has(app.pid) ? [app.uuid] : [])));
  if (uuids.size > 0)
    return {
      uuids,
      note: 'GPUs that the server’s processes compute on; memory of other processes there is counted in',
    };
  const named = (environment['CUDA_VISIBLE_DEVICES'] ?? '').split(',').filter((id) => id.startsWith('GPU-'));
  if (named.length > 0) return { uuids: new Set(named), note: 'GPUs named in CUDA_VISIBLE_DEVICES' };
  return { note: 'all GPUs of this machine: which ones are the server’s is not known' };
}

/** Only a GPU that tells its memory but not its utilisation is asked whether it is partitioned. */
async function partitionNotes(row: SmiRow, environment: Environment): Promise<string[]> {
  if (row.utilisation !== undefined || row.usedBytes === undefined) return [];
  const { partitioned, devices } = readSmiPartitions(await smi(['-q'], environment));
  if (partitioned.length === 0) return ['the driver does not tell the utilisation of this GPU'];
  const sizes = devices
    .filter((device) => device.totalBytes !== undefined)
    .map((device) => `${Math.round(device.totalBytes! / 2 ** 20)} MiB`);
  return [
    `MIG is on (${sizes.join(', ') || 'no device'}): memory is the whole GPU's, utilisation is not told`,
  ];
}

/** Output of one short call; empty when it fails. */
async function smi(args: readonly string[], environment: Environment): Promise<string> {
  const options = { timeout: FIRST_ROW_MS, maxBuffer: 16 * 2 ** 20, env: { ...environment } };
  return promisify(execFile)('nvidia-smi', args, options).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

import { type Exposition, parseExposition } from '../server/metrics/exposition.ts';
import type { GpuReading, MemoryProbe } from './memory-probe.ts';

const MIB = 2 ** 20;
const TIMEOUT_MS = 5000;

/** GPUs as NVIDIA's DCGM exporter shows them: the way to a server that runs on another machine. */
export const dcgmExporterProbe: MemoryProbe = {
  title: 'GPUs, by a DCGM exporter',
  async open({ admin, dcgmUrl }, signal) {
    if (dcgmUrl === undefined) return { offered: false, reason: 'server.dcgmUrl is not set' };
    const scrape = async (stop?: AbortSignal): Promise<readonly GpuReading[] | undefined> => {
      // The exporter is another server: the embedding server's key is none of its business.
      const request = { method: 'GET', path: dcgmUrl, key: null, timeoutMs: TIMEOUT_MS } as const;
      const reply = await admin.http.send({ ...request, accept: 'text/plain' }, stop);
      if (reply.kind === 'failure' || reply.status !== 200) return undefined;
      const gpus = readDcgm(parseExposition(reply.text));
      return gpus.length === 0 ? undefined : gpus;
    };
    if ((await scrape(signal)) === undefined) {
      return { offered: false, reason: `${new URL(dcgmUrl).host} does not answer with DCGM metrics` };
    }
    return {
      offered: true,
      notes: [
        'all GPUs of the exporter’s machine; what it shows is up to its collection interval old (30 s by default)',
      ],
      async read() {
        const gpus = await scrape();
        return gpus === undefined ? undefined : { gpus };
      },
      close: () => Promise.resolve(),
    };
  },
};

type DcgmField = 'used' | 'free' | 'total' | 'percent' | 'watts';

/** Frame buffer in MiB, utilisation in percent, power in W. */
const FIELDS: Readonly<Record<string, DcgmField>> = {
  DCGM_FI_DEV_FB_USED: 'used',
  DCGM_FI_DEV_FB_FREE: 'free',
  DCGM_FI_DEV_FB_TOTAL: 'total',
  DCGM_FI_DEV_GPU_UTIL: 'percent',
  DCGM_FI_DEV_POWER_USAGE: 'watts',
};

interface DcgmGpu {
  name?: string;
  readonly values: Map<DcgmField, number>;
}

/**
 * Reads GPUs from a scrape of the exporter. On a partitioned GPU every MIG device has series of its own: their
 * memory adds up, while utilisation and power are the whole GPU's in each of them.
 */
export function readDcgm(exposition: Exposition): GpuReading[] {
  const gpus = new Map<string, DcgmGpu>();
  for (const { name, labels, value } of exposition.samples) {
    const field = FIELDS[name];
    if (field === undefined || !Number.isFinite(value)) continue;
    const key = labels.get('gpu') ?? '0';
    const gpu: DcgmGpu = gpus.get(key) ?? { values: new Map() };
    gpus.set(key, gpu);
    gpu.name ??= labels.get('modelName') ?? '';
    const before = gpu.values.get(field) ?? 0;
    const adds = field !== 'percent' && field !== 'watts';
    gpu.values.set(field, adds ? before + value : Math.max(before, value));
  }
  return [...gpus].map(([key, gpu]) => readingOf(Number(key) || 0, gpu));
}

function readingOf(index: number, { name, values }: DcgmGpu): GpuReading {
  const used = values.get('used');
  const free = values.get('free');
  const total = values.get('total') ?? (used === undefined || free === undefined ? undefined : used + free);
  const percent = values.get('percent');
  const watts = values.get('watts');
  return {
    index,
    ...(name ? { name } : {}),
    ...(used === undefined ? {} : { usedBytes: Math.round(used * MIB) }),
    ...(total === undefined ? {} : { totalBytes: Math.round(total * MIB) }),
    ...(percent === undefined ? {} : { utilisation: percent / 100 }),
    ...(watts === undefined ? {} : { powerWatts: watts }),
  };
}

import { cgroupMemoryProbe } from './cgroup-memory.ts';
import { dcgmExporterProbe } from './dcgm-exporter.ts';
import type { MemoryProbe } from './memory-probe.ts';
import { nvidiaSmiProbe } from './nvidia-smi.ts';
import { processMemoryProbe } from './process-memory.ts';
import { serverInfoMemoryProbe } from './server-info-memory.ts';

/** Every way to learn about the server's memory. Where two give the same figure, the earlier one counts. */
export const MEMORY_PROBES = {
  serverInfo: serverInfoMemoryProbe,
  process: processMemoryProbe,
  cgroup: cgroupMemoryProbe,
  nvidiaSmi: nvidiaSmiProbe,
  dcgm: dcgmExporterProbe,
} as const satisfies Record<string, MemoryProbe>;

export type MemoryProbeName = keyof typeof MEMORY_PROBES;

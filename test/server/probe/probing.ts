import { type ServerConfig, serverConfigSchema } from '../../../src/config/server-config.ts';
import { serverBlockSchema } from '../../../src/core/record/server-block.ts';
import { createEmbeddingClient } from '../../../src/server/embedding-client.ts';
import type { ProbeNeeds } from '../../../src/server/probe/probe-check.ts';
import { probeServer } from '../../../src/server/probe/probe-server.ts';
import { createServerAdmin } from '../../../src/server/sglang/server-admin.ts';
import { systemClock } from '../../../src/threads/system-clock.ts';

interface Probing {
  readonly baseUrl: string;
  readonly server?: Partial<ServerConfig>;
  readonly needs?: Partial<ProbeNeeds>;
  readonly signal?: AbortSignal;
}

/** Probes a server with real sockets and checks that the block fits the record. */
export async function probe({ baseUrl, server, needs, signal }: Probing) {
  const config = {
    ...serverConfigSchema.parse({ baseUrl, model: 'Qwen/Qwen3-Embedding-4B', timeoutSeconds: 10 }),
    ...server,
  };
  const keys = config.apiKey === undefined ? {} : { apiKey: config.apiKey };
  const client = createEmbeddingClient({
    baseUrl,
    model: config.model,
    timeoutMs: config.timeoutSeconds * 1000,
    clock: systemClock,
    headers: config.headers,
    ...keys,
  });
  const admin = createServerAdmin({ config, baseUrl, clock: systemClock });
  try {
    const block = await probeServer(
      {
        config,
        baseUrl,
        kind: 'remote',
        client,
        admin,
        clock: systemClock,
        needs: { dimensions: [], encodings: ['float'], ...needs },
      },
      signal,
    );
    return serverBlockSchema.parse(block);
  } finally {
    await client.close();
    await admin.close();
  }
}

export type ProbedBlock = Awaited<ReturnType<typeof probe>>;

export function finding(block: ProbedBlock, id: string) {
  const found = block.findings.find((candidate) => candidate.id === id);
  if (found === undefined)
    throw new Error(`no finding ${id} among ${block.findings.map((f) => f.id).join(', ')}`);
  return found;
}

import { availableParallelism } from 'node:os';
import type { Keys } from './http/access.ts';
import { listen } from './http/http-server.ts';
import { startEmbeddingService } from './service/embedding-service.ts';

export interface EmbeddedServerOptions {
  /** Key of `EMBEDDED_MODELS`. */
  readonly model: string;
  /** Computing threads; default one per core, at most 4. */
  readonly threads?: number;
  /** Faults as they stand on a command line. */
  readonly faults: readonly string[];
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly keys: Keys;
}

/** A server that answers in this process. */
export interface EmbeddedServer {
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
  readonly port: number;
  close(): Promise<void>;
}

const MOST_DEFAULT_THREADS = 4;

/**
 * Loads the model and listens. Its threads share this process: a program that measures the server starts it in a
 * process of its own (`start.ts`).
 *
 * @throws UsageError when model or faults are not known, ServerError when the model does not load or the address
 *   cannot be had
 */
export async function startServerHere(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { model, faults, host, port, keys } = options;
  const threads = options.threads ?? Math.min(MOST_DEFAULT_THREADS, availableParallelism());
  const service = await startEmbeddingService({ model, threads, faults });
  try {
    const server = await listen(service, { host, port, keys });
    return {
      baseUrl: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}/v1`,
      port: server.port,
      async close() {
        await server.close();
        await service.close();
      },
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}

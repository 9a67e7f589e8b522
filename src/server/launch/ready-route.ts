import type { LaunchConfig } from '../../config/server-config.ts';
import type { Clock } from '../../core/clock.ts';
import { createAdminHttp } from '../sglang/admin-http.ts';

interface ReadyQuestion {
  readonly config: LaunchConfig;
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly clock: Clock;
}

/** SGLang answers its health route only after a request of its own has gone through the model. */
const ATTEMPT_MS = 25_000;

/** Whether the ready route answers 200 now; an aborted question counts as no. */
export async function isReady(
  { config, baseUrl, apiKey, clock }: ReadyQuestion,
  signal: AbortSignal,
): Promise<boolean> {
  const http = createAdminHttp({
    baseUrl,
    timeoutMs: ATTEMPT_MS,
    clock,
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  try {
    const reply = await http.send({ method: 'GET', path: config.readyRoute }, signal);
    return reply.kind === 'reply' && reply.status === 200;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    await http.close();
  }
}

import { numberOf, recordOf, recordsOf } from './json-fields.ts';

/** Texts in the server right now, over all ranks. */
export interface ServerLoad {
  readonly running: number;
  readonly waiting: number;
}

/**
 * Reads `/v1/loads` (an object with `loads`), its old form `/get_load` (a bare array with `num_reqs`, which
 * counts waiting ones in), or vLLM's `/load`.
 */
export function readServerLoad(json: unknown): ServerLoad | undefined {
  const body = recordOf(json);
  const vllm = numberOf(body?.['server_load']);
  if (vllm !== undefined) return { running: vllm, waiting: 0 };
  const ranks = recordsOf(Array.isArray(json) ? json : body?.['loads']);
  let running = 0;
  let waiting = 0;
  let known = false;
  for (const rank of ranks) {
    const queued = numberOf(rank['num_waiting_reqs']) ?? 0;
    const all = numberOf(rank['num_reqs']);
    const active = numberOf(rank['num_running_reqs']) ?? (all === undefined ? undefined : all - queued);
    if (active === undefined) continue;
    known = true;
    running += Math.max(0, active);
    waiting += queued;
  }
  return known ? { running, waiting } : undefined;
}

import type { Clock } from '../../core/clock.ts';
import { createGaugeRanges } from '../metrics/gauge-range.ts';
import { metricByRole } from '../metrics/metric-names.ts';
import type { ServerAdmin } from './server-admin.ts';

export interface IdleOptions {
  readonly admin: ServerAdmin;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** `unknown`: the server tells nothing about what it is doing. */
export type IdleState = 'idle' | 'busy' | 'unknown';

/** Two readings in a row must show nothing, since gauges are written now and then. */
const READINGS = 2;
const PAUSE_MS = 250;

/**
 * Waits until nothing is running or queued. SGLang notices a client that has gone only every few seconds, so
 * after a time-out the next window would start beside the last one's leftovers.
 */
export async function waitUntilIdle({ admin, clock, timeoutMs, signal }: IdleOptions): Promise<IdleState> {
  const deadlineMs = clock.nowMs() + timeoutMs;
  let quiet = 0;
  for (;;) {
    const busyTexts = await textsInServer(admin, signal);
    if (busyTexts === undefined) return 'unknown';
    quiet = busyTexts === 0 ? quiet + 1 : 0;
    if (quiet >= READINGS) return 'idle';
    if (clock.nowMs() + PAUSE_MS > deadlineMs) return 'busy';
    await clock.sleep(PAUSE_MS, signal);
  }
}

/** Running and waiting texts: by the load route, else by the gauges. */
async function textsInServer(
  admin: ServerAdmin,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const load = await admin.load(signal);
  if (load !== undefined) return load.value.running + load.value.waiting;
  const exposition = await admin.metrics(signal);
  if (exposition === undefined) return undefined;
  const gauges = createGaugeRanges();
  gauges.take(exposition);
  const last = Object.fromEntries(Object.entries(gauges.ranges()).map(([name, range]) => [name, range.last]));
  const running = metricByRole(last, 'running');
  const waiting = metricByRole(last, 'waiting');
  return running === undefined && waiting === undefined
    ? undefined
    : (running?.value ?? 0) + (waiting?.value ?? 0);
}

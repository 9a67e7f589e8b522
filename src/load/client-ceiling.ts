import type { LoadCell } from '../core/cell.ts';
import type { ThreadPlan } from './load-protocol.ts';
import { type NullServer, startNullServer } from './null-server.ts';
import type { Measured } from './trial-measurement.ts';
import type { LoadTarget, TrialHooks } from './trial-request.ts';

/** The client's own limits, measured once per payload, transport and number of requests in flight. */
export interface ClientCeilings {
  /** Requests per second that one client thread reaches with the cell's own payload when the server does nothing. */
  of(cell: LoadCell, target: LoadTarget, signal?: AbortSignal): Promise<number | undefined>;
  close(): Promise<void>;
}

const WINDOW_MS = 350;
/** The first measurement over a transport meets code that is not compiled yet. */
const COLD_WARMUP_MS = 800;
const WARMUP_MS = 150;
/** More in flight does not make a client faster. */
const MOST_IN_FLIGHT = 16;

export function createCeilings(
  measure: (plan: ThreadPlan, hooks: TrialHooks) => Promise<Measured>,
): ClientCeilings {
  const known = new Map<string, number>();
  const warm = new Set<string>();
  let server: NullServer | undefined;
  return {
    of: async (cell, target, signal) => {
      const inFlight = Math.min(cell.concurrency ?? MOST_IN_FLIGHT, MOST_IN_FLIGHT);
      const key = [cell.dimensions, cell.batchSize, cell.encoding, cell.transport, inFlight].join(' ');
      const before = known.get(key);
      if (before !== undefined) return before;
      server ??= await startNullServer();
      const warmupMs = warm.has(cell.transport) ? WARMUP_MS : COLD_WARMUP_MS;
      warm.add(cell.transport);
      const plan = ceilingPlan(cell, target, server.baseUrl(cell), inFlight, warmupMs);
      const { results } = await measure(plan, signal === undefined ? {} : { signal });
      const { window, samples, cancelled } = results[0]!;
      if (window === undefined || cancelled) return undefined;
      const { openMs, closeMs } = window;
      const ended = samples.lastByteMs.filter((at) => at >= openMs && at < closeMs).length;
      const ceiling = ended / ((closeMs - openMs) / 1000);
      known.set(key, ceiling);
      return ceiling;
    },
    close: async () => {
      await server?.close();
    },
  };
}

function ceilingPlan(
  cell: LoadCell,
  target: LoadTarget,
  baseUrl: string,
  inFlight: number,
  warmupMs: number,
): ThreadPlan {
  const { rate: _rate, ...rest } = cell;
  return {
    cell: { ...rest, arrivals: 'closed', concurrency: inFlight },
    baseUrl,
    model: 'null',
    headers: {},
    timeoutMs: target.timeoutMs,
    sendDimensions: cell.dimensions !== target.nativeDimensions,
    stream: {
      texts: ['a text of about the length that a review of a product has'],
      instruction: null,
      cache: 'cold',
      batchSize: cell.batchSize,
      seed: 0,
      trial: 0,
      firstNonce: 0,
      stride: 1,
      offset: 0,
    },
    policy: { warmupMs, maxWarmupMs: 0, windowMs: WINDOW_MS },
    inFlight,
    leader: true,
    sentinels: false,
  };
}

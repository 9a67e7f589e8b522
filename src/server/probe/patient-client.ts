import type { Clock } from '../../core/clock.ts';
import type { FailureKind } from '../../core/outcome.ts';
import type { Finding } from '../../core/record/server-block.ts';
import type { EmbeddingClient } from '../embedding-client.ts';

/** An embedding client that tries again what may pass, and remembers that it had to. */
export interface PatientClient extends EmbeddingClient {
  /** How steady the server was; undefined when every request was answered at once. */
  finding(): Finding | undefined;
}

/** Failures that say nothing about what the server can do. */
const PASSING: ReadonlySet<FailureKind> = new Set(['http429', 'http503', 'reset', 'truncated', 'malformed']);
const PAUSES_MS = [50, 100, 200, 400, 800, 1600];

/** Nothing in a probe is timed, so trying again is honest here; in a measured window it would not be. */
export function createPatientClient(client: EmbeddingClient, clock: Clock): PatientClient {
  let requests = 0;
  const repeated = new Map<FailureKind, number>();
  return {
    async embed(request, signal) {
      requests += 1;
      for (let attempt = 0; ; attempt++) {
        const reply = await client.embed(request, signal);
        const pauseMs = PAUSES_MS[attempt];
        if (reply.ok || !PASSING.has(reply.kind) || pauseMs === undefined || signal?.aborted) return reply;
        repeated.set(reply.kind, (repeated.get(reply.kind) ?? 0) + 1);
        await clock.sleep(pauseMs, signal).catch(() => undefined);
      }
    },
    close: () => client.close(),
    finding() {
      if (repeated.size === 0) return undefined;
      const kinds = [...repeated].map(([kind, count]) => `${kind} ${count}×`).join(', ');
      return {
        id: 'steadiness',
        title: 'Steadiness',
        verdict: 'warning',
        evidence: `${requests} requests one after the other met ${kinds} and were sent again`,
        mend: 'measure when the server is idle; in a window such failures are counted, not repeated',
      };
    },
  };
}

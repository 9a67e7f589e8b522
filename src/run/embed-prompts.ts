import type { Encoding } from '../core/axes.ts';
import type { Clock } from '../core/clock.ts';
import type { EmbeddingMatrix } from '../core/matrix.ts';
import type { FailureKind } from '../core/outcome.ts';
import type { EmbeddingClient, EmbeddingReply } from '../server/embedding-client.ts';

/** What is embedded once, at native width, for one instruction. */
export interface EmbedJob {
  readonly ids: readonly string[];
  /** The full prompts, instruction included, one per id. */
  readonly prompts: readonly string[];
  /** Native width of the server's vectors. */
  readonly dimensions: number;
  readonly encoding: Encoding;
  readonly batchSize: number;
  /** Requests in flight. */
  readonly concurrency: number;
}

/** Vectors by prompt that need not be asked for again. */
export interface PromptCache {
  get(prompts: readonly string[]): Promise<(Float32Array | undefined)[]>;
  set(entries: readonly { readonly prompt: string; readonly vector: Float32Array }[]): Promise<void>;
}

export interface EmbedPorts {
  readonly client: EmbeddingClient;
  readonly clock: Clock;
  readonly cache?: PromptCache;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface EmbedResult {
  /** Rows of the items that got a vector, in the order of the job; values lie in a SharedArrayBuffer. */
  readonly matrix: EmbeddingMatrix;
  /** Ids that got none, by kind of failure, with one message of each kind. */
  readonly failures: ReadonlyMap<FailureKind, { readonly ids: string[]; readonly message: string }>;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly requests: number;
}

/** Pauses before a failed request of the quality pass is sent again. Nothing is timed here, so trying again is honest. */
const RETRY_PAUSES_MS = [250, 1000, 4000];
/** Failures that another attempt can mend. */
const PASSING: ReadonlySet<FailureKind> = new Set([
  'timeout',
  'reset',
  'http429',
  'http503',
  'http5xx',
  'truncated',
]);

type PromptOutcome =
  | { readonly vector: Float32Array }
  | { readonly kind: FailureKind; readonly message: string };

/**
 * Embeds the prompts in batches over several connections. Equal prompts are sent once. A batch that fails for
 * good is taken apart text by text, so that one bad text costs itself and not its neighbours; its item is left
 * out of the matrix by id.
 *
 * @throws the signal's reason when it aborts
 */
export async function embedPrompts(job: EmbedJob, ports: EmbedPorts): Promise<EmbedResult> {
  const distinct = [...new Set(job.prompts)];
  const outcomes = new Map<string, PromptOutcome>();
  const cached = (await ports.cache?.get(distinct)) ?? [];
  for (const [i, vector] of cached.entries()) {
    if (vector !== undefined && vector.length === job.dimensions) outcomes.set(distinct[i]!, { vector });
  }
  const cacheHits = outcomes.size;
  const missing = distinct.filter((prompt) => !outcomes.has(prompt));
  let requests = 0;
  const finish = async (prompts: readonly string[], results: readonly PromptOutcome[]): Promise<void> => {
    for (const [i, result] of results.entries()) outcomes.set(prompts[i]!, result);
    const fresh = results.flatMap((result, i) =>
      'vector' in result ? [{ prompt: prompts[i]!, vector: result.vector }] : [],
    );
    if (fresh.length > 0) await ports.cache?.set(fresh);
    ports.onProgress?.(outcomes.size, distinct.length);
  };
  ports.onProgress?.(outcomes.size, distinct.length);
  const batches = chunked(missing, job.batchSize);
  const workers = Array.from({ length: Math.min(job.concurrency, batches.length) }, async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const reply = await embedBatch(batch, job, ports, () => requests++);
      await finish(batch, reply);
    }
  });
  await Promise.all(workers);
  return { ...assemble(job, outcomes), cacheHits, cacheMisses: missing.length, requests };
}

async function embedBatch(
  batch: readonly string[],
  job: EmbedJob,
  ports: EmbedPorts,
  onRequest: () => void,
): Promise<PromptOutcome[]> {
  const reply = await embedPatiently(batch, job, ports, onRequest);
  if (reply.ok) {
    if (reply.dimensions === job.dimensions) {
      return batch.map((_, i) => ({
        vector: reply.vectors.slice(i * job.dimensions, (i + 1) * job.dimensions),
      }));
    }
    const message = `${reply.dimensions} dimensions came back where ${job.dimensions} are native`;
    return batch.map(() => ({ kind: 'badVector', message }));
  }
  if (batch.length === 1 || PASSING.has(reply.kind) || reply.kind === 'refused') {
    return batch.map(() => ({ kind: reply.kind, message: reply.message }));
  }
  const singles: PromptOutcome[] = [];
  for (const prompt of batch) singles.push(...(await embedBatch([prompt], job, ports, onRequest)));
  return singles;
}

async function embedPatiently(
  batch: readonly string[],
  job: EmbedJob,
  ports: EmbedPorts,
  onRequest: () => void,
): Promise<EmbeddingReply> {
  for (let attempt = 0; ; attempt++) {
    ports.signal?.throwIfAborted();
    onRequest();
    const reply = await ports.client.embed({ texts: batch, encoding: job.encoding }, ports.signal);
    ports.signal?.throwIfAborted();
    const pauseMs = RETRY_PAUSES_MS[attempt];
    if (reply.ok || !PASSING.has(reply.kind) || pauseMs === undefined) return reply;
    await ports.clock.sleep(pauseMs, ports.signal);
  }
}

/** Puts the vectors back into item order; failed items go by id, so labels never shift. */
function assemble(
  job: EmbedJob,
  outcomes: ReadonlyMap<string, PromptOutcome>,
): Pick<EmbedResult, 'matrix' | 'failures'> {
  const failures = new Map<FailureKind, { ids: string[]; message: string }>();
  const rows: { id: string; vector: Float32Array }[] = [];
  for (const [i, id] of job.ids.entries()) {
    const outcome = outcomes.get(job.prompts[i]!);
    if (outcome === undefined) continue;
    if ('vector' in outcome) rows.push({ id, vector: outcome.vector });
    else {
      const known = failures.get(outcome.kind);
      if (known === undefined) failures.set(outcome.kind, { ids: [id], message: outcome.message });
      else known.ids.push(id);
    }
  }
  const values = new Float32Array(new SharedArrayBuffer(rows.length * job.dimensions * 4));
  for (const [row, { vector }] of rows.entries()) values.set(vector, row * job.dimensions);
  return { matrix: { ids: rows.map((row) => row.id), dimensions: job.dimensions, values }, failures };
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

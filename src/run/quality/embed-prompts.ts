import type { EmbeddingCache } from '../../cache/embedding-cache.ts';
import type { Encoding } from '../../core/axes.ts';
import type { Clock } from '../../core/clock.ts';
import { ServerError } from '../../core/errors.ts';
import type { EmbeddingMatrix } from '../../core/matrix.ts';
import type { FailureKind } from '../../core/outcome.ts';
import type { EmbeddingClient, EmbeddingReply } from '../../server/embedding-client.ts';

/** A text as it is sent, and the item it belongs to. */
export interface Prompt {
  readonly id: string;
  /** Instruction included. */
  readonly text: string;
  /** Name of its vector in the cache. */
  readonly cacheKey: string;
}

/** How prompts are embedded: all at native width, nothing of it timed. */
export interface EmbedSettings {
  /** Native width of the server's vectors. */
  readonly dimensions: number;
  readonly encoding: Encoding;
  /** Texts per request. */
  readonly batchSize: number;
  /** Requests in flight. */
  readonly concurrency: number;
}

export interface EmbedPorts {
  readonly client: EmbeddingClient;
  readonly clock: Clock;
  readonly cache: Pick<EmbeddingCache, 'getMany' | 'setMany'>;
  /** Distinct prompts that have been answered, of all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

export type EmbedFailures = ReadonlyMap<
  FailureKind,
  { readonly ids: readonly string[]; readonly message: string }
>;

export interface EmbedResult {
  /** Rows of the items that got a vector, in the order of the prompts; values lie in a SharedArrayBuffer. */
  readonly matrix: EmbeddingMatrix;
  /** Items that got none, by kind of failure, with one message of each kind. */
  readonly failures: EmbedFailures;
}

/** Pauses before a failed request is sent again. Nothing is timed here, so trying again is honest. */
const RETRY_PAUSES_MS = [250, 1000, 4000];
/** Failures that another attempt can mend. */
const PASSING: ReadonlySet<FailureKind> = new Set([
  'timeout',
  'refused',
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
 * Embeds the prompts in batches over several connections. Equal prompts are sent once. A batch that is refused
 * is taken apart text by text, so that one bad text costs itself and not its neighbours; its item is left out of
 * the matrix by id.
 *
 * @throws ServerError when the server cannot be reached any more, or not one prompt got a vector
 * @throws the signal's reason when it aborts
 */
export async function embedPrompts(
  prompts: readonly Prompt[],
  settings: EmbedSettings,
  ports: EmbedPorts,
): Promise<EmbedResult> {
  const distinct = [...new Map(prompts.map((prompt) => [prompt.text, prompt])).values()];
  const outcomes = new Map<string, PromptOutcome>();
  const cached = await ports.cache.getMany(distinct.map((prompt) => prompt.cacheKey));
  for (const [i, vector] of cached.entries()) {
    if (vector?.length === settings.dimensions) outcomes.set(distinct[i]!.text, { vector });
  }
  ports.onProgress?.(outcomes.size, distinct.length);
  const queue = chunked(
    distinct.filter((prompt) => !outcomes.has(prompt.text)),
    settings.batchSize,
  );
  const lane = async (): Promise<void> => {
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const results = await embedBatch(batch, settings, ports);
      for (const [i, result] of results.entries()) outcomes.set(batch[i]!.text, result);
      await keep(batch, results, ports);
      ports.onProgress?.(outcomes.size, distinct.length);
    }
  };
  await Promise.all(Array.from({ length: settings.concurrency }, lane));
  return assemble(prompts, outcomes, settings.dimensions);
}

async function keep(
  batch: readonly Prompt[],
  results: readonly PromptOutcome[],
  ports: EmbedPorts,
): Promise<void> {
  const entries = results.flatMap((result, i) =>
    'vector' in result ? [{ key: batch[i]!.cacheKey, vector: result.vector }] : [],
  );
  if (entries.length > 0) await ports.cache.setMany(entries);
}

async function embedBatch(
  batch: readonly Prompt[],
  settings: EmbedSettings,
  ports: EmbedPorts,
): Promise<PromptOutcome[]> {
  const reply = await embedPatiently(batch, settings, ports);
  if (reply.ok) return vectorsOf(reply, batch.length, settings.dimensions);
  if (reply.kind === 'refused') {
    throw new ServerError('the server can no longer be reached', {
      hint: 'See why it stopped; what was measured before is kept.',
      cause: new Error(reply.message),
    });
  }
  if (batch.length === 1 || PASSING.has(reply.kind)) {
    return batch.map(() => ({ kind: reply.kind, message: reply.message }));
  }
  const singles: PromptOutcome[] = [];
  for (const prompt of batch) singles.push(...(await embedBatch([prompt], settings, ports)));
  return singles;
}

function vectorsOf(
  reply: Extract<EmbeddingReply, { ok: true }>,
  count: number,
  dimensions: number,
): PromptOutcome[] {
  if (reply.dimensions !== dimensions) {
    const message = `${reply.dimensions} dimensions came back where ${dimensions} are native`;
    return Array.from({ length: count }, () => ({ kind: 'badVector', message }));
  }
  return Array.from({ length: count }, (_, i) => ({
    vector: reply.vectors.slice(i * dimensions, (i + 1) * dimensions),
  }));
}

async function embedPatiently(
  batch: readonly Prompt[],
  settings: EmbedSettings,
  ports: EmbedPorts,
): Promise<EmbeddingReply> {
  const texts = batch.map((prompt) => prompt.text);
  for (let attempt = 0; ; attempt++) {
    ports.signal.throwIfAborted();
    const reply = await ports.client.embed({ texts, encoding: settings.encoding }, ports.signal);
    ports.signal.throwIfAborted();
    const pauseMs = RETRY_PAUSES_MS[attempt];
    if (reply.ok || !PASSING.has(reply.kind) || pauseMs === undefined) return reply;
    await ports.clock.sleep(pauseMs, ports.signal);
  }
}

/** Puts the vectors back into item order; failed items go by id, so labels never shift. */
function assemble(
  prompts: readonly Prompt[],
  outcomes: ReadonlyMap<string, PromptOutcome>,
  dimensions: number,
): EmbedResult {
  const failures = new Map<FailureKind, { ids: string[]; message: string }>();
  const rows: { id: string; vector: Float32Array }[] = [];
  for (const { id, text } of prompts) {
    const outcome = outcomes.get(text)!;
    if ('vector' in outcome) {
      rows.push({ id, vector: outcome.vector });
      continue;
    }
    const known = failures.get(outcome.kind);
    if (known === undefined) failures.set(outcome.kind, { ids: [id], message: outcome.message });
    else known.ids.push(id);
  }
  const [failure] = failures.values();
  if (rows.length === 0 && failure !== undefined) {
    throw new ServerError('the server embedded none of the texts', {
      hint: 'Run dimsweep probe with the same config to see what the server refuses.',
      cause: new Error(failure.message),
    });
  }
  const values = new Float32Array(new SharedArrayBuffer(rows.length * dimensions * 4));
  for (const [row, { vector }] of rows.entries()) values.set(vector, row * dimensions);
  return { matrix: { ids: rows.map((row) => row.id), dimensions, values }, failures };
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

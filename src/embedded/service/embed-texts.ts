import type { ComputeEngine } from '../compute/compute-engine.ts';
import type { Contract } from '../contract.ts';
import type { TokenisedText } from '../models/embedded-model.ts';
import type { Counters } from './counters.ts';
import type { PrefixCache } from './prefix-cache.ts';

/** Vectors of one request's texts, before they are shortened. */
export interface EmbeddedTexts {
  /** N × native dimensions row-major, norm 1; the caller may write to them. */
  readonly rows: Float32Array;
  readonly promptTokens: number;
  /** By text: tokens that came from the prefix cache. */
  readonly cachedTokens: readonly number[];
  /** When the vectors were ready, simulated computing included; `performance.now()`. */
  readonly readyMs: number;
}

/** What embedding a request takes. */
interface Works {
  readonly engine: ComputeEngine;
  readonly counters: Counters;
  readonly cache: PrefixCache | undefined;
  readonly contract: Contract;
  /** Native width. */
  readonly dimensions: number;
}

/** Computes a request's texts, through the prefix cache where there is one, and counts them. */
export async function embedTexts(
  works: Works,
  texts: readonly TokenisedText[],
  signal: AbortSignal,
): Promise<EmbeddedTexts> {
  const { counters, cache, contract } = works;
  const enteredMs = performance.now();
  try {
    const { rows, queuedMs, cachedTokens } =
      cache === undefined
        ? { ...(await works.engine.embed(texts, signal)), cachedTokens: texts.map(() => 0) }
        : await embedThroughCache(works, cache, texts, signal);
    const promptTokens = texts.reduce((sum, { tokens }) => sum + tokens.length, 0);
    const cachedSum = cachedTokens.reduce((sum, count) => sum + count, 0);
    const readyMs =
      performance.now() + (cache === undefined ? 0 : (promptTokens - cachedSum) * contract.prefillMsPerToken);
    const isTold = contract.prefixCache === 'counted';
    texts.forEach(({ tokens }, i) => {
      counters.latency.observe((readyMs - enteredMs) / 1000);
      counters.queueTime.observe(queuedMs / 1000);
      counters.prefillTime.observe((readyMs - enteredMs - queuedMs) / 1000);
      counters.computedTokens.observe(tokens.length - (isTold ? cachedTokens[i]! : 0));
    });
    counters.texts += texts.length;
    counters.promptTokens += promptTokens;
    if (isTold) counters.cachedTokens += cachedSum;
    return { rows, promptTokens, cachedTokens: isTold ? cachedTokens : texts.map(() => 0), readyMs };
  } catch (thrown) {
    counters.abortedTexts += texts.length;
    throw thrown;
  }
}

/** Computes only what the cache does not hold. */
async function embedThroughCache(
  { engine, dimensions }: Works,
  cache: PrefixCache,
  texts: readonly TokenisedText[],
  signal: AbortSignal,
): Promise<{ rows: Float32Array; queuedMs: number; cachedTokens: number[] }> {
  const hits = texts.map(({ tokens }) => cache.look(tokens));
  const missing = texts.filter((_text, i) => hits[i]!.vector === undefined);
  const computed =
    missing.length === 0 ? { rows: new Float32Array(0), queuedMs: 0 } : await engine.embed(missing, signal);
  const rows = new Float32Array(texts.length * dimensions);
  let at = 0;
  texts.forEach(({ tokens }, i) => {
    const known = hits[i]!.vector;
    const vector = known ?? computed.rows.subarray(at, at + dimensions);
    if (known === undefined) {
      at += dimensions;
      cache.remember(tokens, vector);
    }
    rows.set(vector, i * dimensions);
  });
  return { rows, queuedMs: computed.queuedMs, cachedTokens: hits.map(({ cachedTokens }) => cachedTokens) };
}

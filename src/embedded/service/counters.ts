import { createHistogram, type Histogram } from './histogram.ts';

/** SGLang's buckets: the first bound is 0.1 s, too coarse for embeddings; the sum and count are what counts. */
const LATENCY_BOUNDS = [0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 20, 40, 60, 80, 100, 200, 400];
const QUEUE_BOUNDS = [0, ...LATENCY_BOUNDS];
const STAGE_BOUNDS = Array.from({ length: 24 }, (_, i) => 0.001 * 1.62 ** i);
const TOKEN_BOUNDS = [100, 300, 500, 700, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 10_000];

/** What the server counts since its start. SGLang counts texts, one internal request each, not HTTP requests. */
export interface Counters {
  promptTokens: number;
  /** Tokens that came from the prefix cache. */
  cachedTokens: number;
  texts: number;
  abortedTexts: number;
  /** Embedding requests by HTTP status. */
  readonly replies: Map<number, number>;
  /** Seconds per text, from arrival to the finished vectors. */
  readonly latency: Histogram;
  readonly queueTime: Histogram;
  readonly prefillTime: Histogram;
  /** Tokens per text that were really computed. */
  readonly computedTokens: Histogram;
}

export function createCounters(): Counters {
  return {
    promptTokens: 0,
    cachedTokens: 0,
    texts: 0,
    abortedTexts: 0,
    replies: new Map(),
    latency: createHistogram(LATENCY_BOUNDS),
    queueTime: createHistogram(QUEUE_BOUNDS),
    prefillTime: createHistogram(STAGE_BOUNDS),
    computedTokens: createHistogram(TOKEN_BOUNDS),
  };
}

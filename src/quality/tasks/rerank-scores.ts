import { toError } from '../../core/errors.ts';
import type { RerankQuery } from './data/rerank-queries.ts';
import type { RerankSource } from './rerank.ts';

/** Asks a reranker: one score per text, higher for a better match. */
export type RerankCall = (
  query: string,
  texts: readonly string[],
  signal?: AbortSignal,
) => Promise<readonly number[]>;

/**
 * Asks the reranker about every query's candidates, one query at a time. When it fails or answers nonsense the
 * source says why instead of holding scores: the task then shows the first stage alone.
 *
 * @throws the signal's reason when it aborts
 */
export async function collectRerankScores(
  queries: readonly RerankQuery[],
  rerank: RerankCall | undefined,
  signal?: AbortSignal,
): Promise<RerankSource> {
  if (rerank === undefined) return { queries, rerankMissing: 'the server has no rerank route' };
  const rerankScores: (readonly number[])[] = [];
  for (const { id, query, candidates } of queries) {
    signal?.throwIfAborted();
    try {
      const scores = await rerank(
        query,
        candidates.map((candidate) => candidate.text),
        signal,
      );
      if (scores.length !== candidates.length || !scores.every(Number.isFinite)) {
        return { queries, rerankMissing: `the reranker gave no usable scores for the query "${id}"` };
      }
      rerankScores.push(scores);
    } catch (thrown) {
      signal?.throwIfAborted();
      return {
        queries,
        rerankMissing: `the reranker failed at the query "${id}": ${toError(thrown).message}`,
      };
    }
  }
  return { queries, rerankScores };
}

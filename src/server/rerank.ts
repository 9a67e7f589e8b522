import { ServerError } from '../core/errors.ts';
import type { RerankCall } from '../quality/tasks/rerank-scores.ts';
import type { AdminHttp, HttpReply } from './sglang/admin-http.ts';
import { listOf, numberOf, recordOf, recordsOf } from './sglang/json-fields.ts';
import { createRouteFinder } from './sglang/route-finder.ts';
import { errorMessage } from './transports/error-message.ts';

interface RerankOptions {
  readonly http: AdminHttp;
  readonly model: string;
  /** What Qwen3-Reranker's template reads as the task; absent: the server's own. */
  readonly instruct?: string;
  /** Values that no message may repeat. */
  readonly secrets: readonly string[];
}

/**
 * Asks `/v1/rerank` (or `/rerank`) for the score of every text. Reads SGLang's and TEI's bare array and the
 * `results` of Cohere, Jina and vLLM; order and `index` are the server's, the scores come back in the order of the
 * texts.
 *
 * @throws ServerError (as a rejection) when the server refuses or leaves a text without a score
 */
export function createRerankCall({ http, model, instruct, secrets }: RerankOptions): RerankCall {
  const routes = createRouteFinder(http);
  return async (query, texts, signal) => {
    const found = await routes.send('rerank', {
      body: {
        model,
        query,
        documents: texts,
        // TEI's name for them; each server reads its own and drops the other
        texts,
        return_documents: false,
        ...(instruct === undefined ? {} : { instruct }),
      },
      signal,
    });
    if (found === undefined) throw new ServerError('the server has no rerank route');
    const { answer } = found;
    if (answer.kind === 'failure') {
      throw new ServerError(`${found.path} does not answer: ${answer.error.message}`);
    }
    if (answer.status !== 200) throw new ServerError(errorMessage(answer.status, answer.text, secrets));
    return scoresOf(answer, texts.length, found.path);
  };
}

function scoresOf({ json }: HttpReply, count: number, path: string): number[] {
  const entries = recordsOf(recordOf(json)?.['results'] ?? listOf(json));
  const scores = new Map<number, number>();
  for (const entry of entries) {
    const index = numberOf(entry['index']);
    const score = numberOf(entry['relevance_score'] ?? entry['score']);
    if (index !== undefined && score !== undefined) scores.set(index, score);
  }
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !scores.has(i));
  if (missing.length > 0) {
    throw new ServerError(`${path} gave no score for ${missing.length} of ${count} texts`);
  }
  return Array.from({ length: count }, (_, i) => scores.get(i)!);
}

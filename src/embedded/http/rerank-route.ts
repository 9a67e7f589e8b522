import type { Answer, Exchange } from './exchange.ts';
import { readJsonObject, requireJson } from './json-body.ts';
import { badRequest, schemaError } from './refused.ts';
import { jsonReply } from './reply.ts';
import { tokeniseInput } from './tokenise-input.ts';

/** The body of `/v1/rerank`. */
interface RerankRequest {
  readonly query: string;
  readonly documents: readonly string[];
  readonly topN: number | undefined;
  readonly returnDocuments: boolean;
}

/**
 * `/v1/rerank`: documents by the cosine of their vectors with the query's. A bi-encoder's scores, −1 to 1, in the
 * place of a cross-encoder's: right in shape and honest in content, weaker in quality. `instruct` is put in front of
 * the query. The answer is a bare array, best first.
 */
export async function answerRerank(exchange: Exchange): Promise<Answer> {
  const { service, request, signal } = exchange;
  requireJson(request);
  const asked = readRerankRequest(await readJsonObject(request), service.contract.rerankOptions);
  const inputs = tokeniseInput(service, { kind: 'texts', texts: [asked.query, ...asked.documents] });
  service.inFlight.enter();
  try {
    const { rows, readyMs } = await service.embed(inputs, signal);
    await service.timer.waitUntil(readyMs, signal);
    const width = service.entry.nativeDimensions;
    const query = rows.subarray(0, width);
    const ranked = asked.documents
      .map((document, index) => ({
        score: dot(query, rows.subarray((index + 1) * width, (index + 2) * width)),
        ...(asked.returnDocuments ? { document } : {}),
        index,
      }))
      .sort((a, b) => b.score - a.score || a.index - b.index);
    return jsonReply(200, asked.topN === undefined ? ranked : ranked.slice(0, asked.topN));
  } finally {
    service.inFlight.leave();
  }
}

/** @throws Refused for an empty query, no documents or an empty document, in SGLang's words */
function readRerankRequest(body: Readonly<Record<string, unknown>>, hasOptions: boolean): RerankRequest {
  const { query, documents, instruct } = body;
  if (typeof query !== 'string')
    throw schemaError('string_type', ['query'], 'Input should be a valid string');
  if (!Array.isArray(documents) || !documents.every((item) => typeof item === 'string')) {
    throw schemaError('list_type', ['documents'], 'Input should be a valid list of strings');
  }
  if (query.trim() === '') throw badRequest('Query cannot be empty or whitespace only');
  if (documents.length === 0) throw badRequest('Documents cannot be empty');
  documents.forEach((document, index) => {
    if (document.trim() === '')
      throw badRequest(`Document at index ${index} cannot be empty or whitespace only`);
  });
  const topN = hasOptions ? body['top_n'] : undefined;
  if (topN !== undefined && topN !== null && (!Number.isInteger(topN) || (topN as number) < 1)) {
    throw badRequest('top_n must be a positive integer');
  }
  return {
    query: hasOptions && typeof instruct === 'string' && instruct !== '' ? `${instruct} ${query}` : query,
    documents,
    topN: typeof topN === 'number' ? topN : undefined,
    returnDocuments: !hasOptions || body['return_documents'] !== false,
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

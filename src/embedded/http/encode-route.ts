import { normaliseStretch } from '../models/unit-norm.ts';
import { replyDimensions } from './dimension-rules.ts';
import { type EmbeddingInput, readEmbeddingRequest } from './embedding-request.ts';
import type { Answer, Exchange } from './exchange.ts';
import { readJsonObject } from './json-body.ts';
import { nativeError, Refused } from './refused.ts';
import { jsonReply } from './reply.ts';
import { tokeniseInput } from './tokenise-input.ts';

/**
 * `/encode`, SGLang's own route: `text` or `input_ids`, one or several, and `dimensions`. The answer is a bare object
 * or array, and the only place that tells cached tokens per text.
 */
export async function answerEncode(exchange: Exchange): Promise<Answer> {
  const { service, request, signal, arrivedMs } = exchange;
  const body = await readJsonObject(request);
  return nativeErrors(async () => {
    const input = body['text'] ?? body['input_ids'];
    if (input === undefined)
      throw new Refused('', nativeError(400, 'Either text or input_ids should be provided.'));
    const read = readEmbeddingRequest({ input, dimensions: body['dimensions'] });
    const texts = tokeniseInput(service, read.input);
    const dimensions = replyDimensions(service, read.dimensions);
    service.inFlight.enter();
    try {
      const { rows, cachedTokens, readyMs } = await service.embed(texts, signal);
      await service.timer.waitUntil(readyMs, signal);
      const results = texts.map(({ tokens }, i) => {
        const start = i * service.entry.nativeDimensions;
        const vector = rows.subarray(start, start + dimensions);
        normaliseStretch(vector, 0, dimensions);
        return {
          embedding: Array.from(vector),
          meta_info: {
            id: `encode-${service.counters.texts}-${i}`,
            finish_reason: { type: 'length', length: 0 },
            prompt_tokens: tokens.length,
            cached_tokens: cachedTokens[i],
            e2e_latency: (performance.now() - arrivedMs) / 1000,
          },
        };
      });
      return jsonReply(200, isSingle(input, read.input) ? results[0] : results);
    } finally {
      service.inFlight.leave();
    }
  });
}

/** A single text or a flat list of ids gets a bare object. */
function isSingle(input: unknown, read: EmbeddingInput): boolean {
  return typeof input === 'string' || (read.kind === 'tokens' && !Array.isArray((input as unknown[])[0]));
}

/** Native routes wrap their errors. */
async function nativeErrors(answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer();
  } catch (thrown) {
    if (!(thrown instanceof Refused) || thrown.message === '') throw thrown;
    throw new Refused(thrown.message, nativeError(thrown.reply.status, thrown.message));
  }
}

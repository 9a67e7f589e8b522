import type { EmbeddingReply } from '../../embedding-client.ts';
import { millisecondsText } from '../figures.ts';
import { type CheckResult, type Found, type ProbeCheck, unknown } from '../probe-check.ts';
import { textOfTokens } from '../probe-texts.ts';

/** Tried where the server does not say how much it takes: the limit of many embedding models. */
const USUAL_LIMIT = 8192;
/** Beyond this a single text would keep a server busy for too long just to find out. */
const LARGEST_TRIED = 140_000;
const BEYOND = 16;
const PATIENCE_MS = 20_000;

/** The longest input, and what happens past it: refusing is honest, cutting is not. */
export const lengthCheck: ProbeCheck = {
  id: 'length',
  title: 'Input past the limit',
  async run(context, found) {
    const limit = statedLimit(found);
    const autoTruncate = found.serverInfo?.value.allowAutoTruncate ?? found.modelInfo?.value.autoTruncate;
    if (limit !== undefined && limit.tokens > LARGEST_TRIED) {
      return withLimit(
        limit.tokens,
        unknown(`limit ${limit.tokens} tokens (${limit.source}): too long to try`),
      );
    }
    const words = (limit?.tokens ?? USUAL_LIMIT) + BEYOND;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const signal = context.signal === undefined ? patience : AbortSignal.any([context.signal, patience]);
    const reply = await context.client.embed(
      { texts: [textOfTokens(context.mark, words)], encoding: 'float' },
      signal,
    );
    context.signal?.throwIfAborted();
    if (patience.aborted) {
      return withLimit(
        limit?.tokens,
        unknown(`a text of ${words} words took more than ${millisecondsText(PATIENCE_MS)}`),
      );
    }
    const stated = limit === undefined ? 'no limit stated' : `limit ${limit.tokens} tokens (${limit.source})`;
    return withLimit(
      limit?.tokens,
      reply.ok ? answered(reply, words, stated, autoTruncate) : refused(reply, words, stated),
    );
  },
};

/** The lowest limit that the server states anywhere. */
function statedLimit(found: Found): { readonly tokens: number; readonly source: string } | undefined {
  const limits = [
    ...(found.models ?? []).map((model) => ({ tokens: model.maxModelLength, source: 'max_model_len' })),
    { tokens: found.serverInfo?.value.maxRequestInputTokens, source: 'max_req_input_len' },
    { tokens: found.serverInfo?.value.contextLength, source: 'context_length' },
    { tokens: found.modelInfo?.value.maxInputTokens, source: 'max_input_length' },
  ].flatMap(({ tokens, source }) => (tokens === undefined || tokens < 1 ? [] : [{ tokens, source }]));
  return limits.sort((a, b) => a.tokens - b.tokens)[0];
}

function withLimit(tokens: number | undefined, result: CheckResult): CheckResult {
  const maxInputTokens = result.capabilities?.maxInputTokens ?? tokens;
  return {
    ...result,
    capabilities: {
      overlongInput: 'unknown',
      ...result.capabilities,
      ...(maxInputTokens === undefined ? {} : { maxInputTokens }),
    },
  };
}

function refused(reply: EmbeddingReply & { ok: false }, words: number, stated: string): CheckResult {
  const refusing =
    reply.kind === 'http4xx' || (reply.kind === 'http5xx' && /length|token|long/i.test(reply.message));
  if (!refusing) return unknown(`${stated}; a text of ${words} words: ${reply.message}`);
  const said = /(?:maximum|max|limit)\D{0,60}?(\d{3,7})/i.exec(reply.message)?.[1];
  return {
    findings: [{ verdict: 'ok', evidence: `refused, as it should be: ${stated}; ${reply.message}` }],
    capabilities: {
      overlongInput: 'refused',
      ...(stated.startsWith('no limit') && said !== undefined ? { maxInputTokens: Number(said) } : {}),
    },
  };
}

function answered(
  reply: EmbeddingReply & { ok: true },
  words: number,
  stated: string,
  autoTruncate: boolean | undefined,
): CheckResult {
  const { promptTokens } = reply;
  const cut = promptTokens === undefined ? autoTruncate : promptTokens < words;
  if (cut === undefined)
    return unknown(`${stated}; a text of ${words} words is answered, without a token count`);
  if (!cut) {
    return {
      findings: [
        { verdict: 'note', evidence: `accepted: ${stated}; ${promptTokens} tokens are answered and counted` },
      ],
      capabilities: { overlongInput: 'accepted' },
    };
  }
  return {
    findings: [
      {
        verdict: 'warning',
        evidence: `cut without a word: ${stated}; a text of ${words} words counts ${promptTokens ?? 'fewer'} tokens`,
        mend:
          autoTruncate === true
            ? 'start the server without --allow-auto-truncate (its cut also drops the end token that the vector is read from), or shorten texts before they are sent'
            : 'shorten texts before they are sent: what lies behind the cut does not count',
      },
    ],
    capabilities: {
      overlongInput: 'truncated',
      ...(promptTokens === undefined ? {} : { maxInputTokens: promptTokens }),
    },
  };
}

import type { Answer, Exchange } from './exchange.ts';
import { readJsonObject } from './json-body.ts';
import { schemaError } from './refused.ts';
import { jsonReply } from './reply.ts';

/** `/v1/tokenize`: ids and their number, for one prompt or several. */
export async function answerTokenize({ service, request }: Exchange): Promise<Answer> {
  const { prompt } = await readJsonObject(request);
  const { tokenizer, entry } = service;
  if (typeof prompt === 'string') {
    const tokens = tokenizer.tokenize(prompt);
    return jsonReply(200, { tokens, count: tokens.length, max_model_len: entry.maxTokens });
  }
  if (!Array.isArray(prompt) || !prompt.every((item) => typeof item === 'string')) {
    throw schemaError('string_type', ['prompt'], 'Input should be a valid string or list of strings');
  }
  const tokens = prompt.map((item) => tokenizer.tokenize(item));
  return jsonReply(200, {
    tokens,
    count: tokens.map((ids) => ids.length),
    max_model_len: entry.maxTokens,
  });
}

/** `/v1/detokenize`: a text for one list of ids, or several. */
export async function answerDetokenize({ service, request }: Exchange): Promise<Answer> {
  const { tokens } = await readJsonObject(request);
  const { tokenizer } = service;
  if (isTokenList(tokens)) return jsonReply(200, { text: tokenizer.detokenize(tokens) });
  if (Array.isArray(tokens) && tokens.every(isTokenList)) {
    return jsonReply(200, { text: tokens.map((ids) => tokenizer.detokenize(ids)) });
  }
  throw schemaError('int_type', ['tokens'], 'Input should be a list of integers or a list of such lists');
}

function isTokenList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isInteger(item));
}

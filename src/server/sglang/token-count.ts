import { numberOf, recordOf } from './json-fields.ts';

/** A text's length by the server's own tokenizer, special tokens included. */
export interface TokenCount {
  readonly count: number;
  readonly maxModelLength?: number;
}

/**
 * Reads the answer to a tokenize request: SGLang and vLLM give `count` and `max_model_len`, llama.cpp only
 * `tokens`, Text Embeddings Inference one list of tokens per input.
 */
export function readTokenCount(json: unknown): TokenCount | undefined {
  if (Array.isArray(json)) {
    const tokens: unknown = json[0];
    return Array.isArray(tokens) ? { count: tokens.length } : undefined;
  }
  const body = recordOf(json);
  const tokens = body?.['tokens'];
  const count = numberOf(body?.['count']) ?? (Array.isArray(tokens) ? tokens.length : undefined);
  if (count === undefined) return undefined;
  const maxModelLength = numberOf(body?.['max_model_len']);
  return maxModelLength === undefined ? { count } : { count, maxModelLength };
}

import type { TokenisedText } from '../models/embedded-model.ts';
import type { EmbeddingService } from '../service/embedding-service.ts';
import type { EmbeddingInput } from './embedding-request.ts';
import { badRequest } from './refused.ts';

/**
 * The inputs with their token ids. Ids that the client sent are used as they are.
 *
 * @throws Refused when an id is outside the vocabulary, or a text has as many tokens as the context or more and the
 *   server does not cut it
 */
export function tokeniseInput(service: EmbeddingService, input: EmbeddingInput): TokenisedText[] {
  const { tokenizer } = service;
  const texts =
    input.kind === 'texts'
      ? input.texts.map((text) => ({ text, tokens: tokenizer.tokenize(text) }))
      : input.tokens.map((tokens) => {
          checkVocabulary(tokens, tokenizer.vocabularySize);
          return { text: tokenizer.detokenize(tokens), tokens };
        });
  return texts.map((text) => fitToContext(service, text));
}

/** The longest accepted text is one token shorter than the context; SGLang cuts or refuses what is longer. */
function fitToContext({ entry, contract, tokenizer }: EmbeddingService, input: TokenisedText): TokenisedText {
  const { length } = input.tokens;
  if (length < entry.maxTokens) return input;
  if (contract.autoTruncate) {
    const tokens = input.tokens.slice(0, entry.maxTokens - 1);
    return { text: tokenizer.detokenize(tokens), tokens };
  }
  throw badRequest(
    `The input (${length} tokens) is longer than the model's context length (${entry.maxTokens} tokens).`,
  );
}

function checkVocabulary(tokens: readonly number[], size: number): void {
  if (tokens.some((token) => token >= size)) {
    throw badRequest(`The input_ids contain values greater than the vocab size (${size}).`);
  }
}

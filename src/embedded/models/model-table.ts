import { UsageError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { createBlockEncoder } from './block-encoder.ts';
import type { EmbeddedModel, ModelCard, TokenisedText, Tokenizer, VectorEncoder } from './embedded-model.ts';
import { createHashNgramEncoder } from './hash-ngrams.ts';
import { createNullEncoder, wordTokenizer } from './null-vectors.ts';
import { createSentencePiece } from './sentence-piece.ts';
import { createUseLiteEncoder, loadUseLite, USE_LITE_DIMENSIONS } from './use-lite-encoder.ts';
import type { UseLiteWeights } from './use-lite-weights.ts';
import { readVocabulary } from './weights-package.ts';

/** A model in the table: its card, and how its parts are made. */
export interface ModelEntry extends ModelCard {
  /** What all threads share; plain data that can be posted to workers. Undefined: nothing. */
  readonly loadWeights?: (threads: number) => UseLiteWeights;
  createTokenizer(): Tokenizer;
  /** @param thread 0 … threads − 1; no two encoders may have the same */
  createEncoder(weights: UseLiteWeights | undefined, thread: number): VectorEncoder;
  /** Vectors come from a fixed set at no cost, so that bodies can be kept ready and no thread is needed. */
  readonly isNull?: boolean;
}

const HYBRID_DIMENSIONS = 2560;
const sentencePiece = (): Tokenizer => createSentencePiece(readVocabulary());

/** The embedded models, by the name that a config and `dimsweep serve --model` give. */
export const EMBEDDED_MODELS = {
  /**
   * USE-Lite in dimensions 0–511 and 2,048 hashed n-gram dimensions behind it, both of equal weight. Cutting the
   * vector at 32 … 512 cuts the sentence encoder; beyond 512 spelling is added, so quality grows along the whole
   * range as it does with a Matryoshka model. Languages other than English live in the hashed part alone.
   */
  'use-lite-hash-2560': {
    id: 'use-lite-hash-2560',
    summary: 'Universal Sentence Encoder Lite (512) with hashed n-grams (2048) behind it; the default',
    nativeDimensions: HYBRID_DIMENSIONS,
    maxTokens: 8192,
    languages: ['en', 'mul'],
    loadWeights: loadUseLite,
    createTokenizer: sentencePiece,
    createEncoder: (weights, thread) =>
      createBlockEncoder([
        { encoder: createUseLiteEncoder(weights!, thread), weight: 1 },
        { encoder: createHashNgramEncoder(HYBRID_DIMENSIONS - USE_LITE_DIMENSIONS), weight: 1 },
      ]),
  },
  /** The sentence encoder alone. It reads the first 128 tokens of a text and no more, as it was published. */
  'use-lite-512': {
    id: 'use-lite-512',
    summary: 'Universal Sentence Encoder Lite: English sentences, bound by computing',
    nativeDimensions: USE_LITE_DIMENSIONS,
    maxTokens: 512,
    languages: ['en'],
    loadWeights: loadUseLite,
    createTokenizer: sentencePiece,
    createEncoder: (weights, thread) => createUseLiteEncoder(weights!, thread),
  },
  /** Spelling alone: any language, no clusters by meaning, and so fast that the transport shows. */
  'hash-ngram-2560': {
    id: 'hash-ngram-2560',
    summary: 'hashed n-grams: any language by its spelling, bound by the transport',
    nativeDimensions: HYBRID_DIMENSIONS,
    maxTokens: 8192,
    languages: ['mul'],
    createTokenizer: sentencePiece,
    createEncoder: () => createHashNgramEncoder(HYBRID_DIMENSIONS),
  },
  /** No model: for the ceiling of a client and for exact service times. */
  'null-2560': {
    id: 'null-2560',
    summary: 'meaningless vectors at no cost: for client ceilings and exact service times',
    nativeDimensions: HYBRID_DIMENSIONS,
    maxTokens: 32_768,
    languages: [],
    isNull: true,
    createTokenizer: () => wordTokenizer,
    createEncoder: () => createNullEncoder(HYBRID_DIMENSIONS),
  },
} as const satisfies Record<string, ModelEntry>;

export type EmbeddedModelId = keyof typeof EMBEDDED_MODELS;

export const DEFAULT_MODEL: EmbeddedModelId = 'use-lite-hash-2560';

/** @throws UsageError when there is no such model */
export function modelEntry(id: string): ModelEntry {
  if (Object.hasOwn(EMBEDDED_MODELS, id)) return EMBEDDED_MODELS[id as EmbeddedModelId];
  const near = nearestName(id, Object.keys(EMBEDDED_MODELS));
  throw new UsageError(`there is no embedded model ${JSON.stringify(id)}`, {
    where: 'server.model',
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}Embedded models: ${Object.keys(EMBEDDED_MODELS).join(', ')}.`,
  });
}

/**
 * Loads a model into this thread, without a server.
 *
 * @throws UsageError when there is no such model, ServerError when its weights are missing
 */
export function loadEmbeddedModel(id: string = DEFAULT_MODEL): EmbeddedModel {
  const entry = modelEntry(id);
  const tokenizer = entry.createTokenizer();
  const encoder = entry.createEncoder(entry.loadWeights?.(1), 0);
  const embedTokenised = (texts: readonly TokenisedText[]): Float32Array => {
    const rows = new Float32Array(texts.length * encoder.dimensions);
    encoder.encode(texts, rows);
    return rows;
  };
  return {
    id: entry.id,
    summary: entry.summary,
    nativeDimensions: entry.nativeDimensions,
    maxTokens: entry.maxTokens,
    languages: entry.languages,
    ...tokenizer,
    embedTokenised,
    embed: (texts) => embedTokenised(texts.map((text) => ({ text, tokens: tokenizer.tokenize(text) }))),
  };
}

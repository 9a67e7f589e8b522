/** A text and what the model's tokenizer made of it. Token ids that a client sent are used as they are. */
export interface TokenisedText {
  readonly text: string;
  readonly tokens: readonly number[];
}

/** Text to token ids and back. Pure; equal texts give equal ids. */
export interface Tokenizer {
  /** Ids of the whole text, special tokens included; never clipped. */
  tokenize(text: string): number[];
  /** Length of {@link tokenize}'s answer. */
  countTokens(text: string): number;
  /** A text that the ids could stand for; an id outside the vocabulary becomes U+FFFD. */
  detokenize(tokens: readonly number[]): string;
  /** How many ids there are: 0 … vocabularySize − 1. */
  readonly vocabularySize: number;
}

/** The part of a model that turns tokenised texts into vectors. Threads have one each. */
export interface VectorEncoder {
  /** Width of one vector. */
  readonly dimensions: number;
  /**
   * Fills `rows`, N × dimensions row-major, one row of norm 1 for every text. A row depends on its own text alone:
   * the same text gives the same bits in any batch and at any position.
   */
  encode(texts: readonly TokenisedText[], rows: Float32Array): void;
}

/** What every user of a model knows about it before it is loaded. */
export interface ModelCard {
  readonly id: string;
  /** One line for `dimsweep serve --help`. */
  readonly summary: string;
  readonly nativeDimensions: number;
  /** Context length: a text with this many tokens or more is refused, as SGLang does. */
  readonly maxTokens: number;
  /** BCP 47 tags of the languages whose meaning the vectors carry; `mul`: any, by spelling alone. */
  readonly languages: readonly string[];
}

/** A model that is ready to embed, in this thread. */
export interface EmbeddedModel extends ModelCard, Tokenizer {
  /** Vectors of the texts, N × nativeDimensions row-major, every row of norm 1 and independent of its batch. */
  embed(texts: readonly string[]): Float32Array;
  /** As {@link embed}, for texts that are tokenised already. */
  embedTokenised(texts: readonly TokenisedText[]): Float32Array;
}

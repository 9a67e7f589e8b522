import { createRandom } from '../../core/random.ts';
import type { Tokenizer, VectorEncoder } from './embedded-model.ts';
import { normaliseStretch } from './unit-norm.ts';

/** Number of different vectors; few, so that their bodies can be kept ready. */
export const NULL_VECTOR_COUNT = 64;

/** Which of the vectors a text gets: by its content, so that a text's vector does not depend on its batch. */
export function nullVectorOf(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % NULL_VECTOR_COUNT;
}

/** The vectors themselves: seeded noise, row-major, every row of norm 1. */
export function nullVectors(dimensions: number): Float32Array {
  const random = createRandom('null-vectors');
  const vectors = new Float32Array(NULL_VECTOR_COUNT * dimensions).map(() => random.next() - 0.5);
  for (let i = 0; i < NULL_VECTOR_COUNT; i++) normaliseStretch(vectors, i * dimensions, (i + 1) * dimensions);
  return vectors;
}

/** Vectors that cost nothing to compute and mean nothing. */
export function createNullEncoder(dimensions: number): VectorEncoder {
  const vectors = nullVectors(dimensions);
  return {
    dimensions,
    encode(texts, rows) {
      texts.forEach(({ text }, i) => {
        const vector = nullVectorOf(text) * dimensions;
        rows.set(vectors.subarray(vector, vector + dimensions), i * dimensions);
      });
    },
  };
}

const WORDS = /\s+/u;
const VOCABULARY_SIZE = 65_536;

/** One token per word, its id a hash of the word: enough for counts and prefixes, and next to free. */
export const wordTokenizer: Tokenizer = {
  vocabularySize: VOCABULARY_SIZE,
  tokenize: (text) => text.trim().split(WORDS).map(hashWord),
  countTokens(text) {
    let count = 0;
    let inWord = false;
    for (let i = 0; i < text.length; i++) {
      const isSpace = text.charCodeAt(i) <= 32;
      if (!isSpace && !inWord) count++;
      inWord = !isSpace;
    }
    return Math.max(1, count);
  },
  detokenize: (tokens) => tokens.map((token) => `w${token}`).join(' '),
};

function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % VOCABULARY_SIZE;
}

import type { CacheMode } from '../core/axes.ts';
import { createRandom, shuffled } from '../core/random.ts';
import type { PromptTemplate } from '../server/prompt.ts';

export interface TextStreamOptions {
  /** The data's texts. */
  readonly texts: readonly string[];
  readonly instruction: string | null;
  readonly template: PromptTemplate;
  readonly cache: CacheMode;
  readonly batchSize: number;
  /** Orders the texts; the same for every cell of a trial. */
  readonly seed: number;
  readonly trial: number;
  /** Number of the first nonce; the stream takes one per text from here on, `stride` apart. */
  readonly firstNonce: number;
  /** Threads that share the stream; each takes every `stride`-th request. */
  readonly stride: number;
  /** This thread's first request, 0 … stride − 1. */
  readonly offset: number;
}

/** The prompts of one window, request by request. */
export interface TextStream {
  /** The prompts of the next request. */
  next(): string[];
}

/** Texts that a `warm` cell sends again and again. */
const WARM_TEXTS = 64;
/** Six letters of these give 64 million nonces; without vowels they are no words. */
const LETTERS = 'bcdfghjklmnpqrstvwxz';
const NONCE_LENGTH = 6;
const NONCES = LETTERS.length ** NONCE_LENGTH;
/** Coprime to the number of nonces and near its golden section: neighbours share no letters. */
const STEP = 39_554_177;

/**
 * Prompts of fresh texts. Every text of a cell carries a nonce, which no other text of the run has: in front of
 * the whole prompt (`cold`), behind the instruction (`shared-instruction`), or one of a few that come back
 * (`warm`). The texts behind the nonces are the data's, in an order that is the same for all cells of a trial,
 * so that cells differ in what they are meant to differ in.
 */
export function createTextStream(options: TextStreamOptions): TextStream {
  const { texts, batchSize, seed, trial, firstNonce, stride } = options;
  const order = shuffled(Array.from(texts.keys()), createRandom(seed, `texts/${trial}`));
  let request = options.offset;
  const promptOf = (position: number): string => {
    const text = texts[order[position % order.length]!]!;
    return composePrompt(options, nonce(firstNonce + position), text);
  };
  return {
    next: () => {
      const first = request * batchSize;
      request += stride;
      return Array.from({ length: batchSize }, (_, i) =>
        promptOf(options.cache === 'warm' ? (first + i) % WARM_TEXTS : first + i),
      );
    },
  };
}

function composePrompt(
  { cache, instruction, template }: TextStreamOptions,
  mark: string,
  text: string,
): string {
  if (cache === 'shared-instruction') return template.apply(instruction, `${mark} ${text}`);
  return `${mark} ${template.apply(instruction, text)}`;
}

/** The `number`-th nonce: six letters that look drawn by lot; 64 million numbers pass before one comes again. */
export function nonce(number: number): string {
  let rest = ((number % NONCES) * STEP) % NONCES;
  let letters = '';
  for (let i = 0; i < NONCE_LENGTH; i++) {
    letters += LETTERS[rest % LETTERS.length];
    rest = Math.floor(rest / LETTERS.length);
  }
  return letters;
}

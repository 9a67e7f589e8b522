import type { VectorEncoder } from './embedded-model.ts';
import { createFeatureCounts, type FeatureCounts } from './feature-counts.ts';
import { normaliseStretch } from './unit-norm.ts';

const HAN_KANA_HANGUL = '\\u3400-\\u9fff\\uf900-\\ufaff\\u3040-\\u30ff\\uac00-\\ud7af';
const WORDS = new RegExp(`[${HAN_KANA_HANGUL}]+|[\\p{L}\\p{N}']+|[!?]+`, 'gu');
const UNSPACED = new RegExp(`[${HAN_KANA_HANGUL}]`);

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Kinds of features start their hashes differently, so that the word "the" is not the n-gram "the". */
const WORD = extend(FNV_OFFSET, 'w');
const WORD_PAIR = extend(FNV_OFFSET, 'b');
const CHARACTERS = extend(FNV_OFFSET, 'c');
const UNSPACED_CHARACTERS = extend(FNV_OFFSET, 'z');
const RAW_CHARACTER = extend(FNV_OFFSET, 'r');

/**
 * What every text has in its first component, which no feature reaches: a text that is cut to a few dimensions, where
 * none of its features may lie, has a direction all the same. Small enough to move no cosine of whole vectors.
 */
const EVERY_TEXT = 1 / 64;

/**
 * Signed feature hashing (Weinberger et al. 2009) of spelling: words and pairs of words, character 3–5-grams within
 * `^word$`, and 1–3-grams of text that is written without spaces (Han, kana, Hangul). A feature that occurs n times
 * counts 1 + ln n. Deterministic, without weights, for any language; similar spelling gives similar vectors.
 *
 * @param dimensions width of the vectors, 2 or more
 */
export function createHashNgramEncoder(dimensions: number): VectorEncoder {
  const counts = createFeatureCounts();
  return {
    dimensions,
    encode(texts, rows) {
      texts.forEach(({ text }, i) => {
        const row = rows.subarray(i * dimensions, (i + 1) * dimensions);
        row.fill(0);
        row[0] = EVERY_TEXT;
        counts.clear();
        countFeatures(text, counts);
        counts.forEach((hash, count) => {
          const weight = count === 1 ? 1 : 1 + Math.log(count);
          row[1 + ((hash >>> 1) % (dimensions - 1))]! += (hash & 1) === 1 ? weight : -weight;
        });
        normaliseStretch(row, 0, dimensions);
      });
    },
  };
}

/** Counts every feature of the text, at least one. */
function countFeatures(text: string, counts: FeatureCounts): void {
  const normalised = text.normalize('NFKC').toLowerCase();
  let previous = '<s>';
  for (const word of normalised.match(WORDS) ?? []) {
    if (UNSPACED.test(word)) {
      countGrams(counts, UNSPACED_CHARACTERS, word, 1, 3);
      previous = word.slice(-1);
      continue;
    }
    counts.add(finish(extend(WORD, word)));
    counts.add(finish(extend(extend(extend(WORD_PAIR, previous), ' '), word)));
    countGrams(counts, CHARACTERS, `^${word}$`, 3, 5);
    previous = word;
  }
  if (counts.size() === 0) countGrams(counts, RAW_CHARACTER, normalised === '' ? ' ' : normalised, 1, 1);
}

/** Counts all n-grams of UTF-16 units with shortest ≤ n ≤ longest, each hash grown from the one before. */
function countGrams(
  counts: FeatureCounts,
  seed: number,
  word: string,
  shortest: number,
  longest: number,
): void {
  for (let start = 0; start + shortest <= word.length; start++) {
    let hash = seed;
    const end = Math.min(word.length, start + longest);
    for (let at = start; at < end; at++) {
      hash = Math.imul(hash ^ word.charCodeAt(at), FNV_PRIME);
      if (at - start + 1 >= shortest) counts.add(finish(hash));
    }
  }
}

/** FNV-1a over UTF-16 units, continued from `seed`. */
function extend(seed: number, text: string): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** MurmurHash3's finaliser: FNV alone leaves the low bits, which choose place and sign, poorly mixed. */
function finish(unfinished: number): number {
  let hash = unfinished;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

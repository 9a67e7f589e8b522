import { textKey } from '../text-key.ts';

const EAST_ASIAN = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}';
/** A run of characters written without spaces, or a word of another script. */
const RUN = new RegExp(`[${EAST_ASIAN}]+|(?:(?![${EAST_ASIAN}])[\\p{L}\\p{M}\\p{N}])+`, 'gu');
const STARTS_EAST_ASIAN = new RegExp(`^[${EAST_ASIAN}]`, 'u');

/**
 * The tokens of a text in their order: words, and pairs of neighbouring characters where a script puts no spaces
 * between words. A text without letters or digits (emoji, punctuation) gives its characters.
 */
export function tokenList(text: string): string[] {
  const key = textKey(text);
  const tokens = Array.from(key.matchAll(RUN), ([run]) =>
    STARTS_EAST_ASIAN.test(run) ? characterPairs(run) : [run],
  ).flat();
  return tokens.length > 0 ? tokens : Array.from(key);
}

/** The distinct ones of {@link tokenList}. */
export function tokensOf(text: string): Set<string> {
  return new Set(tokenList(text));
}

function characterPairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}

/**
 * Every text's tokens as ascending ranks, 0 being the token that the fewest texts have: the order in which
 * prefix filters find near duplicates fastest.
 */
export function rankedTokenSets(texts: readonly string[]): Int32Array[] {
  const numbers = new Map<string, number>();
  const frequency: number[] = [];
  const sets = texts.map((text) =>
    Int32Array.from(tokensOf(text), (token) => {
      const known = numbers.get(token);
      const number = known ?? numbers.size;
      if (known === undefined) numbers.set(token, number);
      frequency[number] = (frequency[number] ?? 0) + 1;
      return number;
    }),
  );
  const byRarity = frequency
    .map((_, number) => number)
    .sort((a, b) => frequency[a]! - frequency[b]! || a - b);
  const rank = new Int32Array(byRarity.length);
  byRarity.forEach((number, position) => {
    rank[number] = position;
  });
  return sets.map((set) => set.map((number) => rank[number]!).sort());
}

/** A text that was looked up in the cache. */
export interface PrefixHit {
  /** Tokens at the front that need not be computed again; at least the last token always is. */
  readonly cachedTokens: number;
  /** The vector, when the whole text is known. */
  readonly vector: Float32Array | undefined;
}

/**
 * A stand-in for SGLang's radix cache: it remembers every prefix of every text, and the vectors of whole texts. What
 * it saves is told by token counts alone; whoever uses it makes the other tokens cost time.
 */
export interface PrefixCache {
  look(tokens: readonly number[]): PrefixHit;
  remember(tokens: readonly number[], vector: Float32Array): void;
  clear(): void;
  /** Token positions in the cache. */
  size(): number;
}

/** Prefixes kept before everything is forgotten, as a pool that is full forgets the oldest. */
const MAX_PREFIXES = 2_000_000;
const MAX_VECTORS = 8192;

export function createPrefixCache(): PrefixCache {
  const prefixes = new Set<number>();
  const vectors = new Map<number, Float32Array>();
  const clear = (): void => {
    prefixes.clear();
    vectors.clear();
  };
  return {
    look(tokens) {
      let cachedTokens = 0;
      let whole = 0;
      for (const prefix of prefixHashes(tokens)) {
        whole = prefix;
        if (!prefixes.has(prefix)) break;
        cachedTokens++;
      }
      const isKnown = tokens.length > 0 && cachedTokens === tokens.length;
      return {
        cachedTokens: Math.max(0, Math.min(cachedTokens, tokens.length - 1)),
        vector: isKnown ? vectors.get(whole) : undefined,
      };
    },
    remember(tokens, vector) {
      if (prefixes.size > MAX_PREFIXES || vectors.size >= MAX_VECTORS) clear();
      let whole = 0;
      for (const prefix of prefixHashes(tokens)) {
        prefixes.add(prefix);
        whole = prefix;
      }
      vectors.set(whole, vector.slice());
    },
    clear,
    size: () => prefixes.size,
  };
}

/** A 52-bit hash of every prefix, the shortest first: wide enough that two never meet by chance. */
function* prefixHashes(tokens: readonly number[]): Generator<number> {
  let high = 0x811c9dc5 | 0;
  let low = 0x1b873593 | 0;
  for (const token of tokens) {
    high = Math.imul(high ^ token, 0x01000193);
    high ^= high >>> 13;
    low = Math.imul(low ^ (token + 0x9e3779b9), 0xcc9e2d51);
    low ^= low >>> 15;
    yield (high >>> 6) * 2 ** 26 + (low >>> 6);
  }
}

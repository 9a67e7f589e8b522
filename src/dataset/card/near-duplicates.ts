/** Token sets count as near duplicates from this Jaccard similarity on. */
const NEAR_JACCARD = 0.9;

/** Comparisons per row after which a search gives up: texts that share most of their words are all candidates. */
const COMPARISONS_PER_ROW = 200;
const LEAST_COMPARISONS = 1_000_000;
const ROUNDING = 1e-9;

/** Finds out whether a row is nearly the same as one that was added before. */
export interface NearIndex {
  add(row: number): void;
  /**
   * Whether an added row's token set has a Jaccard similarity of at least {@link NEAR_JACCARD} with this row's.
   *
   * @returns undefined once the search has cost too much
   */
  hasNear(row: number): boolean | undefined;
}

/**
 * An exact index: no similar pair is missed, unlike with MinHash. Two sets of similarity t share a token among
 * their first n − ⌈t·n⌉ + 1 tokens in any common order; with rare tokens first, few sets share one
 * (Bayardo, Ma & Srikant 2007, "Scaling up all pairs similarity search").
 *
 * @param sets ascending token ranks of every row, rarest first ({@link rankedTokenSets})
 */
export function createNearIndex(sets: readonly Int32Array[]): NearIndex {
  const postings = new Map<number, number[]>();
  const indexed = new Set<string>();
  const askedBy = new Int32Array(sets.length).fill(-1);
  const maxComparisons = LEAST_COMPARISONS + COMPARISONS_PER_ROW * sets.length;
  let queries = 0;
  let comparisons = 0;
  return {
    add(row) {
      const set = sets[row]!;
      // one of several equal sets is enough to find them all
      const key = set.join();
      if (indexed.has(key)) return;
      indexed.add(key);
      for (const token of set.subarray(0, prefixLength(set.length))) {
        const rows = postings.get(token);
        if (rows === undefined) postings.set(token, [row]);
        else rows.push(row);
      }
    },
    hasNear(row) {
      const set = sets[row]!;
      const query = queries++;
      for (const token of set.subarray(0, prefixLength(set.length))) {
        for (const candidate of postings.get(token) ?? []) {
          if (++comparisons > maxComparisons) return undefined;
          if (askedBy[candidate] === query) continue;
          askedBy[candidate] = query;
          if (isNear(set, sets[candidate]!)) return true;
        }
      }
      return false;
    },
  };
}

function prefixLength(size: number): number {
  return size - Math.ceil(NEAR_JACCARD * size - ROUNDING) + 1;
}

/** Jaccard similarity of two ascending sets against the threshold, given up as soon as it is out of reach. */
function isNear(a: Int32Array, b: Int32Array): boolean {
  const needed = (NEAR_JACCARD / (1 + NEAR_JACCARD)) * (a.length + b.length) - ROUNDING;
  let shared = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (shared + Math.min(a.length - i, b.length - j) < needed) return false;
    const x = a[i]!;
    const y = b[j]!;
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return shared >= needed;
}

/**
 * Rows that nearly repeat an earlier row, exact repeats not counted.
 *
 * @param groupOf number of every row's exact text, numbered by first appearance
 * @returns undefined when the texts share so many words that counting would cost too much
 */
export function countNearDuplicates(sets: readonly Int32Array[], groupOf: Int32Array): number | undefined {
  const index = createNearIndex(sets);
  let count = 0;
  let groups = 0;
  for (let row = 0; row < sets.length; row++) {
    if (groupOf[row]! < groups) continue;
    groups++;
    const near = index.hasNear(row);
    if (near === undefined) return undefined;
    if (near) count++;
    index.add(row);
  }
  return count;
}

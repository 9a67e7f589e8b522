import { type Random, shuffled } from '../core/random.ts';
import type { EmbeddingCache } from './embedding-cache.ts';

export interface VerifyOptions<Input> {
  readonly cache: Pick<EmbeddingCache, 'getMany'>;
  /** Everything that may be in the cache, with what the server must be sent for it. */
  readonly items: readonly { readonly key: string; readonly input: Input }[];
  /** Asks the server anew; `undefined` for an item that failed. */
  readonly embed: (inputs: readonly Input[]) => Promise<readonly (Float32Array | undefined)[]>;
  /** Cached vectors to compare, drawn at random. */
  readonly sample: number;
  readonly random: Random;
  /** Items per lookup and request. */
  readonly batchSize?: number;
  /** A vector whose cosine to its cached form is below this has changed; rounding alone stays above it. */
  readonly changedBelow?: number;
}

/** How far the server's answers of today are from the cached ones. */
export interface CacheDrift {
  /** Cached vectors that were compared. */
  readonly checked: number;
  /** Items looked up that were not in the cache. */
  readonly missing: number;
  /** Items that the server did not answer. */
  readonly failed: number;
  /** Compared vectors that are equal bit for bit. */
  readonly identical: number;
  readonly changed: number;
  /** `changed` ÷ `checked`; absent when nothing was compared. */
  readonly changedShare?: number;
  readonly cosineMin?: number;
}

/** Embeds a sample of the cached items again and reports by how much the answers differ. */
export async function verifyCache<Input>(options: VerifyOptions<Input>): Promise<CacheDrift> {
  const { cache, embed, sample, batchSize = 32, changedBelow = 0.9999 } = options;
  const queue = shuffled(options.items, options.random);
  const cosines: number[] = [];
  let missing = 0;
  let failed = 0;
  let identical = 0;
  for (let from = 0; from < queue.length && cosines.length + failed < sample; from += batchSize) {
    const batch = queue.slice(from, from + batchSize);
    const kept = await cache.getMany(batch.map(({ key }) => key));
    const pairs = batch.flatMap(({ input }, i) => {
      const vector = kept[i];
      return vector === undefined ? [] : [{ input, vector }];
    });
    missing += batch.length - pairs.length;
    const drawn = pairs.slice(0, sample - cosines.length - failed);
    const fresh = drawn.length === 0 ? [] : await embed(drawn.map(({ input }) => input));
    for (const [i, { vector }] of drawn.entries()) {
      const answer = fresh[i];
      if (answer === undefined) {
        failed++;
        continue;
      }
      if (isIdentical(vector, answer)) identical++;
      cosines.push(cosine(vector, answer));
    }
  }
  const changed = cosines.filter((value) => !(value >= changedBelow)).length;
  return {
    checked: cosines.length,
    ...{ missing, failed, identical, changed },
    ...(cosines.length === 0
      ? {}
      : { changedShare: changed / cosines.length, cosineMin: Math.min(...cosines) }),
  };
}

function isIdentical(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** 0 for vectors of different lengths, of length zero or with anything but numbers: nothing is left in common. */
function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  const value = dot / Math.sqrt(aa * bb);
  return Number.isFinite(value) ? value : 0;
}

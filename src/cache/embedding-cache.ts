import type { Clock } from '../core/clock.ts';
import { toError } from '../core/errors.ts';
import { decodeStoredVector, encodeStoredVector } from './stored-vector.ts';
import type { StoreEntry, StoreKind, StoreSize, VectorStore } from './vector-store.ts';

/** A vector to keep. */
export interface CacheEntry {
  /** From `cacheKey`. */
  readonly key: string;
  readonly vector: Float32Array;
  /** The vector's share of the latency of the request that made it. */
  readonly latencyMs?: number;
}

/** What happened since the cache was opened. */
export interface CacheStats {
  readonly hits: number;
  /** Includes `damaged`, and everything that was asked for after the store failed. */
  readonly misses: number;
  /** Entries that were cut, altered or not dimsweep's own. */
  readonly damaged: number;
  readonly written: number;
  /** What the hits cost when they were made, as far as that was measured: time that this run saved. */
  readonly savedMs: number;
}

/**
 * Vectors kept between runs, for the quality pass only: a load window measures the server, never this. It cannot
 * fail a run: whatever goes wrong is a miss, said once.
 */
export interface EmbeddingCache {
  readonly kind: StoreKind;
  /** Where it is, for people. */
  readonly location: string;
  /** The vectors in the order of the keys; `undefined` where there is none to be used. Each is the caller's own. */
  getMany(keys: readonly string[]): Promise<(Float32Array | undefined)[]>;
  /** Keeps the entries; one that holds anything but finite numbers is left out. */
  setMany(entries: readonly CacheEntry[]): Promise<void>;
  stats(): CacheStats;
  /** @throws Error when the store has failed */
  size(): Promise<StoreSize>;
  /**
   * Removes everything and says how many entries there were.
   *
   * @throws Error when the store has failed
   */
  clear(): Promise<number>;
  close(): Promise<void>;
}

export interface CacheHooks {
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Takes a complete sentence for the user. */
  readonly warn: (message: string) => void;
}

type MutableStats = { -readonly [Key in keyof CacheStats]: CacheStats[Key] };

/** An embedding cache over a store. */
export function cacheOver(store: VectorStore, hooks: CacheHooks): EmbeddingCache {
  const stats: MutableStats = { hits: 0, misses: 0, damaged: 0, written: 0, savedMs: 0 };
  let canRead = true;
  let canWrite = true;
  const decode = (key: string, bytes: Uint8Array | undefined): Float32Array | undefined => {
    if (bytes === undefined) return undefined;
    const stored = decodeStoredVector(key, bytes);
    if (stored === undefined) {
      if (stats.damaged === 0) {
        hooks.warn(`The embedding cache (${store.location}) holds damaged entries; they are embedded again.`);
      }
      stats.damaged++;
      return undefined;
    }
    if (stored.latencyMs > 0) stats.savedMs += stored.latencyMs;
    return stored.vector;
  };
  return {
    kind: store.kind,
    location: store.location,
    getMany: async (keys) => {
      const found = canRead ? await attemptRead(keys) : [];
      const vectors = keys.map((key, i) => decode(key, found[i]));
      const hits = vectors.filter((vector) => vector !== undefined).length;
      stats.hits += hits;
      stats.misses += keys.length - hits;
      return vectors;
    },
    setMany: async (entries) => {
      const createdAtMs = hooks.clock.wallMs();
      const usable = entries.filter(({ vector }) => vector.length > 0 && vector.every(Number.isFinite));
      if (!canWrite || usable.length === 0 || store.kind === 'none') return;
      const encoded = usable.map(({ key, vector, latencyMs = Number.NaN }) => ({
        key,
        value: encodeStoredVector(key, { vector, createdAtMs, latencyMs }),
      }));
      await attemptWrite(encoded);
    },
    stats: () => ({ ...stats }),
    size: () => store.size(),
    clear: () => store.clear(),
    close: () => store.close(),
  };

  async function attemptRead(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    try {
      return await store.read(keys);
    } catch (cause) {
      say('The embedding cache failed; the run goes on without it', cause);
      canRead = false;
      canWrite = false;
      return [];
    }
  }

  async function attemptWrite(entries: readonly StoreEntry[]): Promise<void> {
    try {
      await store.write(entries);
      stats.written += entries.length;
    } catch (cause) {
      canWrite = false;
      // A store that is full can still be read; one that is gone is to be spoken of once, not twice.
      await attemptRead([entries[0]!.key]);
      if (canRead)
        say('The embedding cache takes no more vectors; the run goes on without adding any', cause);
    }
  }

  function say(what: string, cause: unknown): void {
    hooks.warn(`${what}: ${toError(cause).message.split('\n', 1)[0]}.`);
  }
}

export type StoreKind = 'lmdb' | 'redis' | 'none';

/** What a store holds. */
export interface StoreSize {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Keeps bytes under keys. A store knows nothing of vectors, and hides no failure: `EmbeddingCache` above it turns
 * them into misses.
 */
export interface VectorStore {
  readonly kind: StoreKind;
  /** Where it is, for people: a path, or a URL without its password. */
  readonly location: string;
  /** The values in the order of the keys; `undefined` where there is none. */
  read(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** All of the entries or, when it throws, maybe some of them. */
  write(entries: readonly StoreEntry[]): Promise<void>;
  size(): Promise<StoreSize>;
  /** Removes every entry and says how many there were. */
  clear(): Promise<number>;
  close(): Promise<void>;
}

export interface StoreEntry {
  /** 64 hex digits. */
  readonly key: string;
  readonly value: Uint8Array;
}

/** A store that cannot be used here; the message is a sentence without an end mark. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

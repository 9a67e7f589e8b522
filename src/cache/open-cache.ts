import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { defaultCacheDirectory } from './default-directory.ts';
import { type CacheHooks, cacheOver, type EmbeddingCache } from './embedding-cache.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { openNoStore } from './no-store.ts';
import { openRedisStore } from './redis-store.ts';
import { type StoreKind, StoreUnavailableError, type VectorStore } from './vector-store.ts';

export interface OpenCacheHooks extends CacheHooks {
  /** The process environment, for `XDG_CACHE_HOME`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

type CacheConfig = Config['cache'];

/** Every store, by kind; `config` is what the user wrote when it is of that kind. */
const STORES = {
  lmdb: (config, { variables, warn }) => {
    const path = config === false ? undefined : config.path;
    return openLmdbStore(path === undefined ? defaultCacheDirectory(variables) : resolve(path), warn);
  },
  redis: (config) => openRedisStore(config === false ? '' : (config.url ?? '')),
  none: () => openNoStore(),
} satisfies Record<StoreKind, (config: CacheConfig, hooks: OpenCacheHooks) => Promise<VectorStore>>;

/**
 * Opens the cache that the config asks for: LMDB in `cache.path`, Redis at `cache.url`, or none. A store that
 * cannot be used is no reason to stop: it is said, and the run goes on without a cache (`kind` is `none`).
 *
 * A relative `cache.path` starts from the working directory.
 *
 * @throws UsageError when `cache.url` is not the URL of a Redis server
 */
export async function openEmbeddingCache(
  config: CacheConfig,
  hooks: OpenCacheHooks,
): Promise<EmbeddingCache> {
  try {
    return cacheOver(await STORES[kindOf(config)](config, hooks), hooks);
  } catch (cause) {
    if (!(cause instanceof StoreUnavailableError)) throw cause;
    hooks.warn(`The run goes on without an embedding cache: ${cause.message}.`);
    return cacheOver(await STORES.none(), hooks);
  }
}

function kindOf(config: CacheConfig): StoreKind {
  if (config === false) return 'none';
  return config.url === undefined ? 'lmdb' : 'redis';
}

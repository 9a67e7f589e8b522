import { resolve } from 'node:path';
import type { EmbeddingCache } from '../cache/embedding-cache.ts';
import { openEmbeddingCache } from '../cache/open-cache.ts';
import type { LoadedConfig } from '../config/read-config.ts';
import type { Clock } from '../core/clock.ts';
import type { EmitRunEvent } from './events.ts';

interface RunCachePorts {
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly emit: EmitRunEvent;
}

/**
 * The embedding cache that a config names; a relative path starts from the config's folder. A store that cannot
 * be used is said, and stands in as an empty one.
 */
export function openRunCache(
  { config, baseDirectory }: LoadedConfig,
  { clock, environment, emit }: RunCachePorts,
): Promise<EmbeddingCache> {
  const { cache } = config;
  const located =
    cache === false || cache.path === undefined
      ? cache
      : { ...cache, path: resolve(baseDirectory, cache.path) };
  return openEmbeddingCache(located, {
    clock,
    variables: environment,
    warn: (message) => emit({ type: 'warning', message }),
  });
}

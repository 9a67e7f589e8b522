import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultCacheDirectory } from '../../src/cache/default-directory.ts';
import { openEmbeddingCache } from '../../src/cache/open-cache.ts';
import { cacheFolder, listeningHooks } from './cache-fixture.ts';

describe('opening the cache', () => {
  it('keeps vectors in the user’s cache folder unless the config says otherwise', async () => {
    const base = cacheFolder();
    const { hooks } = listeningHooks();
    const cache = await openEmbeddingCache({}, { ...hooks, variables: { XDG_CACHE_HOME: base } });
    expect(cache.location).toBe(join(base, 'dimsweep', 'vectors.mdb'));
    expect(existsSync(cache.location)).toBe(true);
    await cache.close();
    expect(defaultCacheDirectory({})).toBe(join(homedir(), '.cache', 'dimsweep'));
    expect(defaultCacheDirectory({ XDG_CACHE_HOME: 'relative' })).toBe(join(homedir(), '.cache', 'dimsweep'));
  });

  it('keeps none when told so', async () => {
    const { said, hooks } = listeningHooks();
    const cache = await openEmbeddingCache(false, hooks);
    expect(cache.kind).toBe('none');
    expect(said).toEqual([]);
  });
});

import type { CacheDrift } from '../cache/verify-cache.ts';
import { verifyCache } from '../cache/verify-cache.ts';
import type { LoadedConfig } from '../config/read-config.ts';
import type { Clock } from '../core/clock.ts';
import { UsageError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import type { ServerBlock } from '../core/record/server-block.ts';
import type { EmitRunEvent } from './events.ts';
import { readData } from './prepare-data.ts';
import { type EmbedPorts, embedPrompts, type Prompt } from './quality/embed-prompts.ts';
import { embedSettings } from './quality/embed-settings.ts';
import { instructionsOf, promptsOf } from './quality/instruction.ts';
import { openRunCache } from './run-cache.ts';
import { openServerSide } from './server-side.ts';

interface CheckCacheInput {
  readonly loaded: LoadedConfig;
  /** Cached vectors to embed again. */
  readonly sample: number;
  /** Folder that takes the log of a launched server. */
  readonly logDirectory: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

/** What became of a cache's vectors on the server of today. */
export interface CacheCheck extends CacheDrift {
  /** Where the cache is, for people. */
  readonly location: string;
  readonly server: ServerBlock;
}

/**
 * Embeds a random sample of a config's cached vectors again, over all of its instructions, and compares. The
 * cache itself is only read.
 *
 * @throws UsageError without a cache or quality pass; ServerError when the server cannot be used
 */
export async function checkCache(input: CheckCacheInput): Promise<CacheCheck> {
  const { loaded, clock, environment, emit, signal, logDirectory } = input;
  const { config } = loaded;
  const { quality } = config;
  if (config.cache === false || quality === false) {
    throw new UsageError('this config keeps no vectors', {
      where: config.cache === false ? 'cache: false' : 'quality: false',
      hint: 'Check the config that filled the cache.',
    });
  }
  const dataset = await readData(loaded, signal);
  const cache = await openRunCache(loaded, { clock, environment, emit });
  try {
    const side = await openServerSide({
      ...{ config, logDirectory, clock, environment, signal, serverArgs: undefined },
      needs: { dimensions: [], encodings: [] },
    });
    try {
      const settings = embedSettings(quality, side.block);
      const sources = dataset.ids.map((id, i) => ({ id, text: dataset.texts[i]!, role: 'text' as const }));
      const prompts = instructionsOf(config).flatMap((one) => promptsOf(one, sources, side.block, settings));
      const ports: EmbedPorts = { client: side.client, clock, cache: FORGETFUL, signal };
      const drift = await verifyCache<Prompt>({
        cache,
        items: prompts.map((prompt) => ({ key: prompt.cacheKey, input: prompt })),
        embed: async (batch) => {
          const named = batch.map((prompt) => ({ ...prompt, id: prompt.cacheKey }));
          const { matrix } = await embedPrompts(named, settings, ports);
          const row = new Map(matrix.ids.map((id, i) => [id, i]));
          return batch.map(({ cacheKey }) => {
            const at = row.get(cacheKey);
            if (at === undefined) return undefined;
            return matrix.values.subarray(at * matrix.dimensions, (at + 1) * matrix.dimensions);
          });
        },
        sample: input.sample,
        random: createRandom(config.seed, 'cache verify'),
      });
      return { ...drift, location: cache.location, server: side.block };
    } finally {
      await side.close();
    }
  } finally {
    await cache.close();
  }
}

/** Everything is asked of the server, and nothing it says is kept. */
const FORGETFUL: EmbedPorts['cache'] = {
  getMany: (keys) => Promise.resolve(keys.map(() => undefined)),
  setMany: () => Promise.resolve(),
};

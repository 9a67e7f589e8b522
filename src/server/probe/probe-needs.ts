import type { Config } from '../../config/config.ts';
import type { ProbeNeeds } from './probe-check.ts';

/**
 * What a run of this config asks of its server. Scores are cut on the client, so only the load pass needs the
 * server's own short vectors.
 */
export function probeNeeds({ load, axes }: Pick<Config, 'load' | 'axes'>): ProbeNeeds {
  if (load === false) return { dimensions: [], encodings: ['float'] };
  return { dimensions: load.dimensions ?? axes.dimensions, encodings: axes.encoding };
}

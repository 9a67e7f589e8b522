import type { Config } from '../../config/config.ts';
import type { ProbeNeeds } from './probe-check.ts';

/**
 * What a run of this config asks of its server. Scores are cut on the client, so only the load pass needs the
 * server's own short vectors.
 */
export function probeNeeds({ load, axes }: Pick<Config, 'load' | 'axes'>): ProbeNeeds {
  return load === false
    ? { dimensions: [], encodings: ['float'] }
    : { dimensions: axes.dimensions, encodings: axes.encoding };
}

import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where vectors are kept unless `cache.path` says otherwise: `$XDG_CACHE_HOME/dimsweep`, or `~/.cache/dimsweep`.
 * Not beside the results: runs come and go, vectors are worth keeping for all of them.
 */
export function defaultCacheDirectory(variables: Readonly<Record<string, string | undefined>>): string {
  const base = variables['XDG_CACHE_HOME'];
  // The XDG base directory specification has relative paths ignored.
  const root = base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache');
  return join(root, 'dimsweep');
}

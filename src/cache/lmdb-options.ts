import type { RootDatabaseOptionsWithPath } from 'lmdb';

/** How the cache's file is opened, by the store and by the check that runs before it. */
export function lmdbOptions(file: string): RootDatabaseOptionsWithPath {
  return { path: file, noSubdir: true, encoding: 'binary', keyEncoding: 'binary' };
}

import { open } from 'lmdb';
import { lmdbOptions } from './lmdb-options.ts';

/**
 * A process of its own: reads every page of the cache file named by its argument and ends with 0. LMDB maps the
 * file into memory and trusts it; a damaged one ends this process, with an exception or without, instead of the
 * run.
 */
// The word must be out before a crash can take it along.
await new Promise<void>((resolve) => {
  if (process.send === undefined) resolve();
  else process.send('reading', () => resolve());
});
const database = open<Buffer, Buffer>(lmdbOptions(process.argv[2]!));
let entries = 0;
let bytes = 0;
for (const { key, value } of database.getRange()) {
  entries++;
  bytes += key.length + value.length;
}
// Garbage can look like an empty page; the header still says how many entries there should be.
const { entryCount } = database.getStats() as { entryCount: number };
await database.close();
process.exitCode = Number.isFinite(bytes) && entries === entryCount ? 0 : 1;

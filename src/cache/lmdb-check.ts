import { open } from 'lmdb';
import { lmdbOptions } from './lmdb-options.ts';

/**
 * A process of its own: reads every page of the cache file named by its argument and ends with 0. LMDB maps the
 * file into memory and trusts it; a damaged one ends this process, with an exception or without, instead of the
 * run.
 */
process.send?.('reading');
const database = open<Buffer, Buffer>(lmdbOptions(process.argv[2]!));
let bytes = 0;
for (const { key, value } of database.getRange()) bytes += key.length + value.length;
await database.close();
process.exitCode = Number.isFinite(bytes) ? 0 : 1;

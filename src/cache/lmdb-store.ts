import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { toError } from '../core/errors.ts';
import { checkLmdbFile, removeLmdbFile, setAsideLmdbFile, vouchFor } from './lmdb-file.ts';
import { lmdbOptions } from './lmdb-options.ts';
import { type StoreEntry, StoreUnavailableError, type VectorStore } from './vector-store.ts';

type Lmdb = Pick<typeof import('lmdb'), 'open'>;
type Vectors = RootDatabase<Buffer, Buffer>;

/** Entries of one transaction: each ends with a flush to the disk, and none may hold up the process for long. */
const BATCH = 256;

/**
 * Opens the cache file in `directory`, which is made if need be. A damaged file is set aside and a new one begun.
 *
 * @param load brings LMDB's native code, which some platforms lack
 * @throws StoreUnavailableError when LMDB or the folder cannot be used
 */
export async function openLmdbStore(
  directory: string,
  warn: (message: string) => void,
  load: () => Promise<Lmdb> = () => import('lmdb'),
): Promise<VectorStore> {
  const lmdb = await loadLmdb(load);
  const file = join(directory, 'vectors.mdb');
  await prepare(directory, file, warn);
  let database = openFile(lmdb, file);
  let hasFailed = false;
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      hasFailed = true;
      throw cause;
    }
  };
  return {
    kind: 'lmdb',
    location: file,
    read: async (keys) => guarded(() => keys.map((key) => database.get(keyBytes(key)))),
    write: async (entries) => guarded(() => writeAll(database, entries)),
    size: async () => guarded(() => ({ entries: entryCount(database), bytes: statSync(file).size })),
    clear: async () => {
      const entries = guarded(() => entryCount(database));
      // A file that is only emptied keeps its size.
      await database.close();
      removeLmdbFile(file);
      database = openFile(lmdb, file);
      return entries;
    },
    close: async () => {
      await database.close();
      if (!hasFailed) vouchFor(file);
    },
  };
}

async function loadLmdb(load: () => Promise<Lmdb>): Promise<Lmdb> {
  try {
    return await load();
  } catch (cause) {
    throw new StoreUnavailableError(
      `LMDB cannot be loaded on ${process.platform}-${process.arch} (${firstLine(cause)})`,
      { cause },
    );
  }
}

async function prepare(directory: string, file: string, warn: (message: string) => void): Promise<void> {
  try {
    // The XDG base directory specification: for the user alone.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    const health = await checkLmdbFile(file);
    if (health === 'unknown') throw new Error('it could not be checked for damage');
    if (health === 'damaged') {
      const aside = setAsideLmdbFile(file);
      warn(`The embedding cache was damaged; it is now ${aside}, and a new one is begun.`);
    }
  } catch (cause) {
    throw unavailable(file, cause);
  }
}

function openFile(lmdb: Lmdb, file: string): Vectors {
  try {
    return lmdb.open<Buffer, Buffer>(lmdbOptions(file));
  } catch (cause) {
    throw unavailable(file, cause);
  }
}

/**
 * Writes in transactions that are complete when they return: LMDB's asynchronous ones reject a second promise that
 * nobody holds when the disk is full, which would end the process.
 */
function writeAll(database: Vectors, entries: readonly StoreEntry[]): void {
  for (let from = 0; from < entries.length; from += BATCH) {
    database.transactionSync(() => {
      for (const { key, value } of entries.slice(from, from + BATCH)) {
        database.putSync(keyBytes(key), Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      }
    });
  }
}

function entryCount(database: Vectors): number {
  return (database.getStats() as { entryCount: number }).entryCount;
}

function keyBytes(key: string): Buffer {
  return Buffer.from(key, 'hex');
}

function unavailable(file: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(`${file} cannot be used (${firstLine(cause)})`, { cause });
}

function firstLine(cause: unknown): string {
  return toError(cause).message.split('\n', 1)[0]!;
}

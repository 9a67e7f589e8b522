import { type ChainableCommander, Redis } from 'ioredis';
import { toError, UsageError } from '../core/errors.ts';
import { type StoreEntry, StoreUnavailableError, type VectorStore } from './vector-store.ts';

/** Before every key; the number is raised together with the format of the values. */
const PREFIX = 'dimsweep:vector:1:';
const BATCH = 256;
const CONNECT_TIMEOUT_MS = 3000;

/**
 * Connects to a Redis server. A connection that is lost is not made again: the run goes on without a cache rather
 * than with one that comes and goes.
 *
 * @param commandTimeoutMs a Redis that does not answer within this is as good as gone
 * @throws UsageError when the URL is none of Redis; StoreUnavailableError when the server cannot be used
 */
export async function openRedisStore(url: string, commandTimeoutMs = 5000): Promise<VectorStore> {
  const location = checkedLocation(url);
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: CONNECT_TIMEOUT_MS,
    retryStrategy: () => null,
    disableClientInfo: true,
  });
  // The rejection of a command only says that the connection is closed; the event before it says why.
  let lastError: Error | undefined;
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  const explained = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (cause) {
      const reason = lastError ?? toError(cause);
      throw new StoreUnavailableError(`Redis at ${location} cannot be used (${reason.message})`, { cause });
    }
  };
  try {
    await explained(redis.connect());
    await explained(redis.ping());
  } catch (cause) {
    redis.disconnect();
    throw cause;
  }
  return {
    kind: 'redis',
    location,
    read: (keys) => explained(read(redis, keys)),
    write: (entries) => explained(write(redis, entries)),
    size: () => explained(size(redis)),
    clear: () => explained(clear(redis)),
    close: async () => redis.disconnect(),
  };
}

async function read(redis: Redis, keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
  const values: (Uint8Array | undefined)[] = [];
  for (let from = 0; from < keys.length; from += BATCH) {
    const found = await redis.mgetBuffer(keys.slice(from, from + BATCH).map((key) => PREFIX + key));
    values.push(...found.map((value) => value ?? undefined));
  }
  return values;
}

async function write(redis: Redis, entries: readonly StoreEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += BATCH) {
    const pipeline = redis.pipeline();
    for (const { key, value } of entries.slice(from, from + BATCH)) {
      pipeline.set(PREFIX + key, Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    }
    await results(pipeline);
  }
}

async function size(redis: Redis): Promise<{ entries: number; bytes: number }> {
  let entries = 0;
  let bytes = 0;
  for await (const keys of ownKeys(redis)) {
    const pipeline = redis.pipeline();
    for (const key of keys) pipeline.strlen(key);
    const lengths = await results(pipeline);
    entries += keys.length;
    for (const length of lengths) bytes += Number(length);
  }
  return { entries, bytes };
}

/** Removes what has the prefix and nothing else: the database may be shared. */
async function clear(redis: Redis): Promise<number> {
  let removed = 0;
  for await (const keys of ownKeys(redis)) {
    if (keys.length > 0) removed += await redis.unlink(...keys);
  }
  return removed;
}

async function* ownKeys(redis: Redis): AsyncGenerator<string[]> {
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${PREFIX}*`, 'COUNT', 1000);
    cursor = next;
    // SCAN may give a key more than once.
    const fresh = keys.filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    yield fresh;
  } while (cursor !== '0');
}

/** The replies of a pipeline; the first failure among them is thrown. */
async function results(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? [];
  const failed = replies.find(([error]) => error !== null);
  if (failed !== undefined) throw failed[0]!;
  return replies.map(([, reply]) => reply);
}

/** The server without user, password and options, none of which may be shown. */
function checkedLocation(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new UsageError('cache.url is not the URL of a Redis server', {
      hint: 'Write redis://host:6379, or rediss:// for TLS, or leave cache.url out for a local cache.',
    });
  }
  if (parsed.search !== '') {
    // The driver would take a password from here as well, where nobody who hides passwords looks for one.
    throw new UsageError('cache.url has options behind a question mark, which are not taken', {
      hint: 'Write user and password before the host: redis://user:password@host:6379/0.',
    });
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname === '/' ? '' : parsed.pathname}`;
}

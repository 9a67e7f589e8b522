import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EmbeddingCache } from '../../src/cache/embedding-cache.ts';
import { openLmdbStore } from '../../src/cache/lmdb-store.ts';
import { openEmbeddingCache } from '../../src/cache/open-cache.ts';
import { createRandom } from '../../src/core/random.ts';
import { nextLine, runScript } from '../store/child-process.ts';
import { cacheFolder, keyOf, listeningHooks, vectorOf } from './cache-fixture.ts';

const COUNT = 40;

/** A folder with a cache of {@link COUNT} vectors of real size, closed properly. */
async function filledFolder(): Promise<string> {
  const folder = cacheFolder();
  const cache = await openAt(folder).then(({ cache: opened }) => opened);
  await cache.setMany(
    Array.from({ length: COUNT }, (_, i) => ({ key: keyOf(i), vector: vectorOf(i, 2560) })),
  );
  await cache.close();
  return folder;
}

async function openAt(folder: string): Promise<{ cache: EmbeddingCache; said: string[] }> {
  const { said, hooks } = listeningHooks();
  return { cache: await openEmbeddingCache({ path: folder }, hooks), said };
}

const fileOf = (folder: string): string => join(folder, 'vectors.mdb');

function noise(length: number): Buffer {
  const random = createRandom(1, 'noise');
  return Buffer.from(Array.from({ length }, () => random.integer(256)));
}

describe('a damaged cache file', () => {
  const damages: Record<string, (bytes: Buffer) => Buffer> = {
    'garbage from end to end': (bytes) => noise(bytes.length),
    'a text': () => Buffer.from('not a database'),
    'zeros from end to end': (bytes) => Buffer.alloc(bytes.length),
    'its first half': (bytes) => bytes.subarray(0, bytes.length >> 1),
    'garbage behind its header': (bytes) => Buffer.concat([bytes.subarray(0, 8192), noise(65_536)]),
    'a hole in its middle': (bytes) => Buffer.from(bytes).fill(0, 8192),
  };

  it.each(Object.keys(damages))('with %s is set aside with a sentence, and the run goes on', async (name) => {
    const folder = await filledFolder();
    const file = fileOf(folder);
    const damaged = damages[name]!(readFileSync(file));
    writeFileSync(file, damaged);
    const { cache, said } = await openAt(folder);
    expect(said).toEqual([
      `The embedding cache was damaged; it is now ${file}.damaged, and a new one is begun.`,
    ]);
    expect(cache.kind).toBe('lmdb');
    expect(await cache.getMany([keyOf(0)])).toEqual([undefined]);
    await cache.setMany([{ key: keyOf(0), vector: vectorOf(0) }]);
    expect(await cache.getMany([keyOf(0)])).toEqual([vectorOf(0)]);
    await cache.close();
    expect(readFileSync(`${file}.damaged`).equals(damaged)).toBe(true);
  });

  it('is set aside again when it happens again', async () => {
    const folder = await filledFolder();
    for (let round = 0; round < 2; round++) {
      writeFileSync(fileOf(folder), 'garbage');
      const { cache, said } = await openAt(folder);
      expect(said).toHaveLength(1);
      await cache.close();
    }
    expect(readdirSync(folder).sort()).toEqual([
      'vectors.mdb',
      'vectors.mdb-lock',
      'vectors.mdb.closed',
      'vectors.mdb.damaged',
    ]);
  });
});

describe('a sound cache file', () => {
  it('is known by the note of its last close', async () => {
    const folder = await filledFolder();
    const { size, mtimeMs, ino } = statSync(fileOf(folder));
    expect(JSON.parse(readFileSync(`${fileOf(folder)}.closed`, 'utf8'))).toEqual({
      bytes: size,
      mtimeMs,
      inode: ino,
    });
    const { cache, said } = await openAt(folder);
    expect(await cache.getMany([keyOf(7)])).toEqual([vectorOf(7, 2560)]);
    await cache.close();
    expect(said).toEqual([]);
  });

  it('is read through and kept when the note is missing or does not fit', async () => {
    const folder = await filledFolder();
    utimesSync(fileOf(folder), new Date(0), new Date(0));
    const { cache, said } = await openAt(folder);
    expect(await cache.getMany([keyOf(COUNT - 1)])).toEqual([vectorOf(COUNT - 1, 2560)]);
    await cache.close();
    expect(said).toEqual([]);
    expect(existsSync(`${fileOf(folder)}.damaged`)).toBe(false);
  });

  it('is what kill -9 leaves, with every batch that was acknowledged', async () => {
    const folder = cacheFolder();
    const script = runScript(
      `import { openLmdbStore } from 'DIST/cache/lmdb-store.js';
       import { cacheOver } from 'DIST/cache/embedding-cache.js';
       import { cacheKey } from 'DIST/cache/cache-key.js';
       const cache = cacheOver(await openLmdbStore(process.argv[1], console.error), { clock: Date, warn: console.error });
       for (let batch = 0; ; batch++) {
         await cache.setMany(Array.from({ length: 32 }, (_, i) => ({
           key: String(batch * 32 + i).padStart(64, '0'),
           vector: new Float32Array(2560).fill(batch * 32 + i),
         })));
         console.log(batch);
         await new Promise((resolve) => setImmediate(resolve));
       }`.replace('clock: Date', 'clock: { wallMs: () => 0 }'),
      [folder],
    );
    let batch = '';
    for (let i = 0; i < 20; i++) batch = await nextLine(script);
    script.child.kill('SIGKILL');
    await script.exit;
    const { cache, said } = await openAt(folder);
    const count = (Number(batch) + 1) * 32;
    const keys = Array.from({ length: count }, (_, i) => String(i).padStart(64, '0'));
    const found = await cache.getMany(keys);
    expect(found.map((vector) => vector?.[2559])).toEqual(keys.map(Number));
    expect(said).toEqual([]);
    await cache.close();
  });

  it('serves several runs at once', async () => {
    const folder = cacheFolder();
    const writer = (from: number) =>
      runScript(
        `import { openLmdbStore } from 'DIST/cache/lmdb-store.js';
         import { cacheOver } from 'DIST/cache/embedding-cache.js';
         const warn = (message) => console.log(message);
         const cache = cacheOver(await openLmdbStore(process.argv[1], warn), { clock: { wallMs: () => 0 }, warn });
         const from = Number(process.argv[2]);
         for (let i = from; i < from + 100; i++) {
           await cache.setMany([{ key: String(i).padStart(64, '0'), vector: Float32Array.of(i) }]);
         }
         await cache.close();
         console.log('done');`,
        [folder, String(from)],
      );
    const writers = [writer(0), writer(100)];
    expect(await Promise.all(writers.map(nextLine))).toEqual(['done', 'done']);
    await Promise.all(writers.map(({ exit }) => exit));
    const { cache } = await openAt(folder);
    const keys = Array.from({ length: 200 }, (_, i) => String(i).padStart(64, '0'));
    expect((await cache.getMany(keys)).map((vector) => vector?.[0])).toEqual(keys.map(Number));
    await cache.close();
  });
});

describe('a disk or platform that does not play along', () => {
  it('keeps what was written when the disk is full, says it once, and goes on reading', async () => {
    const folder = cacheFolder();
    const script = runScript(
      `import { openLmdbStore } from 'DIST/cache/lmdb-store.js';
       import { cacheOver } from 'DIST/cache/embedding-cache.js';
       process.on('SIGXFSZ', () => {});
       process.on('unhandledRejection', (error) => console.log('unhandled ' + error.message));
       const warn = (message) => console.log(message);
       const cache = cacheOver(await openLmdbStore(process.argv[1], warn), { clock: { wallMs: () => 0 }, warn });
       const key = (i) => String(i).padStart(64, '0');
       for (let i = 0; i < 400; i++) {
         await cache.setMany([{ key: key(i), vector: new Float32Array(2560).fill(i) }]);
       }
       const [vector] = await cache.getMany([key(0)]);
       console.log('still reads ' + vector.length + ', kept ' + (cache.stats().written < 400));
       await cache.close();
       console.log('closed');`,
      [folder],
      1024,
    );
    expect(await nextLine(script)).toBe(
      'The embedding cache takes no more vectors; the run goes on without adding any: Input/output error.',
    );
    expect(await nextLine(script)).toBe('still reads 2560, kept true');
    expect(await nextLine(script)).toBe('closed');
    await script.exit;
    const { cache, said } = await openAt(folder);
    expect((await cache.size()).entries).toBeGreaterThan(10);
    expect(said).toEqual([]);
    await cache.close();
  });

  it('means no cache, with a sentence, when the folder cannot be made', async () => {
    const folder = cacheFolder();
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, 'file', 'cache');
    const { cache, said } = await openAt(path);
    expect(cache.kind).toBe('none');
    expect(said).toEqual([
      `The run goes on without an embedding cache: ${fileOf(path)} cannot be used (ENOTDIR: not a directory, mkdir '${path}').`,
    ]);
  });

  it('means no cache, with a sentence, where LMDB has no native code', async () => {
    const failing = openLmdbStore(
      cacheFolder(),
      () => undefined,
      () => Promise.reject(new Error('No native build was found\nfor this platform')),
    );
    await expect(failing).rejects.toThrow(
      `LMDB cannot be loaded on ${process.platform}-${process.arch} (No native build was found)`,
    );
  });

  it('does not lose a file only because it could not be checked', async () => {
    const folder = await filledFolder();
    truncateSync(`${fileOf(folder)}.closed`);
    const script = runScript(
      `import { checkLmdbFile } from 'DIST/cache/lmdb-file.js';
       process.env.NODE_OPTIONS = '--require=/none/such/module.js';
       console.log(await checkLmdbFile(process.argv[1]));`,
      [fileOf(folder)],
    );
    expect(await nextLine(script)).toBe('unknown');
    await script.exit;
  });
});

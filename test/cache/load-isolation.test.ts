import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|moduleEntry\([^,]+,\s*)['"](\.{1,2}\/[^'"]+)['"]/g;

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** The files that a file reaches over any number of imports, with the file that each was first reached from. */
function reachedFrom(file: string): Map<string, string> {
  const cameFrom = new Map([[file, file]]);
  for (const current of cameFrom.keys()) {
    for (const [, path] of readFileSync(current, 'utf8').matchAll(IMPORT)) {
      const bare = resolve(dirname(current), path!);
      const target = [bare, `${bare}.ts`].find(
        (candidate) => candidate.endsWith('.ts') && existsSync(candidate),
      );
      if (target !== undefined && !cameFrom.has(target)) cameFrom.set(target, current);
    }
  }
  return cameFrom;
}

function cacheImportsOf(files: readonly string[]): string[] {
  return files.flatMap((file) =>
    [...reachedFrom(file)]
      .filter(([target]) => target.startsWith(join(SOURCE, 'cache')))
      .map(([target, from]) => `${file} reaches ${target} through ${from}`),
  );
}

describe('the load engine', () => {
  it('cannot reach the embedding cache over any chain of imports', () => {
    expect(cacheImportsOf(sourcesIn(join(SOURCE, 'load')))).toEqual([]);
  });

  it('would be caught if it did', () => {
    expect(cacheImportsOf([join(SOURCE, 'cache', 'lmdb-store.ts')])).not.toEqual([]);
    const reached = [...reachedFrom(join(SOURCE, 'cache', 'open-cache.ts')).keys()];
    for (const file of ['cache/lmdb-check.ts', 'core/errors.ts', 'threads/module-entry.ts']) {
      expect(reached).toContain(join(SOURCE, file));
    }
  });
});

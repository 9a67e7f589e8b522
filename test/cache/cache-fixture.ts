import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type CacheKeyParts, cacheKey } from '../../src/cache/cache-key.ts';
import { createRandom } from '../../src/core/random.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for one test, removed behind it. */
export function cacheFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dimsweep-cache-'));
  folders.push(folder);
  return folder;
}

export const PARTS: CacheKeyParts = {
  model: 'Qwen/Qwen3-Embedding-4B',
  fingerprint: 'f'.repeat(64),
  instruction: null,
  template: 'Instruct: {instruction}\nQuery:{text}',
  role: 'document',
  text: 'good value',
  encoding: 'float',
  dimensions: 2560,
};

/** The key of the n-th text. */
export const keyOf = (n: number): string => cacheKey({ ...PARTS, text: `text ${n}` });

/** A vector of norm 1 that differs from that of any other seed. */
export function vectorOf(seed: number, dimensions = 64): Float32Array {
  const random = createRandom(seed, 'vector');
  const values = Float32Array.from({ length: dimensions }, () => random.next() - 0.5);
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}

/** Hooks that keep what was said. */
export function listeningHooks() {
  const said: string[] = [];
  return {
    said,
    hooks: {
      clock: { wallMs: () => Date.UTC(2026, 0, 2) },
      warn: (message: string) => void said.push(message),
      variables: {},
    },
  };
}

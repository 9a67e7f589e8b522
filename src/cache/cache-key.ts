import type { Encoding } from '../core/axes.ts';
import { contentHash } from '../core/content-hash.ts';

/** Raised when the same parts must not find what earlier versions stored. */
const KEY_VERSION = 1;

/** Everything that a vector depends on. */
export interface CacheKeyParts {
  readonly model: string;
  /** The server block's fingerprint: model, version, native width and the flags that change vectors. */
  readonly fingerprint: string;
  /** The instruction's sentence, not its name; null for none. */
  readonly instruction: string | null;
  /** How instruction and text become one prompt. */
  readonly template: string;
  /** What the text is to the task: `query`, `document`, `label` … */
  readonly role: string;
  /** The text itself, byte for byte. */
  readonly text: string;
  readonly encoding: Encoding;
  /** Width of the stored vector: the model's native one. */
  readonly dimensions: number;
}

/**
 * Names a vector by everything it depends on: 64 hex digits. The parts are hashed as one JSON object, so that no
 * two different sets of parts run into the same bytes, whatever the texts contain.
 */
export function cacheKey(parts: CacheKeyParts): string {
  const { model, fingerprint, instruction, template, role, text, encoding, dimensions } = parts;
  return contentHash({
    version: KEY_VERSION,
    ...{ model, fingerprint, instruction, template, role, text, encoding, dimensions },
  });
}

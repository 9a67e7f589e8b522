import * as z from 'zod';
import { createRandom, shuffled } from '../../core/random.ts';
import { normaliseStretch } from '../models/unit-norm.ts';
import { type FaultEntry, faultMode, type ReplyEntry } from './fault.ts';
import { amount, count, noSettings, share, signed } from './settings.ts';

/** Faults that spoil the vectors of an answer, or their order. */
export const VECTOR_FAULTS = {
  /** Entries in another order; each `index` still names the right text. With `index=wrong` it counts 0, 1, 2 …. */
  'shuffled-index': faultMode({
    summary: 'entries in random order; index tells the truth, or counts up regardless (index=wrong)',
    settings: z.strictObject({ index: z.enum(['right', 'wrong']).default('right'), seed: count(1) }),
    hooks: ({ index, seed }) => {
      const random = createRandom(seed, 'shuffled-index');
      return {
        alterEntries(entries) {
          const mixed = rotateIfUnmoved(shuffled(entries, random));
          return index === 'right' ? mixed : mixed.map((entry, i) => ({ ...entry, index: i }));
        },
      };
    },
  }),
  /** `null` in JSON, as SGLang's encoder writes it; a real NaN in base64. */
  nan: faultMode({
    summary: 'components (1) of the last vector are not a number',
    settings: z.strictObject({ components: count(1) }),
    hooks: ({ components }) => ({
      alterEntries: (entries) =>
        changeLast(entries, (vector) => vector.fill(Number.NaN, 0, Math.min(components, vector.length))),
    }),
  }),
  'all-zero': faultMode({
    summary: 'the last vector is all zeros',
    settings: noSettings,
    hooks: () => ({ alterEntries: (entries) => changeLast(entries, (vector) => vector.fill(0)) }),
  }),
  'wrong-length': faultMode({
    summary: 'the last vector has by (-1) components more',
    settings: z.strictObject({ by: signed(-1) }),
    hooks: ({ by }) => ({
      alterEntries: (entries) =>
        changeLast(entries, (vector) => {
          const changed = new Float32Array(Math.max(0, vector.length + Math.trunc(by)));
          changed.set(vector.subarray(0, changed.length));
          return changed;
        }),
    }),
  }),
  /**
   * Noise of the given size relative to the vector, the same for the same text: worse vectors, as from a quantised
   * or broken model. 0.1 is hardly seen, 1 is as much noise as vector.
   */
  perturb: faultMode({
    summary: 'noise of size (0.5) relative to the vector, the same for the same text',
    settings: z.strictObject({ size: amount(0.5), seed: count(1) }),
    hooks: ({ size, seed }) => ({
      alterRows(rows, dimensions, { texts }) {
        texts.forEach((text, i) => {
          addNoise(rows.subarray(i * dimensions, (i + 1) * dimensions), size, `${seed}:${text}`);
        });
      },
    }),
  }),
  /** Vectors are right while the server is quiet and noisy while it is not. */
  drift: faultMode({
    summary: 'noise of size (0.3) while more than above (4) requests are in the server',
    settings: z.strictObject({ above: count(4), size: amount(0.3), seed: count(1) }),
    hooks: ({ above, size, seed }) => {
      let draws = 0;
      return {
        alterRows(rows, dimensions, { texts, inFlight }) {
          if (inFlight() <= above) return;
          texts.forEach((_text, i) => {
            addNoise(rows.subarray(i * dimensions, (i + 1) * dimensions), size, `${seed}:${draws++}`);
          });
        },
      };
    },
  }),
  /** A share of the vectors belongs to other texts: quality falls, every single vector looks right. */
  'swapped-rows': faultMode({
    summary: 'a share (0.2) of the vectors of a request change places',
    settings: z.strictObject({ share: share(0.2), seed: count(1) }),
    hooks: ({ share: swappedShare, seed }) => {
      const random = createRandom(seed, 'swapped-rows');
      return {
        alterRows(rows, dimensions, { texts }) {
          const chosen = texts.flatMap((_text, i) => (random.next() < swappedShare ? [i] : []));
          const held = chosen.map((i) => rows.slice(i * dimensions, (i + 1) * dimensions));
          chosen.forEach((i, at) => {
            rows.set(held[(at + 1) % held.length]!, i * dimensions);
          });
        },
      };
    },
  }),
} as const satisfies Record<string, FaultEntry>;

/** A shuffle may leave everything where it was; a fault that does nothing would be none. */
function rotateIfUnmoved(entries: ReplyEntry[]): ReplyEntry[] {
  const moved = entries.some((entry, i) => entry.index !== i);
  if (!moved && entries.length > 1) entries.push(entries.shift()!);
  return entries;
}

/** The entries with the last one's vector changed, in place or by the value that comes back. */
function changeLast(
  entries: readonly ReplyEntry[],
  change: (vector: Float32Array) => Float32Array,
): readonly ReplyEntry[] {
  return entries.map((entry, i) =>
    i === entries.length - 1 ? { ...entry, vector: change(entry.vector.slice()) } : entry,
  );
}

/** Adds Gaussian noise of norm about `size` to a vector of norm 1 and normalises the sum. */
function addNoise(row: Float32Array, size: number, seed: string): void {
  const random = createRandom(seed, 'noise');
  const scale = size / Math.sqrt(row.length);
  for (let i = 0; i < row.length; i += 2) {
    // Box–Muller gives two independent normal values a time.
    const radius = scale * Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    row[i]! += radius * Math.cos(angle);
    if (i + 1 < row.length) row[i + 1]! += radius * Math.sin(angle);
  }
  normaliseStretch(row, 0, row.length);
}

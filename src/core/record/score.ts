import * as z from 'zod';

/** A value with its interval and sample size. Ratios are 0–1. */
export const scoreSchema = z.strictObject({
  value: z.number(),
  /** Bounds of the interval at `level`; absent where the metric has none. */
  low: z.number().exactOptional(),
  high: z.number().exactOptional(),
  level: z.number().exactOptional(),
  /** How the interval was made: `wilson`, `bootstrap`, `items and draws`. */
  method: z.string().exactOptional(),
  /** Items, pairs, queries or repeats behind the value. */
  n: z.int().nonnegative(),
  /** What a guess that ignores the vectors would score: majority class, chance. */
  baseline: z.number().exactOptional(),
});
export type Score = z.infer<typeof scoreSchema>;

/** `valid` counts; `suspect` counts and says why to doubt it; `invalid` is shown and decides nothing. */
export const validitySchema = z.strictObject({
  verdict: z.enum(['valid', 'suspect', 'invalid']),
  reasons: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});
export type Validity = z.infer<typeof validitySchema>;

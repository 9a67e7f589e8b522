import * as z from 'zod';
import { axesConfigSchema } from './axes-config.ts';
import { datasetConfigSchema } from './dataset-config.ts';
import { gateConfigSchema } from './gate-config.ts';
import { loadConfigSchema } from './load-config.ts';
import { qualityConfigSchema } from './quality-config.ts';
import { serverConfigSchema } from './server-config.ts';

/**
 * What the user writes, with every default filled in by parsing. The JSON Schema in `configs/schema.json` is
 * generated from here.
 */
export const configSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  /** Names the run folder; letters, digits, dot, dash and underscore. */
  name: z.string().regex(/^[\w.-]+$/, 'use letters, digits, dot, dash and underscore'),
  server: serverConfigSchema,
  dataset: datasetConfigSchema,
  axes: axesConfigSchema,
  /** How load cells are made from the axes: every combination, or one axis at a time around `base`. */
  design: z.enum(['cross', 'oneAtATime']).default('cross'),
  /** Axes that `oneAtATime` varies together, as every combination of theirs: `[batchSize, concurrency]`. */
  together: z
    .array(z.enum(['dimensions', 'instruction', 'batchSize', 'concurrency', 'rate', 'encoding', 'transport']))
    .default([]),
  /** The point that `oneAtATime` varies around; a missing axis takes its list's first value. */
  base: z
    .strictObject({
      dimensions: z.int().positive().exactOptional(),
      instruction: z.string().exactOptional(),
      batchSize: z.int().positive().exactOptional(),
      concurrency: z.int().positive().exactOptional(),
      rate: z.number().positive().exactOptional(),
      encoding: z.string().exactOptional(),
      transport: z.string().exactOptional(),
      serverArgs: z.string().exactOptional(),
    })
    .default({}),
  quality: z.union([qualityConfigSchema, z.literal(false)]).prefault({}),
  load: z.union([loadConfigSchema, z.literal(false)]).prefault({}),
  /** Sentences such as `accuracy@2560 >= 0.89`, checked against what was measured. */
  claims: z.array(z.string()).default([]),
  gate: gateConfigSchema.exactOptional(),
  /** Vectors kept between runs, for the quality pass only; never used in a load window. */
  cache: z
    .union([
      z.strictObject({
        /** Redis URL, `redis://host:6379`; default: LMDB in `path`. */
        url: z.string().exactOptional(),
        /** Folder of the LMDB file; default: `$XDG_CACHE_HOME/dimsweep`, else `~/.cache/dimsweep`. */
        path: z.string().exactOptional(),
      }),
      z.literal(false),
    ])
    .prefault({}),
  report: z
    .strictObject({
      /** Keep the texts in record and report. */
      texts: z.boolean().default(true),
    })
    .prefault({}),
  seed: z.int().nonnegative().default(42),
});

export type Config = z.infer<typeof configSchema>;
/** The config as it may be written, before defaults. */
export type ConfigInput = z.input<typeof configSchema>;

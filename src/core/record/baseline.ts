import * as z from 'zod';
import { datasetBlockSchema } from './dataset-block.ts';
import { loadRowSchema, serverStorySchema } from './load-row.ts';
import { memoryBlockSchema } from './memory-block.ts';
import { classificationDetailSchema, qualityRowSchema } from './quality-row.ts';
import { instructionSchema, runRecordSchema } from './run-record.ts';
import { serverBlockSchema } from './server-block.ts';

/**
 * Raised when a key changes its meaning or goes. A baseline holds rows of the record, so a new
 * `RECORD_SCHEMA_VERSION` that changes those raises this as well.
 */
export const BASELINE_SCHEMA_VERSION = 1;

/** Key into a baseline's `itemSets`. */
const itemSetSchema = z.string();

/** Whole numbers as digits of base 64 (`A`–`Z`, `a`–`z`, `0`–`9`, `-`, `_`), most significant first. */
const codesSchema = z.string().regex(/^[\w-]*$/);

/**
 * Numbers, one for each item. Few different values are listed as `levels`, with one digit per item; many are
 * spread over `low`…`high` in 64³ − 1 equal steps, with three digits per item.
 */
export const packedNumbersSchema = z.union([
  z.strictObject({ levels: z.array(z.number()).max(64), codes: codesSchema }),
  z.strictObject({ low: z.number(), high: z.number(), codes: codesSchema }),
]);
export type PackedNumbers = z.infer<typeof packedNumbersSchema>;

/** A quality row without texts, its items listed once for all rows and its predictions as digits. */
export const baselineQualityRowSchema = qualityRowSchema
  .omit({ classification: true, perItem: true })
  .extend({
    classification: classificationDetailSchema
      .omit({ report: true, testIds: true, predicted: true })
      .extend({
        items: itemSetSchema,
        /** Index into `classes` for each item; one digit up to 64 classes, else two. */
        predicted: codesSchema,
      })
      .exactOptional(),
    perItem: z
      .record(z.string(), z.strictObject({ items: itemSetSchema, values: packedNumbersSchema }))
      .exactOptional(),
  });
export type BaselineQualityRow = z.infer<typeof baselineQualityRowSchema>;

/** A load row with its trials, without what only pictures need. */
export const baselineLoadRowSchema = loadRowSchema
  .omit({ timeline: true, ecdfMs: true, reproduce: true, server: true })
  .extend({ server: serverStorySchema.omit({ counters: true, gauges: true }).exactOptional() });
export type BaselineLoadRow = z.infer<typeof baselineLoadRowSchema>;

const run = runRecordSchema.shape;

/**
 * A blessed run, small enough to be committed and reviewed: what a gate and paired tests need, and no text of the
 * data. Figures have six significant digits.
 */
export const baselineSchema = z.strictObject({
  kind: z.literal('baseline'),
  schemaVersion: z.literal(BASELINE_SCHEMA_VERSION),
  name: z.string(),
  blessedAt: z.string(),
  run: z.strictObject({
    runId: run.runId,
    name: run.name,
    status: run.status,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    runKey: run.runKey,
    configHash: run.configHash,
  }),
  config: run.config,
  environment: run.environment,
  server: serverBlockSchema.omit({ info: true, findings: true }),
  dataset: datasetBlockSchema
    .omit({ card: true, badRows: true })
    .extend({ badRows: z.strictObject({ count: z.int() }) }),
  instructions: z.array(instructionSchema.omit({ example: true })),
  /** Lists of item ids, by a hash of the list. */
  itemSets: z.record(z.string(), z.array(z.string())),
  /** True classes of the items that classifications were tested on, by label column; the last code means none. */
  labels: z.strictObject({
    items: itemSetSchema,
    columns: z.record(z.string(), z.strictObject({ classes: z.array(z.string()), codes: codesSchema })),
  }),
  quality: z.array(baselineQualityRowSchema),
  load: z.array(baselineLoadRowSchema),
  memory: memoryBlockSchema,
  embeddingFailures: z.array(run.embeddingFailures.element.omit({ ids: true })),
  doubts: run.doubts,
});
export type Baseline = z.infer<typeof baselineSchema>;

import * as z from 'zod';
import { DTYPES } from '../axes.ts';
import { scoreSchema } from './score.ts';

/** One classifier's hold-out result, item by item, so that two cells or two runs can be paired. */
export const classificationDetailSchema = z.strictObject({
  classes: z.array(z.string()),
  /** K×K counts, rows are true classes, columns predicted ones, in the order of `classes`. */
  confusion: z.array(z.array(z.int())),
  /** scikit-learn's `classification_report`, as text. */
  report: z.string(),
  majorityBaseline: z.number(),
  /** Inverse regularisation strength that was used. */
  c: z.number(),
  engine: z.string(),
  /** Ids of the held-out items. */
  testIds: z.array(z.string()),
  /** Index into `classes` for each of `testIds`. */
  predicted: z.array(z.int()),
  iterations: z.int().exactOptional(),
  converged: z.boolean().exactOptional(),
  /** C that inner cross-validation chose, behind the scores with `BestC`. */
  bestC: z.number().exactOptional(),
});
export type ClassificationDetail = z.infer<typeof classificationDetailSchema>;

/** One clustering, by one label column. */
export const clusteringDetailSchema = z.strictObject({
  column: z.string(),
  clusters: z.int(),
  inertia: z.number(),
  nInit: z.int(),
  engine: z.string(),
  /** ARI over independent seeds: spread of the number itself, not of the sample. */
  seeds: z
    .strictObject({ count: z.int(), mean: z.number(), sd: z.number(), min: z.number(), max: z.number() })
    .exactOptional(),
  /** Mean pairwise ARI between the seeds' partitions; 1 = every seed found the same clusters. */
  stability: z.number().exactOptional(),
});
export type ClusteringDetail = z.infer<typeof clusteringDetailSchema>;

/** One quality cell. Scores are keyed by metric id, with `[column]` behind it for a second label column. */
export const qualityRowSchema = z.strictObject({
  id: z.string(),
  dimensions: z.int(),
  instruction: z.string(),
  dtype: z.enum(DTYPES),
  serverArgs: z.string().exactOptional(),
  bytesPerVector: z.int(),
  /** Rows of the matrix behind this row (an instruction may be scored on a sample). */
  rows: z.int(),
  scores: z.record(z.string(), scoreSchema),
  classification: classificationDetailSchema.exactOptional(),
  clustering: z.array(clusteringDetailSchema).exactOptional(),
  /**
   * Item-level outcomes: what the paired tests need. Under a metric's id lie values whose mean is the metric;
   * beside them `clusters` (with `[column]` for further ones), `stsSimilarity` and `stsGold`, `pairsScore` and
   * `pairsLabel`, `accuracyCvFolds`, and `accuracySample` (correctness on the sample that all instructions share).
   */
  perItem: z
    .record(z.string(), z.strictObject({ ids: z.array(z.string()), values: z.array(z.number()) }))
    .exactOptional(),
  /** Sentences about tasks that could not be scored here, and why. */
  notes: z.array(z.string()).exactOptional(),
});
export type QualityRow = z.infer<typeof qualityRowSchema>;

/** A paired comparison inside the run: one cell against its declared reference, on the same items. */
export const pairedVerdictSchema = z.strictObject({
  question: z.enum(['dimensions', 'instruction', 'dtype']),
  metric: z.string(),
  candidate: z.string(),
  reference: z.string(),
  /** candidate − reference. */
  difference: scoreSchema,
  /** Largest loss that still counts as equal, absolute, in the metric's unit. */
  margin: z.number(),
  verdict: z.enum(['holds', 'fails', 'inconclusive']),
  /** McNemar or bootstrap p of "no difference", raw and after Holm over the question's family. */
  p: z.number().exactOptional(),
  pAdjusted: z.number().exactOptional(),
  discordant: z.strictObject({ onlyReference: z.int(), onlyCandidate: z.int() }).exactOptional(),
  /** Further rows that would decide an inconclusive verdict at the observed discordance. */
  furtherRows: z.int().exactOptional(),
});
export type PairedVerdict = z.infer<typeof pairedVerdictSchema>;

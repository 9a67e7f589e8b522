import * as z from 'zod';

export const TASK_NAMES = [
  'classification',
  'ordinal',
  'clustering',
  'zeroShot',
  'sts',
  'pairs',
  'retrieval',
  'rerank',
  'fidelity',
] as const;
export type TaskName = (typeof TASK_NAMES)[number];

/** A task with settings of its own; the bare name means all defaults. */
const taskSchema = z.union([
  z.enum(TASK_NAMES),
  z.strictObject({
    task: z.enum(TASK_NAMES),
    /** Data of a task that does not run on the dataset's own rows. */
    path: z.string().exactOptional(),
    /** Label column; default: all of the dataset's for clustering, the first for the rest. */
    column: z.string().exactOptional(),
    /** classification: protocols to run beside the hold-out. */
    protocols: z.array(z.enum(['holdout', 'cv', 'fewShot'])).exactOptional(),
    /** zeroShot: class → templates with the class written out. */
    templates: z.record(z.string(), z.array(z.string()).min(1)).exactOptional(),
    instruction: z.string().exactOptional(),
  }),
]);

export const qualityConfigSchema = z.strictObject({
  tasks: z.array(taskSchema).min(1).default(['classification', 'clustering']),
  /** `native`: dimsweep's own kernels, equal to scikit-learn; `ml`: ml-kmeans and ml-logistic-regression. */
  engine: z.enum(['native', 'ml']).default('native'),
  /** Gradient steps of the `ml` engine's logistic regression. */
  mlSteps: z.int().positive().default(200),
  testShare: z.number().gt(0).lt(1).default(0.3),
  folds: z.int().min(2).max(50).default(5),
  repeats: z.int().min(1).max(50).default(1),
  /** Inverse regularisation strength; scikit-learn's default is 1. */
  c: z.number().positive().default(1),
  /** Also choose C by inner cross-validation and report both. */
  tuneC: z.boolean().default(false),
  nInit: z.int().min(1).max(100).default(10),
  /** Independent k-means seeds for the spread of ARI; 1 turns the spread off, and k-means takes a twentieth. */
  clusteringSeeds: z.int().min(1).max(100).default(20),
  /** Largest loss against the reference that still counts as equal: relative to the reference's value. */
  margin: z.number().gt(0).lt(1).default(0.03),
  bootstrapResamples: z.int().min(100).max(100_000).default(2000),
  /** Rows (stratified) on which instructions other than the first are scored; default all. */
  instructionSample: z.int().positive().exactOptional(),
  /** Items on which the server's own `dimensions` is compared with the client's slice. */
  paritySample: z.int().min(0).max(1000).default(16),
  /** Picture of the vectors. */
  map: z
    .strictObject({
      method: z.enum(['pca', 'tsne', 'none']).default('pca'),
      perplexity: z.number().positive().default(30),
      dimensions: z.array(z.int().positive()).exactOptional(),
      points: z.int().positive().default(3000),
    })
    .prefault({}),
  /** Texts per request of the quality pass. */
  batchSize: z.int().min(1).max(2048).default(32),
  concurrency: z.int().min(1).max(256).default(4),
});
export type QualityConfig = z.infer<typeof qualityConfigSchema>;
export type TaskConfig = Exclude<QualityConfig['tasks'][number], string>;

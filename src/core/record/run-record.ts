import * as z from 'zod';
import { SIDES } from '../side.ts';
import { datasetBlockSchema } from './dataset-block.ts';
import { loadRowSchema, searchRowSchema } from './load-row.ts';
import { memoryBlockSchema } from './memory-block.ts';
import { pairedVerdictSchema, qualityRowSchema } from './quality-row.ts';
import { serverBlockSchema } from './server-block.ts';

/** Raised when a key changes its meaning or goes; added keys leave it alone. */
export const RECORD_SCHEMA_VERSION = 1;

export const environmentSchema = z.strictObject({
  dimsweep: z.string(),
  node: z.string(),
  platform: z.string(),
  arch: z.string(),
  cpuModel: z.string(),
  cpus: z.int(),
  memoryBytes: z.int(),
  /** Content hash of what must be equal for latencies to be comparable. */
  hardwareHash: z.string(),
  commit: z.string().exactOptional(),
  branch: z.string().exactOptional(),
  dirty: z.boolean().exactOptional(),
  ci: z.string().exactOptional(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** An instruction as it was really sent. */
export const instructionSchema = z.strictObject({
  name: z.string(),
  text: z.string().nullable(),
  template: z.string(),
  /** The prompt of the first item, exactly as it travelled. */
  example: z.string(),
});

/** The server's own `dimensions` against the client's slice, on a sample of items. */
const paritySchema = z.strictObject({
  dimensions: z.int(),
  instruction: z.string(),
  n: z.int(),
  cosineMin: z.number(),
  normMin: z.number(),
  normMax: z.number(),
  agrees: z.boolean(),
});

/** A two-dimensional picture of the vectors. Never compare distances between pictures by eye. */
const mapSchema = z.strictObject({
  method: z.enum(['pca', 'tsne']),
  dimensions: z.int(),
  instruction: z.string(),
  ids: z.array(z.string()),
  /** x, y per id, rounded to 4 significant digits. */
  points: z.array(z.tuple([z.number(), z.number()])),
  explainedVariance: z.number().exactOptional(),
  klDivergence: z.number().exactOptional(),
  trustworthiness: z.number().exactOptional(),
  neighbourLabelAgreement: z.number().exactOptional(),
  note: z.string().exactOptional(),
});

/** Nearest neighbours of chosen items (those some cell gets wrong), for the error view. */
const neighboursSchema = z.strictObject({
  instruction: z.string(),
  dimensions: z.int(),
  ids: z.array(z.string()),
  /** For each of `ids`: ids of its nearest items, nearest first, with the cosine. */
  nearest: z.array(z.array(z.tuple([z.string(), z.number()]))),
});

export const claimSchema = z.strictObject({
  claim: z.string(),
  verdict: z.enum(['reproduced', 'contradicted', 'undecidable']),
  measured: z.number().exactOptional(),
  low: z.number().exactOptional(),
  high: z.number().exactOptional(),
  bound: z.number().exactOptional(),
  cell: z.string().exactOptional(),
  reason: z.string(),
});
export type ClaimRow = z.infer<typeof claimSchema>;

/** The run took turns with another one, trial by trial: trials of one index ran side by side. */
export const alternationSchema = z.strictObject({
  /** The same for both runs, and for no others. */
  id: z.string(),
  side: z.enum(SIDES),
  /** `self`: one config against itself. */
  mode: z.enum(['live', 'self']),
});
export type Alternation = z.infer<typeof alternationSchema>;

/** Everything one run found: enough to redraw every report without the server. */
export const runRecordSchema = z.strictObject({
  schemaVersion: z.literal(RECORD_SCHEMA_VERSION),
  runId: z.string(),
  name: z.string(),
  status: z.enum(['complete', 'interrupted', 'failed']),
  startedAt: z.string(),
  finishedAt: z.string(),
  /** Content hash of config, data and server fingerprint: what `--resume` continues. */
  runKey: z.string(),
  configHash: z.string(),
  /** Absent for a run on its own. */
  alternation: alternationSchema.exactOptional(),
  /** The resolved config with every secret replaced by `***`. */
  config: z.record(z.string(), z.unknown()),
  environment: environmentSchema,
  server: serverBlockSchema,
  dataset: datasetBlockSchema,
  instructions: z.array(instructionSchema),
  parity: z.array(paritySchema),
  quality: z.array(qualityRowSchema),
  verdicts: z.array(pairedVerdictSchema),
  load: z.array(loadRowSchema),
  searches: z.array(searchRowSchema).exactOptional(),
  memory: memoryBlockSchema,
  claims: z.array(claimSchema).exactOptional(),
  maps: z.array(mapSchema),
  neighbours: z.array(neighboursSchema).exactOptional(),
  /** The items in use, in matrix order; texts are left out with `report.texts: false`. */
  items: z.strictObject({
    ids: z.array(z.string()),
    texts: z.array(z.string()).exactOptional(),
    labels: z.record(z.string(), z.array(z.string().nullable())),
  }),
  /** Vectors from the cache and from the server in the quality pass; absent without a cache. */
  cache: z.strictObject({ store: z.string(), hits: z.int(), misses: z.int() }).exactOptional(),
  /** Failed embeddings of the quality pass, by kind; those items are missing from the matrices by id. */
  embeddingFailures: z.array(
    z.strictObject({ instruction: z.string(), kind: z.string(), count: z.int(), ids: z.array(z.string()) }),
  ),
  /** Doubts about the run as a whole, shown at the top of every report. */
  doubts: z.array(z.strictObject({ code: z.string(), message: z.string() })),
  /** Wall seconds by phase. */
  phases: z.record(z.string(), z.number()),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

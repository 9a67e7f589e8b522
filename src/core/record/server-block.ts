import * as z from 'zod';

/** One thing the probe found out, with what it saw and, where something is off, what mends it. */
export const findingSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(['ok', 'note', 'warning', 'problem', 'unknown']),
  evidence: z.string(),
  /** The flag, field or line that mends it. */
  mend: z.string().exactOptional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What the server honours, ignores and refuses. A key that was not found out is absent. */
export const capabilitiesSchema = z.strictObject({
  nativeDimensions: z.int(),
  dimensions: z.enum(['honoured', 'ignored', 'refused']),
  /** The only widths that the server accepts, where it has a closed list. */
  dimensionsAllowed: z.array(z.int()).exactOptional(),
  /** Shorter vectors come back with norm 1. */
  renormalised: z.boolean().exactOptional(),
  /** Least cosine between the server's short vector and the client's slice of the full one. */
  sliceCosineMin: z.number().exactOptional(),
  encodings: z.strictObject({ float: z.boolean(), base64: z.enum(['honoured', 'ignored', 'refused']) }),
  instructionField: z.enum(['honoured', 'dropped', 'refused']).exactOptional(),
  indexOrder: z.enum(['input', 'shuffled']).exactOptional(),
  /** Same text alone and in a batch. */
  batchInvariance: z.strictObject({ cosineMin: z.number(), maxAbsDifference: z.number() }).exactOptional(),
  /** Same request twice. */
  determinism: z.strictObject({ cosineMin: z.number(), maxAbsDifference: z.number() }).exactOptional(),
  maxInputTokens: z.int().exactOptional(),
  overlongInput: z.enum(['refused', 'truncated', 'accepted', 'unknown']).exactOptional(),
  prefixCache: z.enum(['on', 'off', 'unknown']).exactOptional(),
  auth: z.enum(['none', 'accepted', 'required']).exactOptional(),
  usageTokens: z.enum(['present', 'absent', 'wrong']).exactOptional(),
  /** Administration routes that answered, by purpose; the value is the path. */
  routes: z.partialRecord(
    z.enum([
      'health',
      'models',
      'modelInfo',
      'serverInfo',
      'metrics',
      'flushCache',
      'tokenize',
      'rerank',
      'loads',
    ]),
    z.string(),
  ),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

export const serverBlockSchema = z.strictObject({
  baseUrl: z.string(),
  kind: z.enum(['embedded', 'remote', 'launched']),
  /** `sglang`, `vllm`, `tei`, `dimsweep` … as far as the server lets on. */
  software: z.string().exactOptional(),
  version: z.string().exactOptional(),
  model: z.string(),
  servedModel: z.string().exactOptional(),
  /** Content hash of model, version, native width and the flags that change vectors. */
  fingerprint: z.string(),
  capabilities: capabilitiesSchema,
  findings: z.array(findingSchema),
  /** `/server_info` and `/model_info` with every secret replaced; for people, not for programs. */
  info: z.record(z.string(), z.unknown()).exactOptional(),
  /** Flag sets of `axes.serverArgs`, by name. */
  serverArgs: z.record(z.string(), z.array(z.string())).exactOptional(),
});
export type ServerBlock = z.infer<typeof serverBlockSchema>;

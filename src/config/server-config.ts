import * as z from 'zod';

/** Ways the embedded server can misbehave on purpose; see `src/embedded/faults.ts` for what each does. */
const faultSchema = z.string().regex(/^[a-z][a-z0-9-]*(:.*)?$/, 'write a fault as name or name:settings');

export const launchSchema = z.strictObject({
  /** Program and arguments; run without a shell. */
  command: z.array(z.string()).min(1),
  environment: z.record(z.string(), z.string()).default({}),
  workingDirectory: z.string().exactOptional(),
  /** Path under the server's origin that answers 200 when it is ready. */
  readyRoute: z.string().default('/health'),
  readyTimeoutSeconds: z.number().positive().default(900),
  stopTimeoutSeconds: z.number().positive().default(30),
});
export type LaunchConfig = z.infer<typeof launchSchema>;

export const serverConfigSchema = z.strictObject({
  /** URL up to and with `/v1`, or the word `embedded`. */
  baseUrl: z.union([
    z.literal('embedded'),
    z.url({
      protocol: /^https?$/,
      error: 'write a URL such as http://127.0.0.1:30000/v1, or the word embedded',
    }),
  ]),
  model: z.string().min(1).default('use-lite-hash-2560'),
  apiKey: z.string().exactOptional(),
  /** SGLang's second key, for `/flush_cache` and its like. */
  adminApiKey: z.string().exactOptional(),
  headers: z.record(z.string(), z.string()).default({}),
  /**
   * How an instruction and a text become one prompt: `qwen3`, `prefix`, or a template of your own with
   * `{instruction}` and `{text}`. Default: by the model's name.
   */
  instructionTemplate: z.string().exactOptional(),
  /** A request without a complete answer after this long counts as a time-out. */
  timeoutSeconds: z.number().positive().default(60),
  launch: launchSchema.exactOptional(),
  /** Prometheus endpoint, when it is not `/metrics` on the same origin. */
  metricsUrl: z.url().exactOptional(),
  /** Metrics of a DCGM exporter, for the GPUs of a server on another machine. */
  dcgmUrl: z.url({ protocol: /^https?$/ }).exactOptional(),
  /** A second server with `/v1/rerank`, for the rerank task. */
  rerankBaseUrl: z.url().exactOptional(),
  rerankModel: z.string().exactOptional(),
  /** Process whose memory is the server's, when it is local and was not launched by dimsweep. */
  pid: z.int().positive().exactOptional(),
  embedded: z
    .strictObject({
      /** Computing threads of the embedded server; default one per core, at most 4. */
      threads: z.int().min(1).max(64).exactOptional(),
      faults: z.array(faultSchema).default([]),
    })
    .exactOptional(),
});
export type ServerConfig = z.infer<typeof serverConfigSchema>;

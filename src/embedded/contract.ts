/**
 * What the server promises on the wire, as far as SGLang's versions and launch flags differ. The source of every
 * difference is named where a dialect sets it (`dialects.ts`).
 */
export interface Contract {
  /** Who the server says it is, in `owned_by`. */
  readonly software: 'dimsweep' | 'sglang';
  readonly version: string;
  /** `ignored`: full vectors, whatever was asked for. `refused`: 400, as without the Matryoshka override. */
  readonly dimensions: 'honoured' | 'ignored' | 'refused';
  /** Closed list of widths; undefined: any from 1 to the native one. */
  readonly matryoshkaDimensions?: readonly number[];
  /** `ignored`: floats, whatever was asked for. `refused`: 400 for base64. */
  readonly base64: 'honoured' | 'ignored' | 'refused';
  /** Shortened vectors are brought back to norm 1. */
  readonly renormalise: boolean;
  /** Launched without `--is-embedding`: every embedding request is refused. */
  readonly isGeneration: boolean;
  /** `--allow-auto-truncate`: the tail of a text that is too long is cut. */
  readonly autoTruncate: boolean;
  /** Most texts that may wait; more are refused. */
  readonly maxQueuedTexts: number;
  /** Status of a refusal because of load. */
  readonly overloadStatus: 500 | 503;
  /** Status when a request cannot be turned into the internal form. */
  readonly conversionErrorStatus: 400 | 500;
  /** A scalar `rid` with several inputs fails in the conversion. */
  readonly scalarRidFails: boolean;
  /** `old`: `/get_model_info` and its like only. `both`: the new names too. */
  readonly routeNames: 'old' | 'both';
  /** `/model_info` tells architecture and embedding capabilities. */
  readonly modelInfoDetails: boolean;
  readonly usageReasoningTokens: boolean;
  /** `/flush_cache?timeout=` waits until the server is idle. */
  readonly flushWaits: boolean;
  /** `keys`: API key, admin key and `x-api-key`. `single`: one bearer key for everything. */
  readonly authentication: 'single' | 'keys';
  /** How long `/health` looks at its probe, once a second; 0: it answers at once. */
  readonly healthPollMs: number;
  /** `off`: launched without `--enable-metrics`. */
  readonly metrics: 'off' | 'old' | 'current';
  /** `/v1/rerank` knows `top_n`, `return_documents` and `instruct`. */
  readonly rerankOptions: boolean;
  /** `silent`: repeats are fast and nothing says so. */
  readonly prefixCache: 'off' | 'counted' | 'silent';
  /** Time that each token costs when it does not come from the prefix cache. */
  readonly prefillMsPerToken: number;
}

/** SGLang as of September 2026, launched for Matryoshka embeddings with metrics and without a prefix cache. */
export const CURRENT_CONTRACT: Contract = {
  software: 'dimsweep',
  version: '1.0',
  dimensions: 'honoured',
  base64: 'honoured',
  renormalise: true,
  isGeneration: false,
  autoTruncate: false,
  maxQueuedTexts: Number.POSITIVE_INFINITY,
  overloadStatus: 503,
  conversionErrorStatus: 400,
  scalarRidFails: false,
  routeNames: 'both',
  modelInfoDetails: true,
  usageReasoningTokens: true,
  flushWaits: true,
  authentication: 'keys',
  healthPollMs: 0,
  metrics: 'current',
  rerankOptions: true,
  prefixCache: 'off',
  prefillMsPerToken: 0,
};

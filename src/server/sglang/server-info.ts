import { booleanOf, defined, type JsonRecord, numberOf, recordOf, recordsOf, textOf } from './json-fields.ts';

/** The part of SGLang's `/server_info` that decides what can be measured. Every key is optional. */
export interface ServerInfo {
  readonly version?: string;
  readonly disableRadixCache?: boolean;
  readonly allowAutoTruncate?: boolean;
  readonly enableMetrics?: boolean;
  readonly isEmbedding?: boolean;
  readonly chunkedPrefillSize?: number;
  /** Longest input by the KV pool; may be below the context length. */
  readonly maxRequestInputTokens?: number;
  readonly contextLength?: number;
  readonly memFractionStatic?: number;
  readonly tensorParallelSize?: number;
  readonly dataParallelSize?: number;
  /** The cap the scheduler really uses; the command line's value may be larger, or null. */
  readonly effectiveMaxRunningRequests?: number;
  readonly dtype?: string;
  readonly quantization?: string;
  readonly revision?: string;
  readonly jsonModelOverrideArgs?: string;
}

/** Reads `/server_info` or its old name. */
export function readServerInfo(json: unknown): ServerInfo {
  const body = recordOf(json) ?? {};
  const states = internalStates(body);
  const nested = recordOf(body['server_args']) ?? {};
  const field = (name: string): unknown => body[name] ?? nested[name] ?? states[0]?.[name];
  return defined({
    version: textOf(body['version']),
    disableRadixCache: booleanOf(field('disable_radix_cache')),
    allowAutoTruncate: booleanOf(field('allow_auto_truncate')),
    enableMetrics: booleanOf(field('enable_metrics')),
    isEmbedding: booleanOf(field('is_embedding')),
    chunkedPrefillSize: numberOf(field('chunked_prefill_size')),
    maxRequestInputTokens: numberOf(field('max_req_input_len')),
    contextLength: numberOf(field('context_length')),
    memFractionStatic: numberOf(field('mem_fraction_static')),
    tensorParallelSize: numberOf(field('tp_size')),
    dataParallelSize: numberOf(field('dp_size')),
    effectiveMaxRunningRequests: numberOf(states[0]?.['effective_max_running_requests_per_dp']),
    dtype: textOf(field('dtype')),
    quantization: textOf(field('quantization')),
    revision: textOf(field('revision')),
    jsonModelOverrideArgs: textOf(field('json_model_override_args')),
  });
}

/** One record per data-parallel rank. */
export function internalStates(body: JsonRecord): readonly JsonRecord[] {
  return recordsOf(body['internal_states']);
}

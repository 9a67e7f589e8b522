/**
 * What dimsweep wants to know from a server's metrics, and the names under which servers tell it, SGLang's
 * first. Newer SGLang versions may write `sglang_` for `sglang:`, so names are compared with the colon read as
 * an underscore.
 */
export const METRIC_ROLES = {
  /** Counter: prompt tokens of finished texts, cache hits included. */
  promptTokens: ['sglang:prompt_tokens_total', 'vllm:prompt_tokens_total', 'llamacpp:prompt_tokens_total'],
  /** Counter: prompt tokens that came from a prefix cache. The series is born with the first hit. */
  cachedTokens: [
    'sglang:cached_tokens_total',
    'vllm:prefix_cache_hits_total',
    'vllm:gpu_prefix_cache_hits_total',
    'vllm:prompt_tokens_cached_total',
  ],
  /** Counter: prompt tokens that were really computed. */
  computedTokens: ['sglang:uncached_prompt_tokens_histogram_sum'],
  /** Counter: texts that were answered. */
  finishedTexts: [
    'sglang:num_requests_total',
    'vllm:request_success_total',
    'te_embed_success',
    'te_embed_count',
  ],
  /** Counter: texts that were given up. */
  abortedTexts: ['sglang:num_aborted_requests_total', 'te_request_failure'],
  /** Counters: seconds inside the server and how many texts they were spent on. */
  serverSeconds: [
    'sglang:e2e_request_latency_seconds_sum',
    'vllm:e2e_request_latency_seconds_sum',
    'te_request_duration_sum',
  ],
  serverSecondsCount: [
    'sglang:e2e_request_latency_seconds_count',
    'vllm:e2e_request_latency_seconds_count',
    'te_request_duration_count',
  ],
  /** Gauge: texts being computed. */
  running: ['sglang:num_running_reqs', 'vllm:num_requests_running', 'llamacpp:requests_processing'],
  /** Gauge: texts waiting. */
  waiting: [
    'sglang:num_queue_reqs',
    'vllm:num_requests_waiting',
    'te_queue_size',
    'llamacpp:requests_deferred',
  ],
  /** Gauge: token slots of the KV pool in use. Occupancy, not GPU memory. */
  usedTokens: ['sglang:num_used_tokens'],
  /** Gauge, 0–1: share of the KV pool in use. */
  poolUsage: ['sglang:token_usage', 'vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'],
} as const satisfies Record<string, readonly string[]>;

export type MetricRole = keyof typeof METRIC_ROLES;

/** The name with the namespace colon read as an underscore: how names are compared. */
export function comparableName(name: string): string {
  return name.replaceAll(':', '_');
}

const KNOWN_NAMES: ReadonlySet<string> = new Set(Object.values(METRIC_ROLES).flat().map(comparableName));

/** Whether a name has a role in {@link METRIC_ROLES}. */
export function isKnownMetric(name: string): boolean {
  return KNOWN_NAMES.has(comparableName(name));
}

/** The value of the first of the role's names that is there. */
export function metricByRole(
  values: Readonly<Record<string, number>>,
  role: MetricRole,
): { readonly name: string; readonly value: number } | undefined {
  for (const wanted of METRIC_ROLES[role]) {
    for (const [name, value] of Object.entries(values)) {
      if (comparableName(name) === comparableName(wanted)) return { name, value };
    }
  }
  return undefined;
}

/** Families of other servers that pass through under their own names. */
const PASSING = /^(sglang|vllm|te|tei|llamacpp|infinity|embeddings?|dimsweep|ollama|triton|nv|tgi)[:_]/;
const PASSING_PROCESS = /^process_(resident_memory_bytes|virtual_memory_bytes|cpu_seconds_total|open_fds)$/;

/**
 * Whether a metric is kept. Runtimes (`python_gc_…`, `go_…`, `promhttp_…`) and per-route web counters are left
 * out: they describe the server's language, not its work.
 */
export function isKeptMetric(name: string): boolean {
  return isKnownMetric(name) || PASSING.test(name) || PASSING_PROCESS.test(name);
}

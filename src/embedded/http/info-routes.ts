import { USE_LITE_CLIP_TOKENS } from '../models/use-lite-encoder.ts';
import type { EmbeddingService } from '../service/embedding-service.ts';
import type { Keys } from './access.ts';
import type { Answer } from './exchange.ts';
import { jsonReply } from './reply.ts';

/** Where the server listens and what opens it: parts of SGLang's server arguments. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly keys: Keys;
}

/** `/model_info`, in old versions `/get_model_info` with the first five fields. */
export function answerModelInfo({ entry, contract }: EmbeddingService): Answer {
  const basics = {
    model_path: entry.id,
    tokenizer_path: entry.id,
    is_generation: contract.isGeneration,
    preferred_sampling_params: null,
    weight_version: 'default',
  };
  if (!contract.modelInfoDetails) return jsonReply(200, basics);
  const noCache = contract.prefixCache !== 'counted';
  return jsonReply(200, {
    ...basics,
    has_image_understanding: false,
    has_audio_understanding: false,
    model_type: 'dimsweep-embedded',
    architectures: ['DimsweepEmbeddedModel'],
    languages: entry.languages,
    ...(entry.loadWeights === undefined ? {} : { attended_tokens: USE_LITE_CLIP_TOKENS }),
    embedding: {
      family: 'encoder_embedding',
      task: 'embed',
      pooling: 'model_defined',
      normalize: true,
      supports_dimensions: contract.dimensions === 'honoured',
      matryoshka_dimensions: contract.matryoshkaDimensions ?? null,
      enabled: !contract.isGeneration,
      bcg: { prefill_backend: null, enabled: false, capture_token_budget: null, capture_batch_sizes: [] },
      cache: { kv_cache_disabled: noCache, radix_cache_disabled: noCache, chunked_prefill_disabled: true },
    },
  });
}

/**
 * `/server_info`: all server arguments, flat, then the scheduler's figures and the version. As in SGLang the dump
 * holds the API key, which whoever asks has just sent; in place of the admin key stands a key that opens nothing.
 */
export function answerServerInfo(service: EmbeddingService, address: ServerAddress): Answer {
  const { entry, contract, engine } = service;
  const { apiKey, adminApiKey } = address.keys;
  const load = engine.load();
  return jsonReply(200, {
    model_path: entry.id,
    tokenizer_path: entry.id,
    served_model_name: entry.id,
    host: address.host,
    port: address.port,
    is_embedding: !contract.isGeneration,
    context_length: entry.maxTokens,
    dtype: 'float32',
    device: 'cpu',
    json_model_override_args: contract.dimensions === 'refused' ? '{}' : '{"is_matryoshka": true}',
    tp_size: 1,
    dp_size: 1,
    disable_radix_cache: contract.prefixCache !== 'counted',
    chunked_prefill_size: -1,
    allow_auto_truncate: contract.autoTruncate,
    enable_metrics: contract.metrics !== 'off',
    enable_cache_report: false,
    max_running_requests: null,
    max_queued_requests: Number.isFinite(contract.maxQueuedTexts) ? contract.maxQueuedTexts : null,
    ...(apiKey === undefined ? {} : { api_key: apiKey }),
    ...(adminApiKey === undefined ? {} : { admin_api_key: 'sk-admin-not-the-real-one' }),
    status: 'ready',
    max_total_num_tokens: entry.maxTokens,
    max_req_input_len: entry.maxTokens - 1,
    internal_states: [
      {
        memory_usage: memoryUsage(service),
        last_gen_throughput: 0,
        num_running_reqs: load.running,
        num_waiting_reqs: load.waiting,
      },
    ],
    version: contract.version,
  });
}

/** GB, as SGLang gives them; nothing is set aside for keys and values here. */
function memoryUsage({ entry, weightBytes }: EmbeddingService): object {
  return {
    weight: Math.round(weightBytes / 1e6) / 1e3,
    kvcache: 0,
    token_capacity: entry.maxTokens,
    graph: 0,
  };
}

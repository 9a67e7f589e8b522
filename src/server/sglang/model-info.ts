import { booleanOf, defined, listOf, numberOf, recordOf, recordsOf, textOf } from './json-fields.ts';

/** What a model route tells, as far as it matters here. */
export interface ModelInfo {
  readonly modelPath?: string;
  /** SGLang in generation mode refuses embeddings. */
  readonly isGeneration?: boolean;
  readonly weightVersion?: string;
  /** SGLang's newer `embedding` block. */
  readonly supportsDimensions?: boolean;
  /** Closed list of widths; empty means any. */
  readonly matryoshkaDimensions?: readonly number[];
  readonly radixCacheDisabled?: boolean;
  /** Text Embeddings Inference: longest input, and whether longer ones are cut. */
  readonly maxInputTokens?: number;
  readonly autoTruncate?: boolean;
}

/** Reads `/model_info`, its old name, or the like of another server. */
export function readModelInfo(json: unknown): ModelInfo {
  const body = recordOf(json) ?? {};
  const embedding = recordOf(body['embedding']) ?? {};
  const cache = recordOf(embedding['cache']) ?? {};
  const sizes = listOf(embedding['matryoshka_dimensions']).map(numberOf);
  return defined({
    modelPath: textOf(body['model_path']) ?? textOf(body['model_id']),
    isGeneration: booleanOf(body['is_generation']),
    weightVersion: textOf(body['weight_version']) ?? textOf(body['model_sha']),
    supportsDimensions: booleanOf(embedding['supports_dimensions']),
    matryoshkaDimensions: Array.isArray(embedding['matryoshka_dimensions'])
      ? sizes.filter((size) => size !== undefined)
      : undefined,
    radixCacheDisabled: booleanOf(cache['radix_cache_disabled']),
    maxInputTokens: numberOf(body['max_input_length']),
    autoTruncate: booleanOf(body['auto_truncate']),
  });
}

/** One entry of `/v1/models`. */
export interface ListedModel {
  readonly id: string;
  readonly ownedBy?: string;
  readonly maxModelLength?: number;
}

/** Reads `/v1/models`: the OpenAI list, or a bare array. */
export function readModels(json: unknown): readonly ListedModel[] {
  return recordsOf(Array.isArray(json) ? json : recordOf(json)?.['data']).flatMap((fields) => {
    const id = textOf(fields['id']);
    if (id === undefined) return [];
    const ownedBy = textOf(fields['owned_by']);
    const maxModelLength = numberOf(fields['max_model_len']) ?? numberOf(fields['context_length']);
    return [{ id, ...defined({ ownedBy, maxModelLength }) }];
  });
}

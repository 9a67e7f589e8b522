import { contentHash } from '../../core/content-hash.ts';
import { recordOf } from '../sglang/json-fields.ts';
import type { Found } from './probe-check.ts';

/** SGLang arguments that change the bits of a vector. */
const VECTOR_FLAGS = [
  'model_path',
  'revision',
  'dtype',
  'quantization',
  'kv_cache_dtype',
  'attention_backend',
  'tp_size',
  'json_model_override_args',
  'allow_auto_truncate',
  'lora_paths',
] as const;

/**
 * Content hash of what determines vectors: model, weights, software, flags, width, and what short vectors are.
 * Address, keys and the state of caches are not part of it: the same server on another port has the same one.
 */
export function serverFingerprint(model: string, found: Found): string {
  const flags = recordOf(found.serverInfo?.raw) ?? {};
  return contentHash({
    model,
    servedModel: found.servedModel,
    software: found.software?.name,
    version: found.software?.version,
    modelPath: found.modelInfo?.value.modelPath,
    weightVersion: found.modelInfo?.value.weightVersion,
    flags: Object.fromEntries(VECTOR_FLAGS.map((name) => [name, flags[name]])),
    nativeDimensions: found.capabilities.nativeDimensions,
    dimensions: found.capabilities.dimensions,
    renormalised: found.capabilities.renormalised,
  });
}

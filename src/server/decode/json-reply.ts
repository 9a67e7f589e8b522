import type { Encoding } from '../../core/axes.ts';
import { badVector, type DecodeFailure, type DecodeResult, malformed } from './decoded-reply.ts';

/** Literals that Python's json module writes for numbers that are none. */
const NOT_A_NUMBER = /[[,:]\s*-?(?:NaN|Infinity)\b/;

/**
 * Reads a `/v1/embeddings` body with `JSON.parse`: slow and beyond doubt. It is the fallback of the compiled
 * scanner, and the oracle of its tests.
 */
export function parseReply(text: string): DecodeResult {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    if (NOT_A_NUMBER.test(text)) return badVector('a vector holds NaN or Infinity, which JSON does not have');
    return malformed(`the body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readReply(body);
}

/** Reads a parsed `/v1/embeddings` body. */
export function readReply(body: unknown): DecodeResult {
  const { data, model, usage } = asRecord(body);
  if (!Array.isArray(data)) return malformed('the body has no data array');
  const vectors: Float32Array[] = [];
  const indices = new Int32Array(data.length);
  let encoding: Encoding | undefined;
  for (const [position, item] of data.entries()) {
    const { embedding, index } = asRecord(item);
    const kind: Encoding = typeof embedding === 'string' ? 'base64' : 'float';
    if (encoding !== undefined && kind !== encoding) {
      return badVector(`vector ${position} is ${kind} where the others are ${encoding}`);
    }
    encoding = kind;
    const vector = vectorOf(embedding, position);
    if (!(vector instanceof Float32Array)) return vector;
    vectors.push(vector);
    if (index !== undefined && !isIndex(index)) {
      return badVector(`vector ${position} has the index ${JSON.stringify(index)}`);
    }
    indices[position] = index ?? position;
  }
  const promptTokens = promptTokensOf(usage);
  return {
    ok: true,
    reply: {
      values: joined(vectors),
      lengths: Int32Array.from(vectors, (vector) => vector.length),
      indices,
      squares: Float64Array.from(vectors, sumOfSquares),
      encoding: encoding ?? 'float',
      ...(promptTokens === undefined ? {} : { promptTokens }),
      ...(typeof model === 'string' ? { servedModel: model } : {}),
    },
  };
}

function vectorOf(embedding: unknown, position: number): Float32Array | DecodeFailure {
  if (typeof embedding === 'string') return base64Vector(embedding, position);
  if (!Array.isArray(embedding)) return malformed(`item ${position} of data has no embedding`);
  const vector = new Float32Array(embedding.length);
  for (let j = 0; j < embedding.length; j++) {
    const value: unknown = embedding[j];
    if (typeof value !== 'number') {
      return badVector(`vector ${position} holds ${JSON.stringify(value)?.slice(0, 40)} at ${j}`);
    }
    vector[j] = value;
  }
  return vector;
}

/** Little-endian float32 bytes, as servers and SDKs agree. */
function base64Vector(text: string, position: number): Float32Array | DecodeFailure {
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const characters = text.length - padding;
  // Buffer leaves out what it does not know, so a text that is not base64 comes out too short.
  if (characters % 4 === 1 || bytes.length !== Math.floor((characters * 3) / 4)) {
    return malformed(`the embedding of item ${position} is not base64`);
  }
  if (bytes.length % 4 !== 0) {
    return badVector(`vector ${position} is ${bytes.length} bytes long, not a number of float32 values`);
  }
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(vectors.reduce((total, vector) => total + vector.length, 0));
  let at = 0;
  for (const vector of vectors) {
    values.set(vector, at);
    at += vector.length;
  }
  return values;
}

/** `prompt_tokens` of a `usage` object, when it is a count. */
export function promptTokensOf(usage: unknown): number | undefined {
  const tokens = asRecord(usage)['prompt_tokens'];
  return isIndex(tokens) ? tokens : undefined;
}

function sumOfSquares(vector: Float32Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return squares;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}

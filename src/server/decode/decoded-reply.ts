import type { Encoding } from '../../core/axes.ts';

/** The vectors of one answer, as they came and before they were checked. */
export interface DecodedReply {
  /** All vectors end to end, in the order of the body. */
  readonly values: Float32Array;
  /** Length of each vector, in the order of the body. */
  readonly lengths: Int32Array;
  /** `index` of each vector as the server sent it; its position where the server sent none. */
  readonly indices: Int32Array;
  /** Sum of squares of each vector; not finite when one of its values is not. */
  readonly squares: Float64Array;
  readonly encoding: Encoding;
  /** `usage.prompt_tokens`. */
  readonly promptTokens?: number;
  /** `model`. */
  readonly servedModel?: string;
}

/** What was wrong with a body: not the agreed JSON, or JSON whose vectors cannot be used. */
export interface DecodeFailure {
  readonly ok: false;
  readonly kind: 'malformed' | 'badVector';
  readonly message: string;
}

export type DecodeResult = { readonly ok: true; readonly reply: DecodedReply } | DecodeFailure;

export function malformed(message: string): DecodeFailure {
  return { ok: false, kind: 'malformed', message };
}

export function badVector(message: string): DecodeFailure {
  return { ok: false, kind: 'badVector', message };
}

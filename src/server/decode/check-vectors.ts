import { badVector, type DecodedReply, type DecodeFailure } from './decoded-reply.ts';

/** Vectors that may be used: one per text, of one length, finite, not zero, in the order of the input. */
export interface CheckedVectors {
  /** N×D, row-major, in the order of the request's texts. */
  readonly values: Float32Array;
  readonly dimensions: number;
  /** Least and largest L2 norm. */
  readonly normMin: number;
  readonly normMax: number;
}

/**
 * Checks what a server sent for `count` texts and puts it into the order of the input.
 *
 * @returns a `badVector` failure that names the first vector with a wrong count, length, index or value
 */
export function checkVectors(reply: DecodedReply, count: number): CheckedVectors | DecodeFailure {
  const { values, lengths, indices } = reply;
  if (lengths.length !== count) {
    return badVector(`${lengths.length} vectors came back for ${count} texts`);
  }
  const dimensions = lengths[0] ?? 0;
  for (let i = 0; i < count; i++) {
    if (lengths[i] === 0) return badVector(`vector ${i} is empty`);
    if (lengths[i] !== dimensions) {
      return badVector(`vector ${i} has ${lengths[i]} dimensions, the first one ${dimensions}`);
    }
  }
  let normMin = Number.POSITIVE_INFINITY;
  let normMax = 0;
  for (let i = 0; i < count; i++) {
    const squares = reply.squares[i]!;
    if (!Number.isFinite(squares)) return badVector(`vector ${i} holds a value that is not finite`);
    if (squares === 0) return badVector(`vector ${i} is all zero`);
    normMin = Math.min(normMin, squares);
    normMax = Math.max(normMax, squares);
  }
  const ordered = inInputOrder(values, indices, dimensions);
  if (!(ordered instanceof Float32Array)) return ordered;
  return { values: ordered, dimensions, normMin: Math.sqrt(normMin), normMax: Math.sqrt(normMax) };
}

function inInputOrder(
  values: Float32Array,
  indices: Int32Array,
  dimensions: number,
): Float32Array | DecodeFailure {
  if (indices.every((index, position) => index === position)) return values;
  const seen = new Uint8Array(indices.length);
  const ordered = new Float32Array(values.length);
  for (const [position, index] of indices.entries()) {
    if (index >= indices.length || seen[index] === 1) {
      return badVector(`the index ${index} of vector ${position} is out of range or came twice`);
    }
    seen[index] = 1;
    ordered.set(values.subarray(position * dimensions, (position + 1) * dimensions), index * dimensions);
  }
  return ordered;
}

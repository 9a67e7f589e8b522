import { NULL_VECTOR_COUNT, nullVectorOf, nullVectors } from '../models/null-vectors.ts';
import { normaliseStretch } from '../models/unit-norm.ts';
import { type BodyFrame, bodyEnd } from './embedding-body.ts';
import { base64Text, floatsText } from './vector-text.ts';

/** Widths and encodings whose texts are kept; the oldest goes first. */
const MAX_KEPT = 12;
/** Below this, one piece is cheaper to send than many. */
const JOIN_BYTES = 65_536;

/** Bodies of the null model, put together from vectors that were written once. */
export interface NullBodies {
  body(
    texts: readonly string[],
    dimensions: number,
    encoding: 'float' | 'base64',
    frame: BodyFrame,
  ): readonly Buffer[];
}

const START = Buffer.from('{"data":[{"embedding":');

/** @param nativeDimensions vectors are cut from this width and normalised, as a model's would be */
export function createNullBodies(nativeDimensions: number): NullBodies {
  const vectors = nullVectors(nativeDimensions);
  const kept = new Map<string, readonly Buffer[]>();
  const ends: Buffer[] = [];

  const vectorTexts = (dimensions: number, encoding: 'float' | 'base64'): readonly Buffer[] => {
    const key = `${dimensions} ${encoding}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const written = Array.from({ length: NULL_VECTOR_COUNT }, (_, i) => {
      const vector = vectors.slice(i * nativeDimensions, i * nativeDimensions + dimensions);
      normaliseStretch(vector, 0, dimensions);
      return Buffer.from(encoding === 'float' ? floatsText(vector) : base64Text(vector), 'latin1');
    });
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!);
    kept.set(key, written);
    return written;
  };
  const entryEnd = (index: number): Buffer => {
    ends[index] ??= Buffer.from(`,"index":${index},"object":"embedding"},{"embedding":`);
    return ends[index];
  };
  return {
    body(texts, dimensions, encoding, frame) {
      const written = vectorTexts(dimensions, encoding);
      const pieces: Buffer[] = [START];
      texts.forEach((text, i) => {
        pieces.push(written[nullVectorOf(text)]!);
        if (i < texts.length - 1) pieces.push(entryEnd(i));
      });
      pieces.push(Buffer.from(`,"index":${texts.length - 1},"object":"embedding"}${bodyEnd(frame)}`));
      const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
      return bytes <= JOIN_BYTES ? [Buffer.concat(pieces, bytes)] : pieces;
    },
  };
}

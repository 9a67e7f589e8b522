import type { Encoding } from '../core/axes.ts';
import { createRandom } from '../core/random.ts';

/** The shape of an answer: what its bytes depend on. */
export interface ReplyShape {
  readonly dimensions: number;
  readonly batchSize: number;
  readonly encoding: Encoding;
}

/**
 * A `/v1/embeddings` body with unit vectors of float32 values, printed as servers of the SGLang family print
 * them (the shortest text of the value as a double).
 */
export function nullReply({ dimensions, batchSize, encoding }: ReplyShape): string {
  const random = createRandom(dimensions, `null-reply/${batchSize}`);
  const items = Array.from({ length: batchSize }, (_, index) => {
    const vector = unitVector(dimensions, () => random.next() - random.next());
    const embedding =
      encoding === 'base64' ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector);
    return { object: 'embedding', embedding, index };
  });
  const tokens = 16 * batchSize;
  const usage = {
    prompt_tokens: tokens,
    total_tokens: tokens,
    completion_tokens: 0,
    prompt_tokens_details: null,
  };
  return JSON.stringify({ object: 'list', data: items, model: 'null', usage });
}

function unitVector(dimensions: number, draw: () => number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, draw);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

/** The path under which the null server answers with a shape. */
export function nullPath({ dimensions, batchSize, encoding }: ReplyShape): string {
  return `/${dimensions}-${batchSize}-${encoding}/v1`;
}

/** The shape that a path asks for; undefined for any other path. */
export function shapeOfPath(path: string): ReplyShape | undefined {
  const match = /^\/(\d+)-(\d+)-(float|base64)\/v1\/embeddings$/.exec(path);
  if (match === null) return undefined;
  return { dimensions: Number(match[1]), batchSize: Number(match[2]), encoding: match[3] as Encoding };
}

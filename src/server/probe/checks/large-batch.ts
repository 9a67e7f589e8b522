import type { ProbeContext } from '../probe-check.ts';
import { rowsNearestOwn } from '../vector-agreement.ts';

const THINGS = ['kettle', 'sofa', 'novel', 'bicycle', 'violin', 'garden', 'ferry', 'camera'];
const CLAIMS = ['is broken again', 'was cheaper last year', 'delighted our children', 'smells of smoke'];
const TEXTS = THINGS.flatMap((thing) => CLAIMS.map((claim) => `The ${thing} ${claim}.`));

/**
 * Whether a batch of 32 short texts comes back in its order: sent forwards and backwards, every text must meet its
 * own vector again. Rows that change places now and then do not show in a batch of a few.
 *
 * @returns undefined when a request fails
 */
export async function largeBatchInOrder({ client, signal }: ProbeContext): Promise<boolean | undefined> {
  const forwards = await client.embed({ texts: TEXTS, encoding: 'float' }, signal);
  signal?.throwIfAborted();
  const backwards = await client.embed({ texts: TEXTS.toReversed(), encoding: 'float' }, signal);
  signal?.throwIfAborted();
  if (!forwards.ok || !backwards.ok) return undefined;
  const { dimensions } = forwards;
  const vectors = new Float32Array(backwards.vectors.length);
  TEXTS.forEach((_, row) => {
    const from = (TEXTS.length - 1 - row) * dimensions;
    vectors.set(backwards.vectors.subarray(from, from + dimensions), row * dimensions);
  });
  return rowsNearestOwn(forwards, { vectors, dimensions });
}

import type { EmbeddingReply } from '../../embedding-client.ts';
import { cosineText, differenceText } from '../figures.ts';
import {
  type CheckFinding,
  type ProbeCheck,
  type ProbeContext,
  type ReferenceVectors,
  unknown,
} from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';
import { compareRows, rowsNearestOwn } from '../vector-agreement.ts';
import { largeBatchInOrder } from './large-batch.ts';

/** Different kernels for different batch shapes cost this much at most in half precision. */
const SAME_TEXT = 0.999;

/** Order of a batch's vectors, and whether a text's vector depends on its company. */
export const batchCheck: ProbeCheck = {
  id: 'batch',
  title: 'Alone and in a batch',
  async run(context, { reference }) {
    if (reference === undefined) return unknown('there are no vectors to compare with');
    const alone = await embedAlone(context);
    if ('message' in alone) return unknown(`one text alone: ${alone.message}`);
    const batch = await context.client.embed({ texts: REFERENCE_TEXTS, encoding: 'float' }, context.signal);
    context.signal?.throwIfAborted();
    if (!batch.ok) return unknown(batch.message);
    const agreement = compareRows(alone, batch);
    const aligned = rowsNearestOwn(alone, batch) && (await largeBatchInOrder(context)) !== false;
    const invariant = agreement.cosineMin >= SAME_TEXT;
    return {
      findings: [
        orderFinding(batch, aligned),
        {
          verdict: invariant ? 'ok' : 'warning',
          evidence: `least cosine ${cosineText(agreement.cosineMin)}, largest difference ${differenceText(agreement.maxAbsDifference)}`,
          ...(invariant || !aligned
            ? {}
            : {
                mend: 'a text’s vector depends on its company: pooling reads padding, or precision is too low',
              }),
        },
      ],
      capabilities: {
        indexOrder: aligned && isAscending(batch.indices) ? 'input' : 'shuffled',
        batchInvariance: agreement,
      },
      found: { tokensAlone: alone.tokens },
    };
  },
};

interface AloneVectors extends ReferenceVectors {
  readonly tokens: readonly number[];
}

async function embedAlone(context: ProbeContext): Promise<AloneVectors | { readonly message: string }> {
  const replies: (EmbeddingReply & { ok: true })[] = [];
  for (const text of REFERENCE_TEXTS) {
    const reply = await context.client.embed({ texts: [text], encoding: 'float' }, context.signal);
    context.signal?.throwIfAborted();
    if (!reply.ok) return { message: reply.message };
    replies.push(reply);
  }
  const { dimensions } = replies[0]!;
  const vectors = new Float32Array(replies.length * dimensions);
  for (const [row, reply] of replies.entries())
    vectors.set(reply.vectors.subarray(0, dimensions), row * dimensions);
  return { vectors, dimensions, tokens: replies.map((reply) => reply.promptTokens ?? 0) };
}

function orderFinding({ indices }: EmbeddingReply & { ok: true }, aligned: boolean): CheckFinding {
  const base = { id: 'batch.order', title: 'Order of a batch' };
  if (!aligned) {
    return {
      ...base,
      verdict: 'problem',
      evidence: 'vectors come back for other texts than their index says',
      mend: 'send one text per request: axes.batchSize: [1], quality.batchSize: 1',
    };
  }
  if (isAscending(indices))
    return { ...base, verdict: 'ok', evidence: 'vectors come back in the order of the texts' };
  return {
    ...base,
    verdict: 'warning',
    evidence: `vectors come back as ${[...indices].join(', ')}; their index is right`,
    mend: 'sort by index, as dimsweep does: a client that reads them in order mixes up its rows',
  };
}

function isAscending(indices: Int32Array): boolean {
  return indices.every((index, position) => index === position);
}

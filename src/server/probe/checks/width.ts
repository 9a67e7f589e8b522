import { ServerError } from '../../../core/errors.ts';
import type { EmbeddingReply } from '../../embedding-client.ts';
import {
  type CheckFinding,
  type CheckResult,
  embeddingRoute,
  type Found,
  type ProbeCheck,
  type ProbeContext,
} from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';
import { normRange } from '../vector-agreement.ts';

/** Half precision leaves a normalised vector of 32 values with a norm up to 0.002 off. */
const NORM_TOLERANCE = 0.01;

/** Native width, and whether the vectors can be used at all. */
export const widthCheck: ProbeCheck = {
  id: 'width',
  title: 'Native width',
  async run(context, found) {
    const reply = await context.client.embed({ texts: REFERENCE_TEXTS, encoding: 'float' }, context.signal);
    context.signal?.throwIfAborted();
    const nativeDimensions = reply.ok ? reply.dimensions : rawWidth(found.rawEmbedding);
    if (nativeDimensions === undefined) throw unusable(reply, context);
    if (!reply.ok) return withoutVectors(reply, nativeDimensions);
    requireWidth(nativeDimensions, context);
    const { vectors, dimensions, promptTokens } = reply;
    return {
      findings: [{ verdict: 'ok', evidence: `${dimensions} dimensions` }, norms({ vectors, dimensions })],
      capabilities: { nativeDimensions },
      found: { reference: { vectors, dimensions, ...(promptTokens === undefined ? {} : { promptTokens }) } },
    };
  },
};

/** A width that the model does not have cannot be cut from its vectors either. */
function requireWidth(native: number, { needs }: ProbeContext): void {
  const wider = needs.dimensions.filter((dimensions) => dimensions > native);
  if (wider.length === 0) return;
  throw new ServerError(
    `the config asks for ${wider.join(', ')} dimensions, the model's vectors have ${native}`,
    {
      where: 'axes.dimensions',
      hint: `Leave out widths above ${native}, or serve a wider model.`,
    },
  );
}

function norms(matrix: { readonly vectors: Float32Array; readonly dimensions: number }): CheckFinding {
  const { min, max } = normRange(matrix);
  const normalised = Math.abs(min - 1) <= NORM_TOLERANCE && Math.abs(max - 1) <= NORM_TOLERANCE;
  return {
    id: 'width.norm',
    title: 'Norm of full vectors',
    verdict: normalised ? 'ok' : 'note',
    evidence: `${min.toFixed(5)} to ${max.toFixed(5)}`,
    ...(normalised ? {} : { mend: 'dimsweep normalises before it scores; a vector store must do so too' }),
  };
}

/** The first request was answered, the second one was not, or with nothing that could be scored. */
function withoutVectors(reply: EmbeddingReply & { ok: false }, nativeDimensions: number): CheckResult {
  return {
    findings: [
      { verdict: 'ok', evidence: `${nativeDimensions} dimensions, by the first reply` },
      {
        id: 'width.values',
        title: 'Values',
        verdict: 'problem',
        evidence: `${REFERENCE_TEXTS.length} texts in one request: ${reply.message}`,
        mend: /not finite|NaN|holds null/.test(reply.message)
          ? '--dtype bfloat16 or float32: half precision may overflow in this model'
          : 'look at the server’s log',
      },
    ],
    capabilities: { nativeDimensions },
  };
}

function rawWidth(embedding: Found['rawEmbedding']): number | undefined {
  if (Array.isArray(embedding) && embedding.length > 0) return embedding.length;
  return typeof embedding === 'string' ? Math.floor(Buffer.from(embedding, 'base64').length / 4) : undefined;
}

function unusable(reply: EmbeddingReply, context: ProbeContext): ServerError {
  return new ServerError(
    `the server's embeddings cannot be read (${reply.ok ? 'no width' : reply.message})`,
    { where: embeddingRoute(context), hint: 'Look at the server’s log.' },
  );
}

import type { EmbeddingReply } from '../../embedding-client.ts';
import { cosineText } from '../figures.ts';
import { type CheckFinding, type CheckResult, type Found, type ProbeCheck, unknown } from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';
import { compareRows } from '../vector-agreement.ts';

/** Whether base64 is honoured, ignored or refused, and what that means for the OpenAI SDK. */
export const encodingCheck: ProbeCheck = {
  id: 'encoding',
  title: 'encoding_format: base64',
  async run(context, found) {
    const reply = await context.client.embed({ texts: REFERENCE_TEXTS, encoding: 'base64' }, context.signal);
    context.signal?.throwIfAborted();
    if (reply.ok) return reply.encodingReturned === 'base64' ? honoured(reply, found) : ignored(found);
    if (reply.kind !== 'http4xx') return unknown(reply.message);
    return {
      findings: [
        { verdict: 'note', evidence: `refused: ${reply.message}`, mend: 'axes.encoding: [float]' },
        sdkFinding('warning', 'its default request is refused, because it asks for base64'),
      ],
      capabilities: { encodings: { float: true, base64: 'refused' } },
    };
  },
};

function honoured(reply: EmbeddingReply & { ok: true }, { reference }: Found): CheckResult {
  const agreement = reference === undefined ? undefined : compareRows(reference, reply);
  const same = agreement === undefined || agreement.cosineMin > 0.999;
  return {
    findings: [
      {
        verdict: same ? 'ok' : 'problem',
        evidence: `honoured${agreement === undefined ? '' : `; least cosine to the float reply ${cosineText(agreement.cosineMin)}`}`,
        ...(same ? {} : { mend: 'axes.encoding: [float]: the base64 reply holds other vectors' }),
      },
      sdkFinding('ok', 'its default request works'),
    ],
    capabilities: { encodings: { float: true, base64: 'honoured' } },
  };
}

function ignored(found: Found): CheckResult {
  return {
    findings: [
      {
        verdict: 'warning',
        evidence: 'ignored: asked for base64, got JSON numbers with status 200',
        mend: 'axes.encoding: [float]; SGLang honours base64 since pull request 32481',
      },
      sdkFinding('warning', sdkMisreading(found.rawEmbedding), "encoding_format: 'float' in every SDK call"),
    ],
    capabilities: { encodings: { float: true, base64: 'ignored' } },
  };
}

function sdkFinding(verdict: 'ok' | 'warning', evidence: string, mend?: string): CheckFinding {
  return {
    id: 'encoding.sdk',
    title: 'OpenAI SDK',
    verdict,
    evidence,
    ...(mend === undefined ? {} : { mend }),
  };
}

/**
 * What the SDK (npm `openai` 6) makes of a float reply when the caller names no encoding: it reads the array as
 * the bytes of a base64 text, each number cut to an integer, and four of them as one float.
 */
export function sdkMisreading(embedding: unknown): string {
  if (!Array.isArray(embedding)) return 'its default request is answered with floats it does not expect';
  const bytes = Buffer.from(embedding as number[]);
  const misread = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)),
  );
  const zeros = misread.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
  return `silently misreads the reply: ${embedding.length} numbers become ${misread.length}, ${zeros === misread.length ? 'all zero' : `${zeros} of them zero`}`;
}

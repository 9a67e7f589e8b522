import { cosineText } from '../figures.ts';
import { type ProbeCheck, unknown } from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';
import { compareRows } from '../vector-agreement.ts';

const INSTRUCTION = 'Classify the sentiment of the product review as positive, neutral or negative';
/** Repeats of one request stay above this on any precision; an instruction does not. */
const SAME = 0.9995;

/** Whether a field `instruction` does anything: servers drop fields that they do not know. */
export const instructionCheck: ProbeCheck = {
  id: 'instruction',
  title: 'Field instruction',
  async run(context, { reference }) {
    if (reference === undefined) return unknown('there are no vectors to compare with');
    const reply = await context.client.embed(
      { texts: REFERENCE_TEXTS, encoding: 'float', extra: { instruction: INSTRUCTION } },
      context.signal,
    );
    context.signal?.throwIfAborted();
    if (!reply.ok) {
      if (reply.kind !== 'http4xx') return unknown(reply.message);
      return {
        findings: [{ verdict: 'ok', evidence: `refused: ${reply.message}` }],
        capabilities: { instructionField: 'refused' },
      };
    }
    const { cosineMin } = compareRows(reference, reply);
    if (cosineMin < SAME) {
      return {
        findings: [
          { verdict: 'ok', evidence: `honoured: cosine to the plain text ${cosineText(cosineMin)}` },
        ],
        capabilities: { instructionField: 'honoured' },
      };
    }
    return {
      findings: [
        {
          verdict: 'note',
          evidence: `dropped without a word: cosine to the plain text ${cosineText(cosineMin)}, status 200`,
          mend: 'instructions must stand in the prompt; dimsweep writes them there (server.instructionTemplate)',
        },
      ],
      capabilities: { instructionField: 'dropped' },
    };
  },
};

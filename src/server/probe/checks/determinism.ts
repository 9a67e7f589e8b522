import { cosineText, differenceText } from '../figures.ts';
import { type ProbeCheck, unknown } from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';
import { compareRows } from '../vector-agreement.ts';

const SAME = 0.999;

/** The same request again: equal bits, rounding noise, or other vectors. */
export const determinismCheck: ProbeCheck = {
  id: 'determinism',
  title: 'Same request twice',
  async run(context, { reference }) {
    if (reference === undefined) return unknown('there are no vectors to compare with');
    const reply = await context.client.embed({ texts: REFERENCE_TEXTS, encoding: 'float' }, context.signal);
    context.signal?.throwIfAborted();
    if (!reply.ok) return unknown(reply.message);
    const agreement = compareRows(reference, reply);
    const same = agreement.cosineMin >= SAME;
    return {
      findings: [
        {
          verdict: same ? 'ok' : 'warning',
          evidence:
            agreement.maxAbsDifference === 0
              ? 'the same bits'
              : `least cosine ${cosineText(agreement.cosineMin)}, largest difference ${differenceText(agreement.maxAbsDifference)}`,
          ...(same ? {} : { mend: 'scores of two runs will differ by more than rounding' }),
        },
      ],
      capabilities: { determinism: agreement },
    };
  },
};

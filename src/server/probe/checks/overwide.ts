import type { ProbeCheck } from '../probe-check.ts';
import { unknown } from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';

/** What happens to a request for more dimensions than the model has: some servers fill up with zeros. */
export const overwideCheck: ProbeCheck = {
  id: 'overwide',
  title: 'More dimensions than there are',
  async run(context, found) {
    const native = found.capabilities.nativeDimensions!;
    if (found.capabilities.dimensions !== 'honoured') {
      return unknown('not tried: the field dimensions is not honoured');
    }
    const dimensions = native + Math.min(native, 64);
    const reply = await context.client.embed(
      { texts: [REFERENCE_TEXTS[0]!], dimensions, encoding: 'float' },
      context.signal,
    );
    context.signal?.throwIfAborted();
    if (!reply.ok) {
      return reply.kind === 'http4xx'
        ? { findings: [{ verdict: 'ok', evidence: `${dimensions} is refused` }] }
        : unknown(`${dimensions} dimensions: ${reply.message}`);
    }
    const padded = reply.dimensions > native && reply.vectors.subarray(native).every((value) => value === 0);
    return {
      findings: [
        {
          verdict: 'warning',
          evidence: padded
            ? `${dimensions} is answered with zeros behind the ${native}th value`
            : `${dimensions} is answered with ${reply.dimensions} dimensions and status 200`,
          mend: `ask for at most ${native} dimensions: a typing error in a width would go unnoticed`,
        },
      ],
    };
  },
};

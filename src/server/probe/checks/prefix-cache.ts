import type { EmbeddingReply } from '../../embedding-client.ts';
import { cachedShareOf } from '../../metrics/cache-provenance.ts';
import { createCounterTally } from '../../metrics/counter-tally.ts';
import { millisecondsText } from '../figures.ts';
import {
  type CheckFinding,
  type CheckResult,
  type Found,
  type ProbeCheck,
  type ProbeContext,
  unknown,
} from '../probe-check.ts';
import { longText } from '../probe-texts.ts';

/** A repeated text finds itself whole in a prefix cache; half of the tokens of two requests is then cached. */
const CACHED_SHARE = 0.2;
/** Timing: rounds of one fresh and one repeated text. */
const ROUNDS = 5;
const MEND = '--disable-radix-cache, or cache: cold, which never sends a text twice';

/**
 * Whether repeated texts are answered from a prefix cache: by the server's counters, else by its flags, and
 * only when it tells neither by the time it takes.
 */
export const prefixCacheCheck: ProbeCheck = {
  id: 'prefixCache',
  title: 'Prefix cache',
  async run(context, found) {
    if (found.reference === undefined) return unknown('there is no reply to time');
    const flag = found.serverInfo?.value.disableRadixCache ?? found.modelInfo?.value.radixCacheDisabled;
    const share = await shareByCounters(context);
    if (share !== undefined) return byCounters(share, flag);
    if (flag !== undefined) return byFlag(flag, found);
    return byTiming(context);
  },
};

/** Cached share of the prompt tokens of one text sent twice; undefined without counters. */
async function shareByCounters({ admin, client, mark, signal }: ProbeContext): Promise<number | undefined> {
  const before = await admin.metrics(signal);
  if (before === undefined) return undefined;
  const tally = createCounterTally();
  tally.take(before);
  for (let i = 0; i < 2; i++) {
    await client.embed({ texts: [longText(`${mark}-counted`)], encoding: 'float' }, signal);
    signal?.throwIfAborted();
  }
  const after = await admin.metrics(signal);
  if (after === undefined) return undefined;
  tally.take(after);
  return cachedShareOf(tally.increases());
}

function byCounters(share: number, flag: boolean | undefined): CheckResult {
  const percent = `${(share * 100).toFixed(0)} %`;
  const on = share >= CACHED_SHARE;
  const evidence = `by counters: ${percent} of the tokens of a text sent twice came from the cache`;
  if (on && flag === true) {
    return result('on', {
      verdict: 'problem',
      evidence: `${evidence}, although disable_radix_cache is true`,
      mend: MEND,
    });
  }
  return on
    ? result('on', { verdict: 'warning', evidence: `on, ${evidence}`, mend: MEND })
    : result('off', { verdict: 'ok', evidence: `off, ${evidence}` });
}

function byFlag(disabled: boolean, found: Found): CheckResult {
  const evidence = `by ${found.serverInfo?.path ?? found.modelInfo?.path}: disable_radix_cache is ${disabled}; no counters to check with`;
  return disabled
    ? result('off', { verdict: 'ok', evidence: `off, ${evidence}` })
    : result('on', {
        verdict: 'warning',
        evidence: `on, ${evidence}`,
        mend: `${MEND}; --enable-metrics lets every window be checked`,
      });
}

/**
 * Fresh and repeated texts of one length in turn. Only a clear gap counts: twice the time in the middle, and no
 * overlap even when one hiccup on each side is left out.
 */
async function byTiming({ client, mark, signal }: ProbeContext): Promise<CheckResult> {
  const time = async (name: string): Promise<number | undefined> => {
    const reply: EmbeddingReply = await client.embed(
      { texts: [longText(`${mark}-${name}`)], encoding: 'float' },
      signal,
    );
    signal?.throwIfAborted();
    return reply.ok ? reply.serviceMs : undefined;
  };
  await time('repeated');
  const fresh: number[] = [];
  const repeated: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = await time(`fresh-${round}`);
    const again = await time('repeated');
    if (first === undefined || again === undefined) return unknown('a request failed while it was timed');
    fresh.push(first);
    repeated.push(again);
  }
  const apart = median(fresh) > 2 * median(repeated) && ranked(fresh, 1) > ranked(repeated, ROUNDS - 2);
  const evidence = `by timing only: ${ROUNDS} fresh texts took ${millisecondsText(median(fresh))} each, one repeated text ${millisecondsText(median(repeated))}`;
  if (apart) return result('on', { verdict: 'warning', evidence: `looks on, ${evidence}`, mend: MEND });
  return result('unknown', {
    verdict: 'unknown',
    evidence: `${evidence}: no gap, which is no proof`,
    mend: '--enable-metrics lets every window be checked',
  });
}

function result(prefixCache: 'on' | 'off' | 'unknown', finding: CheckFinding): CheckResult {
  return { findings: [finding], capabilities: { prefixCache } };
}

function median(values: readonly number[]): number {
  return ranked(values, Math.floor(values.length / 2));
}

/** The value with so many smaller ones below it. */
function ranked(values: readonly number[], rank: number): number {
  return values.toSorted((a, b) => a - b)[rank]!;
}

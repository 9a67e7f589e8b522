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
 * only when it tells neither by the time it takes. A server that says it has none is timed all the same.
 */
export const prefixCacheCheck: ProbeCheck = {
  id: 'prefixCache',
  title: 'Prefix cache',
  async run(context, found) {
    if (found.reference === undefined) return unknown('there is no reply to time');
    const flag = found.serverInfo?.value.disableRadixCache ?? found.modelInfo?.value.radixCacheDisabled;
    const share = await shareByCounters(context);
    const told =
      share !== undefined ? byCounters(share, flag) : flag === undefined ? undefined : byFlag(flag, found);
    if (told?.capabilities?.prefixCache === 'on') return told;
    const times = await confirmedTimes(context);
    if (times === undefined) return told ?? unknown('a request failed while it was timed');
    return told === undefined ? byTiming(times) : times.apart ? contradicted(told, times) : told;
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

interface RepeatTimes {
  /** Repeats are clearly faster. */
  readonly apart: boolean;
  readonly words: string;
}

/** A gap is looked at a second time: a busy machine can open one by chance, and hardly twice in a row. */
async function confirmedTimes(context: ProbeContext): Promise<RepeatTimes | undefined> {
  const times = await timeRepeats(context, context.mark);
  return times?.apart === true ? timeRepeats(context, `${context.mark}-again`) : times;
}

/**
 * Fresh and repeated texts of one length in turn. Only a clear gap counts: twice the time in the middle, and no
 * overlap even when one hiccup on each side is left out.
 */
async function timeRepeats({ client, signal }: ProbeContext, mark: string): Promise<RepeatTimes | undefined> {
  const time = async (name: string): Promise<number | undefined> => {
    const reply = await client.embed({ texts: [longText(`${mark}-${name}`)], encoding: 'float' }, signal);
    signal?.throwIfAborted();
    return reply.ok ? reply.serviceMs : undefined;
  };
  await time('repeated');
  const fresh: number[] = [];
  const repeated: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = await time(`fresh-${round}`);
    const again = await time('repeated');
    if (first === undefined || again === undefined) return undefined;
    fresh.push(first);
    repeated.push(again);
  }
  return {
    apart: median(fresh) > 2 * median(repeated) && ranked(fresh, 1) > ranked(repeated, ROUNDS - 2),
    words: `${ROUNDS} fresh texts took ${millisecondsText(median(fresh))} each, one repeated text ${millisecondsText(median(repeated))}`,
  };
}

function byTiming({ apart, words }: RepeatTimes): CheckResult {
  return apart
    ? result('on', { verdict: 'warning', evidence: `looks on, by timing only: ${words}`, mend: MEND })
    : result('unknown', {
        verdict: 'unknown',
        evidence: `by timing only: ${words}: no gap, which is no proof`,
        mend: '--enable-metrics lets every window be checked',
      });
}

/** The server says that it has no cache, and repeats are fast. */
function contradicted(told: CheckResult, { words }: RepeatTimes): CheckResult {
  return result('on', {
    verdict: 'problem',
    evidence: `repeats are fast although the server tells of no cache: by timing, ${words}; ${told.findings[0]!.evidence}`,
    mend: 'cache: cold, which never sends a text twice; do not trust this server’s cache counters',
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

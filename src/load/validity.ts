import { OUTCOME_LABELS } from '../core/outcome.ts';
import type { Validity } from '../core/record/score.ts';
import { median } from '../stats/moments.ts';
import { type CellEvidence, littlesLaw, shareOf } from './cell-evidence.ts';
import { stallsOf } from './stalls.ts';

type Verdict = 'suspect' | 'invalid';

/** One doubt about a cell: how grave, and in words. */
interface Doubt {
  readonly verdict: Verdict;
  readonly message: string;
}

type Check = (evidence: CellEvidence) => Doubt | undefined;

const suspect = (message: string): Doubt => ({ verdict: 'suspect', message });
const invalid = (message: string): Doubt => ({ verdict: 'invalid', message });
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** Doubts of a graded figure: `invalid` beyond the second limit, `suspect` beyond the first. */
function graded(
  value: number | undefined,
  limits: readonly [number, number],
  say: (value: number) => string,
) {
  if (value === undefined || value <= limits[0]) return undefined;
  return value > limits[1] ? invalid(say(value)) : suspect(say(value));
}

/** Shorter silences are the scheduling of any busy machine. */
const LEAST_STALL_MS = 250;

/** Every reason to doubt a cell, by its code. A cell without any is `valid`. */
const CHECKS = {
  noAnswers: ({ row, parts }) => {
    if (row.requests.ok > 0) return undefined;
    const reason = because(parts);
    if (row.requests.sent > 0 || reason !== '') return invalid(`no request was answered${reason}`);
    return invalid(
      parts.every(({ facts }) => facts.window === undefined)
        ? 'no window was opened, so no request was measured'
        : 'no request was due in the windows: they are too short for this load; lengthen load.seconds',
    );
  },

  tooFewSamples: ({ row }) =>
    row.requests.ok === 0 || row.latencyMs.service.p50 !== undefined
      ? undefined
      : invalid(
          `${row.latencyMs.service.n} requests started and ended in the windows: too few for any percentile; lengthen load.seconds`,
        ),

  errorBudget: ({ row, parts, errorBudget }) => {
    const share = row.requests.sent === 0 ? 0 : (row.requests.sent - row.requests.ok) / row.requests.sent;
    if (share <= errorBudget || row.requests.ok === 0) return undefined;
    return invalid(
      `${percent(share)} of the requests failed, the budget is ${percent(errorBudget)}${because(parts)}`,
    );
  },

  badVectors: ({ row, parts }) => {
    const share = shareOf(row, ['badVector', 'malformed']);
    if (share === 0) return undefined;
    const said = parts.flatMap(({ facts }) => facts.messages.badVector ?? facts.messages.malformed ?? []);
    return suspect(`${percent(share)} of the answers held unusable vectors${said[0] ? `: ${said[0]}` : ''}`);
  },

  encodingIgnored: ({ cell, parts }) => {
    const checked = sum(parts, ({ facts }) => facts.vectors.checked);
    const base64 = sum(parts, ({ facts }) => facts.vectors.base64);
    const other = cell.encoding === 'base64' ? checked - base64 : base64;
    return other === 0
      ? undefined
      : invalid(`${other} of ${checked} vectors did not come as ${cell.encoding}, which was asked for`);
  },

  vectorDrift: ({ row }) => {
    const cosine = row.vectors?.sentinelCosineMin;
    return graded(
      cosine === undefined ? undefined : 1 - cosine,
      [0.001, 0.01],
      () => `vectors change under load: cosine ${cosine?.toFixed(5)} to those of the same texts alone`,
    );
  },

  textReuse: ({ cell, parts }) => {
    const reused = sum(parts, ({ facts }) => facts.reusedTexts);
    return reused === 0 || cell.cache === 'warm'
      ? undefined
      : invalid(`${reused} texts had been sent before in this run, so a cache may have answered`);
  },

  cacheContradiction: ({ cache }) => (cache?.state === 'contradicts' ? invalid(cache.message) : undefined),

  clientSaturated: ({ row }) =>
    graded(
      row.client.eventLoopUtilisation,
      [0.75, 0.95],
      (share) =>
        `the client thread was busy ${percent(share)} of the time; its own queue is in these latencies`,
    ),

  nearCeiling: ({ row }) => {
    const { ceilingRequestsPerSecond: ceiling } = row.client;
    if (ceiling === undefined) return undefined;
    return graded(
      row.throughput.requestsPerSecond / ceiling,
      [0.5, 0.7],
      (share) =>
        `${percent(share)} of what this client reaches with this payload when the server does nothing (${ceiling.toFixed(0)} requests/s)`,
    );
  },

  // One late moment spoils the trial that it falls into; a client that is late in most trials is no clock.
  eventLoopDelay: ({ row, parts }) => {
    const p50 = row.latencyMs.service.p50 ?? 0;
    const delays = parts.flatMap(({ facts }) => facts.eventLoopDelayP99Ms ?? []);
    if (delays.length === 0) return undefined;
    const message = `timers of the client thread ran up to ${ms(Math.max(...delays))} late (p99)`;
    if (median(delays) > Math.max(100, p50)) return invalid(message);
    return Math.max(...delays) > Math.max(10, p50 * 0.2) ? suspect(message) : undefined;
  },

  sendLateness: ({ row }) => {
    const p50 = row.latencyMs.service.p50 ?? 0;
    return graded(
      row.client.sendLatenessMs?.p99,
      [Math.max(5, p50 * 0.1), Math.max(50, p50)],
      (late) => `requests were released up to ${ms(late)} after they were due (p99)`,
    );
  },

  rateNotSustained: ({ cell, row, parts }) => {
    const due = sum(parts, ({ facts }) => facts.dueInWindow ?? 0);
    const seconds = sum(parts, ({ trial }) => trial.seconds);
    if (cell.arrivals === 'closed' || due === 0 || seconds === 0) return undefined;
    const share = row.throughput.requestsPerSecond / (due / seconds);
    // A handful of requests that straddle the window's ends are chance, not a lack of capacity.
    if (due * (0.98 - share) < 3) return undefined;
    return suspect(
      `rate not sustained: ${row.throughput.requestsPerSecond.toFixed(1)} of ${(due / seconds).toFixed(1)} requests/s were answered; the latencies depend on how long the window is`,
    );
  },

  decodingBehind: ({ parts }) => {
    const held =
      sum(parts, ({ facts }) => facts.heldMs) /
      1000 /
      Math.max(
        1e-9,
        sum(parts, ({ trial }) => trial.seconds),
      );
    return graded(
      held,
      [0.001, 0.05],
      (share) => `sending paused ${percent(share)} of the time because decoding was behind`,
    );
  },

  unsteady: ({ parts }) => {
    const restless = parts.filter(({ trial }) => !trial.steady).length;
    return restless === 0
      ? undefined
      : suspect(`latency or throughput still drifted in ${restless} of ${parts.length} trials`);
  },

  stalled: ({ row, parts }) => {
    const leastMs = Math.max(LEAST_STALL_MS, 10 * (row.latencyMs.service.p50 ?? Number.POSITIVE_INFINITY));
    const { count, longestMs, share } = stallsOf(parts, leastMs);
    return count === 0
      ? undefined
      : suspect(
          `nothing was answered for up to ${ms(longestMs)} while requests waited (${count} stalls, ${percent(share)} of the windows); high percentiles depend on how many a window holds`,
        );
  },

  newSockets: ({ cell, row }) =>
    (row.client.newSockets ?? 0) === 0 || cell.arrivals !== 'closed' || cell.transport === 'openai'
      ? undefined
      : suspect(
          `${row.client.newSockets} connections were opened inside the windows; their set-up is in these latencies`,
        ),

  littlesLaw: ({ cell, row, parts }) => {
    const law = littlesLaw(parts);
    // undici takes requests before it sends them: its own queue is counted and not in its samples.
    if (law === undefined || row.requests.ok < 30 || cell.transport === 'undici') return undefined;
    const off = Math.abs(law.inFlight - law.predicted) - law.straddling;
    return graded(
      off / Math.max(law.inFlight, 1e-9),
      [0.02, 0.1],
      () =>
        `Little's law does not hold: ${law.inFlight.toFixed(2)} in flight were counted, ${law.predicted.toFixed(2)} follow from the samples`,
    );
  },

  conservation: ({ row }) => {
    const failed = Object.values(row.requests.failed).reduce((total, count) => total + (count ?? 0), 0);
    const { sent, ok } = row.requests;
    return sent === ok + failed ? undefined : invalid(`${sent} requests were sent, ${ok} + ${failed} ended`);
  },

  garbageCollection: ({ row, parts }) => {
    const longest = Math.max(...parts.map(({ trial }) => trial.seconds));
    const share = (row.client.gcMs ?? 0) / 1000 / longest;
    return longest > 0 && share > 0.1
      ? suspect(`the client collected garbage ${percent(share)} of the time`)
      : undefined;
  },

  foreignCpu: ({ row }) =>
    (row.client.foreignCpuFraction ?? 0) > 0.15
      ? suspect(`other programs used ${percent(row.client.foreignCpuFraction!)} of this machine's CPU`)
      : undefined,

  interrupted: ({ parts }) =>
    parts.some(({ facts }) => facts.cancelled)
      ? suspect('a trial was stopped before its window was complete')
      : undefined,
} as const satisfies Record<string, Check>;

/** The verdict on a cell: `invalid` when one doubt is that grave, `suspect` when there is any doubt. */
export function judgeCell(evidence: CellEvidence): Validity {
  const doubts = Object.entries<Check>(CHECKS).flatMap(([code, check]) => {
    const doubt = check(evidence);
    return doubt === undefined ? [] : [{ code, ...doubt }];
  });
  const verdict = doubts.some((doubt) => doubt.verdict === 'invalid')
    ? 'invalid'
    : doubts.length > 0
      ? 'suspect'
      : 'valid';
  const grave = doubts.filter((doubt) => doubt.verdict === 'invalid');
  const rest = doubts.filter((doubt) => doubt.verdict !== 'invalid');
  return { verdict, reasons: [...grave, ...rest].map(({ code, message }) => ({ code, message })) };
}

/** The most frequent failure of the windows, else the first before them, in the server's words or in ours. */
function because(parts: CellEvidence['parts']): string {
  const counts = new Map<string, number>();
  for (const { trial } of parts) {
    for (const [kind, count] of Object.entries(trial.failed))
      counts.set(kind, (counts.get(kind) ?? 0) + (count ?? 0));
  }
  const [kind] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  if (kind === undefined) {
    const before = parts.flatMap(({ facts }) => Object.values(facts.messages))[0];
    return before === undefined ? '' : `: ${before}`;
  }
  const messages = parts.map(({ facts }) => (facts.messages as Record<string, string>)[kind]);
  return `: ${messages.find((message) => message !== undefined) ?? OUTCOME_LABELS[kind as keyof typeof OUTCOME_LABELS]}`;
}

function sum(parts: CellEvidence['parts'], read: (part: CellEvidence['parts'][number]) => number): number {
  return parts.reduce((total, part) => total + read(part), 0);
}

import { formatPercent, metricName, metricNumber, metricText } from '../../core/figure-text.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { Candidate, LatencyStatistic } from './candidates.ts';
import type { Declared } from './declared.ts';
import { fewestBytes, highestScore, lowestLatency, mostTexts, narrow, type Stage } from './narrow.ts';
import { latencyName, meets } from './operating-point.ts';
import type { Standings, StandingVerdict } from './standing.ts';

export const PREFERENCES = ['quality', 'latency', 'cost'] as const;
export type Preference = (typeof PREFERENCES)[number];

/** What a preference looks at, in the order it looks, declared before any figure is seen. */
export interface PreferenceRule {
  readonly preference: Preference;
  readonly title: string;
  readonly rule: string;
  readonly stages: readonly Stage[];
  /** Who may win: the first of these tests that anyone passes decides who competes. */
  readonly tiers: readonly ((candidate: Candidate) => boolean)[];
  /** Two candidates with the same key are the same choice by this preference. */
  readonly choiceKey: (candidate: Candidate) => string;
  /** The figure that decided, against the runner-up's. */
  readonly advantage: (outcome: Outcome) => string | undefined;
  /** What to say when nothing is eligible. */
  readonly whyNone: string;
}

/** Winner and runner-up: the runner-up is what would win if the winner did not exist. */
export interface Outcome {
  readonly winner: Candidate;
  readonly runnerUp: Candidate | undefined;
}

interface Context {
  readonly declared: Declared;
  readonly statistic: LatencyStatistic;
  readonly standings: Standings | undefined;
  readonly bestInstruction: string | undefined;
}

/** The three preferences, in the order in which they are shown. */
export function preferenceRules(context: Context): readonly PreferenceRule[] {
  return [qualityRule(context), latencyRule(context), costRule(context)];
}

function qualityRule({ declared, statistic, bestInstruction }: Context): PreferenceRule {
  const { metric } = declared;
  const name = metric === undefined ? 'quality' : metricName(metric);
  const sign = metric !== undefined && METRICS[metric].direction === 'lower' ? -1 : 1;
  return {
    preference: 'quality',
    title: 'Quality first',
    rule: `Best ${name} under the best instruction; equal values go to fewer bytes per vector, then to more texts/s, then to the lower ${latencyName(statistic)} latency.`,
    stages: [
      highestScore(metric === undefined ? 3 : METRICS[metric].digits, sign),
      fewestBytes,
      objectiveStage(declared),
      mostTexts,
      lowestLatency(statistic),
    ],
    tiers: [
      (c) => c.score !== undefined && (bestInstruction === undefined || c.instruction === bestInstruction),
    ],
    choiceKey: vectorKey,
    advantage: ({ winner, runnerUp }) =>
      metric === undefined
        ? undefined
        : against(
            winner.score?.value,
            runnerUp?.score?.value,
            (v) => metricNumber(metric, v),
            METRICS[metric].label,
          ),
    whyNone: 'No quality score was measured.',
  };
}

function latencyRule(context: Context): PreferenceRule {
  const { declared, statistic } = context;
  return {
    preference: 'latency',
    title: 'Latency first',
    rule: `Lowest ${latencyName(statistic)} latency of a request${marginClause(declared)}; latencies that cannot be told apart go to more texts/s, then to fewer bytes per vector.`,
    stages: [
      lowestLatency(statistic),
      mostTexts,
      fewestBytes,
      highestScore(metricDigits(declared.metric), metricSign(declared.metric)),
    ],
    tiers: [
      (c) => c.latencyMs !== undefined && standingOf(c, context) === 'holds',
      (c) => c.latencyMs !== undefined && standingOf(c, context) === 'inconclusive',
      (c) => c.latencyMs !== undefined,
    ],
    choiceKey: operatingPointKey,
    advantage: ({ winner, runnerUp }) =>
      against(winner.latencyMs, runnerUp?.latencyMs, (v) => metricText(statistic, v), latencyName(statistic)),
    whyNone: 'No load cell gave a latency that may decide.',
  };
}

function costRule(context: Context): PreferenceRule {
  const { declared, statistic } = context;
  return {
    preference: 'cost',
    title: 'Cost first',
    rule: `Fewest bytes per stored vector${marginClause(declared)}; equal sizes go to more texts/s of server time, then to the lower ${latencyName(statistic)} latency.`,
    stages: [fewestBytes, objectiveStage(declared), mostTexts, lowestLatency(statistic)],
    tiers: [(c) => standingOf(c, context) === 'holds'],
    choiceKey: (c) => JSON.stringify([c.dimensions, c.dtype]),
    advantage: ({ winner, runnerUp }) =>
      against(
        winner.bytesPerVector,
        runnerUp?.bytesPerVector,
        (v) => metricText('vectorBytes', v),
        'Bytes per vector:',
      ),
    whyNone: 'No configuration was measured that may decide.',
  };
}

/** With an objective in the config, points that meet it go before points that do not. */
function objectiveStage({ objective }: Declared): Stage {
  return (candidates) => {
    if (objective === undefined) return candidates;
    const meeting = candidates.filter((c) => c.load !== undefined && meets(c.load, objective));
    return meeting.length > 0 ? meeting : candidates;
  };
}

/** Where quality was not measured at all, nothing speaks against a candidate. */
function standingOf(candidate: Candidate, { standings }: Context): StandingVerdict {
  if (standings?.best === undefined) return 'holds';
  return candidate.quality === undefined ? 'inconclusive' : standings.of(candidate.quality).verdict;
}

function marginClause({ metric, margin }: Declared): string {
  return metric === undefined
    ? ''
    : ` among configurations whose ${metricName(metric)} is shown to be within ${formatPercent(margin)} of the best`;
}

const metricDigits = (metric: MetricId | undefined): number =>
  metric === undefined ? 3 : METRICS[metric].digits;
const metricSign = (metric: MetricId | undefined): 1 | -1 =>
  metric !== undefined && METRICS[metric].direction === 'lower' ? -1 : 1;

function vectorKey(candidate: Candidate): string {
  const { dimensions, instruction, dtype, serverArgs } = candidate;
  return JSON.stringify([dimensions, instruction, dtype, serverArgs ?? null]);
}

/** `p95 8.07 ms, against 19.71 ms for the runner-up.` */
function against(
  own: number | undefined,
  other: number | undefined,
  show: (value: number) => string,
  name: string,
): string | undefined {
  if (own === undefined || other === undefined) return undefined;
  return `${name} ${show(own)}, against ${show(other)} for the runner-up.`;
}

function operatingPointKey({ load }: Candidate): string {
  return JSON.stringify([load?.batchSize, load?.concurrency, load?.rate, load?.encoding, load?.transport]);
}

/** Winner and runner-up of one preference. */
export function applyRule(rule: PreferenceRule, candidates: readonly Candidate[]): Outcome | undefined {
  const eligible = rule.tiers.map((tier) => candidates.filter(tier)).find((tier) => tier.length > 0) ?? [];
  const winner = narrow(eligible, rule.stages);
  if (winner === undefined) return undefined;
  const key = rule.choiceKey(winner);
  const others = eligible.filter((candidate) => rule.choiceKey(candidate) !== key);
  return { winner, runnerUp: narrow(others, rule.stages) };
}

import { METRICS, type MetricId } from '../core/metrics.ts';
import type { LoadRow, Trial } from '../core/record/load-row.ts';
import { logChoose } from '../stats/binomial-distribution.ts';
import { hodgesLehmannShift } from '../stats/hodges-lehmann.ts';
import { mannWhitney } from '../stats/mann-whitney.ts';
import { median, sampleSd } from '../stats/moments.ts';
import { detectableShift } from '../stats/power.ts';
import { pairedShift, signedRankTest } from '../stats/signed-rank.ts';
import { loadAxes } from './align.ts';
import type { DifferenceDraft, MeasuredChange } from './difference.ts';

/**
 * A trial's own figure of each metric that can be compared. Requests inside a trial share its weather, so they
 * are not independent: the trial is the unit, and its quantile or rate the observation.
 */
const TRIAL_FIGURES = {
  serviceP50Ms: (trial) => trial.serviceP50Ms,
  serviceP95Ms: (trial) => trial.serviceP95Ms,
  serviceP99Ms: (trial) => trial.serviceP99Ms,
  responseP50Ms: (trial) => trial.responseP50Ms,
  responseP95Ms: (trial) => trial.responseP95Ms,
  responseP99Ms: (trial) => trial.responseP99Ms,
  requestsPerSecond: (trial) => trial.requestsPerSecond,
  textsPerSecond: (trial) => trial.textsPerSecond,
} satisfies Partial<Record<MetricId, (trial: Trial) => number | undefined>>;

export type ComparedLoadMetric = keyof typeof TRIAL_FIGURES;

/** Metrics compared when nobody names others: one per question, or the family of tests grows for nothing. */
export const DEFAULT_LOAD_METRICS: readonly ComparedLoadMetric[] = [
  'serviceP50Ms',
  'serviceP95Ms',
  'textsPerSecond',
];

export function isComparedLoadMetric(metric: string): metric is ComparedLoadMetric {
  return Object.hasOwn(TRIAL_FIGURES, metric);
}

export interface LoadDifferenceOptions {
  readonly metrics: readonly ComparedLoadMetric[];
  /** Trial i of both sides ran side by side (live comparison): tests and shifts are paired. */
  readonly paired: boolean;
  /** Why no load figure of these runs can be compared. */
  readonly blocked?: string;
  /** Trials that both sides must have. */
  readonly minTrials: number;
}

/** The load metrics of one matched cell, as relative changes on the logarithmic scale. */
export function loadDifferences(
  base: LoadRow,
  candidate: LoadRow,
  options: LoadDifferenceOptions,
): DifferenceDraft[] {
  const axes = loadAxes(base);
  const blocked = options.blocked ?? invalidity(base, candidate);
  return options.metrics.flatMap((metric): DifferenceDraft[] => {
    const subject = { kind: 'load', cell: base.id, axes, metric, metricId: metric } as const;
    const { direction } = METRICS[metric];
    const sides = figuresOf(base, candidate, metric, options.paired);
    if (sides === undefined)
      return [{ subject, direction, blocked: blocked ?? 'one side has no trial with this figure' }];
    const change = relativeChange(sides, options.paired);
    const tooFew = fewTrials(change, options.minTrials);
    const reason = blocked ?? tooFew;
    return [{ subject, direction, change, ...(reason === undefined ? {} : { blocked: reason }) }];
  });
}

function invalidity(base: LoadRow, candidate: LoadRow): string | undefined {
  const sides = [
    ['base', base],
    ['candidate', candidate],
  ] as const;
  for (const [name, row] of sides) {
    if (row.validity.verdict === 'invalid') {
      return `the ${name} cell is invalid: ${row.validity.reasons.map((reason) => reason.message).join('; ')}`;
    }
  }
  return undefined;
}

function fewTrials(change: MeasuredChange, minTrials: number): string | undefined {
  const { base, candidate } = change.n;
  if (Math.min(base, candidate) >= minTrials) return undefined;
  return `too few trials: ${base} and ${candidate}, where ${minTrials} are needed`;
}

interface Sides {
  readonly base: Float64Array;
  readonly candidate: Float64Array;
}

/** Logarithms of the trials' figures; paired sides keep the trials that both have, in the order of their index. */
function figuresOf(
  base: LoadRow,
  candidate: LoadRow,
  metric: ComparedLoadMetric,
  paired: boolean,
): Sides | undefined {
  const figure = TRIAL_FIGURES[metric];
  const logs = (row: LoadRow): Map<number, number> =>
    new Map(
      row.trials.flatMap((trial): [number, number][] => {
        const value = figure(trial);
        return value !== undefined && value > 0 ? [[trial.index, Math.log(value)]] : [];
      }),
    );
  const [a, b] = [logs(base), logs(candidate)];
  const shared = paired ? [...a.keys()].filter((index) => b.has(index)).sort((x, y) => x - y) : undefined;
  const sides = {
    base: Float64Array.from(shared?.map((index) => a.get(index)!) ?? a.values()),
    candidate: Float64Array.from(shared?.map((index) => b.get(index)!) ?? b.values()),
  };
  return sides.base.length === 0 || sides.candidate.length === 0 ? undefined : sides;
}

function relativeChange({ base, candidate }: Sides, paired: boolean): MeasuredChange {
  const differences = paired ? candidate.map((value, i) => value - base[i]!) : undefined;
  const shift = differences === undefined ? hodgesLehmannShift(base, candidate) : pairedShift(differences);
  const p = differences === undefined ? mannWhitney(base, candidate).p : signedRankTest(differences).p;
  const n = { base: base.length, candidate: candidate.length };
  const detectable = detectableChange({ base, candidate }, differences);
  return {
    base: Math.exp(median(base)),
    candidate: Math.exp(median(candidate)),
    scale: 'relative',
    value: Math.expm1(shift.shift),
    ...(shift.low === undefined || shift.high === undefined
      ? {}
      : { low: Math.expm1(shift.low), high: Math.expm1(shift.high) }),
    p,
    leastP: paired ? 2 ** (1 - n.base) : 2 * Math.exp(-logChoose(n.base + n.candidate, n.base)),
    ...(detectable === undefined ? {} : { detectable }),
    n,
    method: paired
      ? 'signed-rank test and Walsh-average shift over paired trials'
      : 'rank-sum test and Hodges–Lehmann shift over trials',
  };
}

function detectableChange(
  { base, candidate }: Sides,
  differences: Float64Array | undefined,
): number | undefined {
  if (base.length < 2 || candidate.length < 2) return undefined;
  // A paired comparison is a one-sample problem: 1/n instead of 1/n₁ + 1/n₂.
  const shift =
    differences === undefined
      ? detectableShift(
          Math.sqrt((sampleSd(base) ** 2 + sampleSd(candidate) ** 2) / 2),
          base.length,
          candidate.length,
        )
      : detectableShift(sampleSd(differences), differences.length, Number.POSITIVE_INFINITY);
  return Math.expm1(shift);
}

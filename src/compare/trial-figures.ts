import type { MetricId } from '../core/metrics.ts';
import type { LoadRow, Trial } from '../core/record/load-row.ts';
import type { ChangeScale } from './difference.ts';

interface TrialFigure {
  readonly read: (trial: Trial) => number | undefined;
  readonly scale: ChangeScale;
}

const relative = (read: TrialFigure['read']): TrialFigure => ({ read, scale: 'relative' });

/**
 * A trial's own figure of each metric that can be compared. Requests inside a trial share its weather, so they
 * are not independent: the trial is the unit, and its quantile or rate the observation. Times and rates differ by
 * factors; shares may be 0 and differ by amounts.
 */
export const TRIAL_FIGURES = {
  serviceP50Ms: relative((trial) => trial.serviceP50Ms),
  serviceP95Ms: relative((trial) => trial.serviceP95Ms),
  serviceP99Ms: relative((trial) => trial.serviceP99Ms),
  responseP50Ms: relative((trial) => trial.responseP50Ms),
  responseP95Ms: relative((trial) => trial.responseP95Ms),
  responseP99Ms: relative((trial) => trial.responseP99Ms),
  requestsPerSecond: relative((trial) => trial.requestsPerSecond),
  textsPerSecond: relative((trial) => trial.textsPerSecond),
  errorShare: {
    read: (trial) => (trial.sent === 0 ? undefined : 1 - trial.ok / trial.sent),
    scale: 'absolute',
  },
} satisfies Partial<Record<MetricId, TrialFigure>>;

export type ComparedLoadMetric = keyof typeof TRIAL_FIGURES;
export const COMPARED_LOAD_METRICS = Object.keys(TRIAL_FIGURES) as ComparedLoadMetric[];

export function isComparedLoadMetric(metric: string): metric is ComparedLoadMetric {
  return Object.hasOwn(TRIAL_FIGURES, metric);
}

const CLOSED_LOOP: readonly string[] = ['serviceP50Ms', 'serviceP95Ms', 'textsPerSecond'];
/** An open loop's waits show in response latency only, and its rate is given as long as it is sustained. */
const OPEN_LOOP: readonly string[] = ['responseP50Ms', 'responseP95Ms', 'textsPerSecond'];

/** Whether a load metric is compared when nobody names others: one per question, or the family grows for nothing. */
export function isLoadHeadline(metric: MetricId, loop: 'open' | 'closed'): boolean {
  return (loop === 'open' ? OPEN_LOOP : CLOSED_LOOP).includes(metric);
}

/** Both sides' observations of one metric; relative ones as logarithms. */
export interface TrialSides {
  readonly base: Float64Array;
  readonly candidate: Float64Array;
}

/**
 * The trials' figures of both rows, in ascending order. Paired sides hold the trials that both rows have, in the order of their
 * index, so that position i of both ran side by side.
 *
 * @returns undefined when a side has no such figure
 */
export function trialSides(
  base: LoadRow,
  candidate: LoadRow,
  metric: ComparedLoadMetric,
  paired: boolean,
): TrialSides | undefined {
  const [a, b] = [observations(base, metric), observations(candidate, metric)];
  const shared = paired ? [...a.keys()].filter((index) => b.has(index)).sort((x, y) => x - y) : undefined;
  const side = (values: ReadonlyMap<number, number>): Float64Array =>
    shared === undefined
      ? Float64Array.from(values.values()).sort()
      : Float64Array.from(shared, (index) => values.get(index)!);
  const sides = { base: side(a), candidate: side(b) };
  return sides.base.length === 0 || sides.candidate.length === 0 ? undefined : sides;
}

/** Trial index → observation. A time or rate of 0 has no logarithm: nothing was answered. */
function observations(row: LoadRow, metric: ComparedLoadMetric): Map<number, number> {
  const { read, scale } = TRIAL_FIGURES[metric] as TrialFigure;
  return new Map(
    row.trials.flatMap((trial): [number, number][] => {
      const value = read(trial);
      if (value === undefined) return [];
      if (scale === 'absolute') return [[trial.index, value]];
      return value > 0 ? [[trial.index, Math.log(value)]] : [];
    }),
  );
}

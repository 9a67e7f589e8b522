import { METRICS } from '../core/metrics.ts';
import type { LoadRow } from '../core/record/load-row.ts';
import { loadAxes } from './align.ts';
import type { DifferenceDraft, MeasuredChange } from './difference.ts';
import { trialChange } from './trial-change.ts';
import {
  COMPARED_LOAD_METRICS,
  type ComparedLoadMetric,
  TRIAL_FIGURES,
  trialSides,
} from './trial-figures.ts';

export interface LoadDifferenceOptions {
  readonly wanted: (metric: ComparedLoadMetric) => boolean;
  /** Trial i of both sides ran side by side (live comparison): tests and shifts are paired. */
  readonly paired: boolean;
  /** Why no load figure of these runs can be compared. */
  readonly blocked?: string;
  /** Trials that both sides must have. */
  readonly minTrials: number;
}

/** The load metrics of one matched cell. A figure that neither side has is no difference. */
export function loadDifferences(
  base: LoadRow,
  candidate: LoadRow,
  options: LoadDifferenceOptions,
): DifferenceDraft[] {
  const axes = loadAxes(base);
  const blocked = options.blocked ?? invalidity(base, candidate);
  const doubts = suspicions(base, candidate);
  return COMPARED_LOAD_METRICS.filter(options.wanted).flatMap((metric): DifferenceDraft[] => {
    const draft = {
      subject: { kind: 'load', cell: base.id, axes, metric, metricId: metric },
      direction: METRICS[metric].direction,
      doubts,
    } as const;
    const sides = trialSides(base, candidate, metric, options.paired);
    if (sides === undefined) return missing(base, candidate, metric, draft, blocked);
    const measured = trialChange(sides, TRIAL_FIGURES[metric].scale, options.paired);
    const reason = blocked ?? fewTrials(measured.change, options);
    return [{ ...draft, ...measured, ...(reason === undefined ? {} : { blocked: reason }) }];
  });
}

/** Why a load cell can decide nothing; undefined for one that can. */
export function invalidity(base: LoadRow | undefined, candidate: LoadRow | undefined): string | undefined {
  for (const [name, row] of namedSides(base, candidate)) {
    if (row.validity.verdict === 'invalid') {
      return `the ${name} cell is invalid: ${row.validity.reasons.map((reason) => reason.message).join('; ')}`;
    }
  }
  return undefined;
}

function suspicions(base: LoadRow, candidate: LoadRow): string[] {
  return namedSides(base, candidate).flatMap(([name, row]) =>
    row.validity.verdict === 'suspect'
      ? row.validity.reasons.map((reason) => `the ${name} cell is suspect: ${reason.message}`)
      : [],
  );
}

function namedSides(
  base: LoadRow | undefined,
  candidate: LoadRow | undefined,
): ['base' | 'candidate', LoadRow][] {
  return [
    ...(base === undefined ? [] : [['base', base] satisfies ['base', LoadRow]]),
    ...(candidate === undefined ? [] : [['candidate', candidate] satisfies ['candidate', LoadRow]]),
  ];
}

function missing(
  base: LoadRow,
  candidate: LoadRow,
  metric: ComparedLoadMetric,
  draft: Omit<DifferenceDraft, 'blocked'>,
  blocked: string | undefined,
): DifferenceDraft[] {
  const { read } = TRIAL_FIGURES[metric];
  const has = (row: LoadRow): boolean => row.trials.some((trial) => read(trial) !== undefined);
  if (!has(base) && !has(candidate)) return [];
  return [
    { ...draft, blocked: blocked ?? 'too few requests in the windows of one side to carry this figure' },
  ];
}

function fewTrials({ n }: MeasuredChange, { minTrials, paired }: LoadDifferenceOptions): string | undefined {
  if (Math.min(n.base, n.candidate) >= minTrials) return undefined;
  const found = paired ? `${n.base} pairs` : `${n.base} and ${n.candidate}`;
  return `too few trials: ${found}, where ${minTrials} are needed`;
}

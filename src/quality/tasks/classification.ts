import type { TaskConfig } from '../../config/quality-config.ts';
import { scoreCrossValidation } from './classification-cv.ts';
import { scoreFewShot } from './classification-few-shot.ts';
import { scoreHoldOut } from './classification-hold-out.ts';
import { scoreTuned } from './classification-tuned.ts';
import { mergeOutcomes } from './merge-outcomes.ts';
import type { DirectScorer, QualityTask, TaskEnvironment } from './task.ts';

type Protocol = NonNullable<TaskConfig['protocols']>[number];

export interface ClassificationSpec {
  readonly column: string;
  readonly protocols: readonly Protocol[];
}

/** Logistic regression on the vectors, by one or more protocols, each with score names of its own. */
export const classification: QualityTask<ClassificationSpec, ClassificationSpec> = {
  id: 'classification',
  reads: 'items',
  plan: (source) => ({ spec: source, texts: [] }),
  prepare({ column, protocols }, environment) {
    const scorers = protocols.map((protocol) => PROTOCOLS[protocol](column, environment));
    return (cell) => scorers.map((scorer) => scorer(cell)).reduce(mergeOutcomes);
  },
};

const PROTOCOLS = {
  holdout: (column, environment) => {
    const holdOut = scoreHoldOut(column, environment);
    // ml-logistic-regression has no penalty, so that there is no C to choose
    if (!environment.options.tuneC || environment.engine === 'ml') return holdOut;
    const tuned = scoreTuned(column, environment);
    return (cell): ReturnType<DirectScorer> => {
      const { bestC, ...tunedOutcome } = tuned(cell);
      const merged = mergeOutcomes(holdOut(cell), tunedOutcome);
      const detail = merged.classification;
      return detail === undefined || bestC === undefined
        ? merged
        : { ...merged, classification: { ...detail, bestC } };
    };
  },
  cv: scoreCrossValidation,
  fewShot: scoreFewShot,
} satisfies Record<Protocol, (column: string, environment: TaskEnvironment) => DirectScorer>;

import type { TaskName } from '../../config/quality-config.ts';
import { classification } from './classification.ts';
import { clustering } from './clustering.ts';
import { fidelity } from './fidelity.ts';
import { ordinal } from './ordinal.ts';
import { pairs } from './pairs.ts';
import { rerank } from './rerank.ts';
import { retrieval } from './retrieval.ts';
import { sts } from './sts.ts';
import type { QualityTask } from './task.ts';
import { zeroShot } from './zero-shot.ts';

/** Every quality task by its name in the config. A new one is a file and a line here. */
export const TASKS = {
  classification,
  ordinal,
  clustering,
  zeroShot,
  sts,
  pairs,
  retrieval,
  rerank,
  fidelity,
} satisfies Record<TaskName, QualityTask<never, unknown>>;

type Tasks = typeof TASKS;
/** What a task's `plan` takes. */
export type SourceOf<Name extends TaskName> = Parameters<Tasks[Name]['plan']>[0];
/** What a task's `prepare` takes. */
export type SpecOf<Name extends TaskName> = Parameters<Tasks[Name]['prepare']>[0];

/** A planned task as plain data: what travels to the quality worker. */
export type PlannedTask = {
  [Name in TaskName]: { readonly task: Name; readonly spec: SpecOf<Name> };
}[TaskName];

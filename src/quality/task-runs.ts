import { UsageError } from '../core/errors.ts';
import { type EmbeddingMatrix, rowOf as rowValues } from '../core/matrix.ts';
import type { QualityJob } from './quality-job.ts';
import type { CellScorer, CellViews, QualityTask, TaskEnvironment, TaskOutcome } from './tasks/task.ts';
import { TASKS } from './tasks/tasks.ts';
import { usableMatrix } from './usable-matrix.ts';

/** A task, prepared for one matrix. */
export interface TaskRun {
  readonly reads: QualityTask<never, never>['reads'];
  readonly wantsFullWidth: boolean;
  /** Vectors of its own texts. */
  readonly own?: EmbeddingMatrix;
  /** Scores a cell; what cannot be scored there becomes a note. */
  score(cell: CellViews): TaskOutcome | (() => TaskOutcome);
}

/** What all tasks of a job share; those with texts of their own add these. */
export function sharedEnvironment(job: QualityJob, matrix: EmbeddingMatrix): TaskEnvironment {
  const rows = new Map(matrix.ids.map((id, row) => [id, row]));
  return {
    engine: job.engine,
    items: job.items,
    rowOf: Int32Array.from(job.items.ids, (id) => rows.get(id) ?? -1),
    ...(job.sampleIds === undefined ? {} : { sampleIds: new Set(job.sampleIds) }),
    ownRowOf: new Map(),
    nativeDimensions: matrix.dimensions,
    fullRow: (row) => rowValues(matrix, row),
    options: job.options,
  };
}

/**
 * Prepares the job's tasks for the usable rows of its matrix.
 *
 * @throws UsageError when a task cannot be scored although every item has a vector: the data are at fault.
 *   Where items were lost, the task's rows say so in a note instead, and the rest of the run goes on.
 */
export function prepareTasks(job: QualityJob, shared: TaskEnvironment): TaskRun[] {
  const complete = !shared.rowOf.includes(-1);
  return job.tasks.map((planned) => {
    const task: QualityTask<never, never> = TASKS[planned.task] as never;
    const own = planned.own === undefined ? undefined : usableMatrix(planned.own, `texts of ${planned.task}`);
    const ownRowOf = new Map(own?.matrix.ids.map((id, row) => [id, row]));
    const environment = { ...shared, ownRowOf };
    const scorer = prepare(task, planned.spec as never, environment, complete);
    return {
      reads: task.reads,
      wantsFullWidth: task.wantsFullWidth === true,
      ...(own === undefined ? {} : { own: own.matrix }),
      score: (cell) =>
        withNotes(
          attempt(task.id, () => scorer(cell)),
          own?.notes ?? [],
        ),
    };
  });
}

function prepare(
  task: QualityTask<never, never>,
  spec: never,
  environment: TaskEnvironment,
  complete: boolean,
): CellScorer {
  try {
    return task.prepare(spec, environment);
  } catch (thrown) {
    if (complete || !(thrown instanceof UsageError)) throw thrown;
    const notes = [`${task.id}: ${thrown.message}`];
    return () => ({ scores: {}, notes });
  }
}

/** A task that cannot score this cell says so there; everything else is a defect and goes on up. */
function attempt(
  id: string,
  score: () => TaskOutcome | (() => TaskOutcome),
): TaskOutcome | (() => TaskOutcome) {
  try {
    return score();
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    return { scores: {}, notes: [`${id}: ${thrown.message}`] };
  }
}

function withNotes(
  outcome: TaskOutcome | (() => TaskOutcome),
  notes: readonly string[],
): TaskOutcome | (() => TaskOutcome) {
  if (notes.length === 0) return outcome;
  if (typeof outcome === 'function') return () => withNotes(outcome(), notes) as TaskOutcome;
  return { ...outcome, notes: [...notes, ...(outcome.notes ?? [])] };
}

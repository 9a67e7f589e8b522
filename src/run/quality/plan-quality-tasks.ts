import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { QualityConfig, TaskConfig, TaskName } from '../../config/quality-config.ts';
import { UsageError } from '../../core/errors.ts';
import { classCounts, type Dataset } from '../../dataset/dataset.ts';
import { parseLabelledPairs } from '../../quality/tasks/data/labelled-pairs.ts';
import { parseRerankQueries } from '../../quality/tasks/data/rerank-queries.ts';
import { parseRetrievalData, RETRIEVAL_FILES } from '../../quality/tasks/data/retrieval-data.ts';
import { parseStsPairs } from '../../quality/tasks/data/sts-pairs.ts';
import { collectRerankScores, type RerankCall } from '../../quality/tasks/rerank-scores.ts';
import type { TaskText } from '../../quality/tasks/task.ts';
import { type PlannedTask, type SourceOf, TASKS } from '../../quality/tasks/tasks.ts';

/** A task of the config, ready for the quality worker, with the texts of its own that must be embedded. */
export interface QualityTaskPlan {
  readonly planned: PlannedTask;
  readonly texts: readonly TaskText[];
  /** Sentence that replaces the swept instruction on the task's own texts, where there is one. */
  readonly instruction?: string;
}

interface TaskSources {
  readonly dataset: Dataset;
  /** Folder that paths of task data start from. */
  readonly baseDirectory: string;
  readonly seed: number;
  /** Asks a reranker; absent: none is configured. */
  readonly rerank?: RerankCall;
  readonly signal: AbortSignal;
}

/**
 * Plans the config's tasks: reads their data files and asks the reranker, once for all instructions.
 *
 * @throws UsageError for data files that cannot be read or are wrong, and for tasks that lack their path
 */
export async function planQualityTasks(
  quality: QualityConfig,
  sources: TaskSources,
): Promise<QualityTaskPlan[]> {
  const plans: QualityTaskPlan[] = [];
  for (const [i, entry] of quality.tasks.entries()) {
    const task = typeof entry === 'string' ? { task: entry } : entry;
    const context = { ...sources, task, where: `quality.tasks.${i}` };
    plans.push({
      ...(await PLANNERS[task.task](context)),
      ...(task.instruction === undefined ? {} : { instruction: task.instruction }),
    });
  }
  return plans;
}

interface PlanContext extends TaskSources {
  readonly task: TaskConfig;
  /** Path of the task in the config, for errors. */
  readonly where: string;
}

type Plan = Pick<QualityTaskPlan, 'planned' | 'texts'>;

const PLANNERS: Record<TaskName, (context: PlanContext) => Plan | Promise<Plan>> = {
  classification: (context) =>
    plan('classification', {
      column: columnOf(context),
      protocols: context.task.protocols ?? ['holdout', 'cv'],
    }),
  ordinal: (context) => plan('ordinal', { column: columnOf(context) }),
  clustering: ({ task, dataset }) =>
    plan('clustering', { columns: task.column === undefined ? dataset.labelColumns : [task.column] }),
  zeroShot: (context) => {
    const column = columnOf(context);
    const { templates } = context.task;
    return plan('zeroShot', {
      column,
      classes: [...classCounts(context.dataset, column).keys()],
      ...(templates === undefined ? {} : { templates }),
    });
  },
  fidelity: () => plan('fidelity', {}),
  sts: (context) => {
    const { text, name } = dataFile(context);
    return plan('sts', { pairs: parseStsPairs(text, name) });
  },
  pairs: (context) => {
    const { text, name } = dataFile(context);
    return plan('pairs', { pairs: parseLabelledPairs(text, name, context.seed) });
  },
  retrieval: (context) =>
    plan(
      'retrieval',
      parseRetrievalData(
        dataFile(context, RETRIEVAL_FILES.corpus),
        dataFile(context, RETRIEVAL_FILES.queries),
        dataFile(context, RETRIEVAL_FILES.qrels),
      ),
    ),
  rerank: async (context) => {
    const { text, name } = dataFile(context);
    return plan(
      'rerank',
      await collectRerankScores(parseRerankQueries(text, name), context.rerank, context.signal),
    );
  },
};

function plan<Name extends TaskName>(task: Name, source: SourceOf<Name>): Plan {
  // Each task's plan and spec belong together; the table is typed by name, which TypeScript cannot carry through.
  const { spec, texts } = (
    TASKS[task].plan as (source: SourceOf<Name>) => { spec: unknown; texts: readonly TaskText[] }
  )(source);
  return { planned: { task, spec } as PlannedTask, texts };
}

function columnOf({ task, dataset, where }: PlanContext): string {
  const column = task.column ?? dataset.labelColumns[0];
  if (column !== undefined) return column;
  throw new UsageError(`the task ${task.task} needs labels, and the data have no label column`, {
    where,
    hint: 'Set dataset.label to the column of the class.',
  });
}

/** A file of the task's data: `path` itself, or `member` in the folder that `path` names. */
function dataFile(
  { task, where, baseDirectory }: PlanContext,
  member?: string,
): { name: string; text: string } {
  if (task.path === undefined) {
    throw new UsageError(`the task ${task.task} needs data of its own`, {
      where,
      hint: `Write { task: ${task.task}, path: … }; configs/data holds small samples.`,
    });
  }
  const name = member === undefined ? task.path : join(task.path, member);
  try {
    return { name, text: readFileSync(resolve(baseDirectory, name), 'utf8') };
  } catch (cause) {
    throw new UsageError(`cannot read the data of the task ${task.task}: ${name}`, { where, cause });
  }
}

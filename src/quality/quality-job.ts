import type { Dtype } from '../core/axes.ts';
import type { EmbeddingMatrix } from '../core/matrix.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { ItemTable, ScoringOptions } from './tasks/task.ts';
import type { PlannedTask } from './tasks/tasks.ts';

/** Which picture of the vectors to draw. */
export interface MapOptions {
  readonly method: 'pca' | 'tsne';
  readonly perplexity: number;
  /** Widths to draw; those outside the sweep are left out. */
  readonly dimensions: readonly number[];
  /** Most points in one picture. */
  readonly points: number;
}

/** All vectors of one instruction and what to score on them: plain data, posted to the quality worker. */
export interface QualityJob {
  readonly instruction: string;
  readonly serverArgs?: string;
  readonly engine: 'native' | 'ml';
  /** Gradient steps of the `ml` engine. */
  readonly mlSteps: number;
  /** The dataset's items that got a vector, at native width. */
  readonly matrix: EmbeddingMatrix;
  /** All items of the dataset, with their labels. */
  readonly items: ItemTable;
  readonly tasks: readonly (PlannedTask & {
    /** Vectors of the task's own texts, embedded with this instruction by role; ids as the task planned them. */
    readonly own?: EmbeddingMatrix;
  })[];
  readonly dimensions: readonly number[];
  readonly dtypes: readonly Dtype[];
  readonly options: ScoringOptions;
  /** Ids of the items on which all instructions are scored, when this instruction is scored on more. */
  readonly sampleIds?: readonly string[];
  readonly map?: MapOptions;
  /** Nearest neighbours to keep of each item that some width gets wrong; 0 keeps none. */
  readonly neighbours: number;
}

export interface QualityJobResult {
  readonly rows: readonly QualityRow[];
  readonly maps: RunRecord['maps'];
  readonly neighbours: NonNullable<RunRecord['neighbours']>;
}

/** Cells scored so far, of all. */
export type QualityProgress = (done: number, total: number) => void;

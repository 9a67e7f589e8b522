import type { TaskName } from '../../config/quality-config.ts';
import type { Dtype } from '../../core/axes.ts';
import type { ClassificationDetail, ClusteringDetail, QualityRow } from '../../core/record/quality-row.ts';
import type { Score } from '../../core/record/score.ts';
import type { PrefixView } from '../engine.ts';

/**
 * What a text is to its task. Instruction templates go by it: models such as Qwen3-Embedding want the
 * instruction in front of queries, labels and compared texts, never in front of documents.
 */
export type TextRole = 'query' | 'document' | 'label' | 'text';

/** A text that a task needs embedded beside the dataset's own rows. */
export interface TaskText {
  /** Unique within the task. */
  readonly id: string;
  readonly text: string;
  readonly role: TextRole;
}

/** The dataset's items, all of them, whether or not they got a vector. */
export interface ItemTable {
  readonly ids: readonly string[];
  /** Class of every item by label column; null where it has none. */
  readonly labels: Readonly<Record<string, readonly (string | null)[]>>;
}

/** Settings that the tasks share; the config's `quality` block has the defaults. */
export interface ScoringOptions {
  readonly testShare: number;
  readonly folds: number;
  readonly repeats: number;
  readonly c: number;
  readonly tuneC: boolean;
  readonly nInit: number;
  readonly clusteringSeeds: number;
  readonly bootstrapResamples: number;
  /** Seed of splits, k-means and resamples; scikit-learn's `random_state`. */
  readonly seed: number;
}

/** What a task knows before the first cell. */
export interface TaskEnvironment {
  readonly engine: string;
  readonly items: ItemTable;
  /** Matrix row of every item; −1 where the embedding failed or the item is not in this instruction's sample. */
  readonly rowOf: Int32Array;
  /** Items on which all instructions are scored, when this instruction is scored on more. */
  readonly sampleIds?: ReadonlySet<string>;
  /** Row of each of the task's own texts in the own view; texts whose embedding failed are missing. */
  readonly ownRowOf: ReadonlyMap<string, number>;
  readonly nativeDimensions: number;
  /** Full-width float32 row of a matrix row, as it came from the server. */
  readonly fullRow: (row: number) => Float32Array;
  readonly options: ScoringOptions;
}

/** The vectors at one point of the sweep. */
export interface CellViews {
  readonly dimensions: number;
  readonly dtype: Dtype;
  /** The dataset's rows. */
  readonly view: PrefixView;
  /** The task's own texts; absent for tasks without any. */
  readonly own?: PrefixView;
}

/** What a task found at one cell. */
export interface TaskOutcome {
  readonly scores: Readonly<Record<string, Score>>;
  readonly classification?: ClassificationDetail;
  readonly clustering?: readonly ClusteringDetail[];
  readonly perItem?: NonNullable<QualityRow['perItem']>;
  readonly notes?: readonly string[];
}

/** Scores one cell from that cell alone. */
export type DirectScorer = (cell: CellViews) => TaskOutcome;

/**
 * Scores one cell. Cells come dtype by dtype, float32 first, dimensions ascending. A scorer that must see the
 * full width before it can judge returns a function, which is called after the last cell.
 */
export type CellScorer = (cell: CellViews) => TaskOutcome | (() => TaskOutcome);

/**
 * A quality measurement on vectors.
 *
 * @typeParam Source what the main thread knows: columns, templates, parsed data files with their texts
 * @typeParam Spec what the quality worker needs of it: plain data without texts
 */
export interface QualityTask<Source, Spec> {
  readonly id: TaskName;
  /** Which vectors it reads: the dataset's, those of its own texts, or both. */
  readonly reads: 'items' | 'own' | 'both';
  /** Also wants the cell of full width and float32, whether or not the sweep holds it. */
  readonly wantsFullWidth?: boolean;
  plan(source: Source): { readonly spec: Spec; readonly texts: readonly TaskText[] };
  /**
   * Splits, draws and checks that are the same at every cell.
   *
   * @throws UsageError when the data cannot be scored at all: one class, too few rows, an unknown column
   */
  prepare(spec: Spec, environment: TaskEnvironment): CellScorer;
}
